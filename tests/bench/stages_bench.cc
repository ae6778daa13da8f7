// stages_bench LOG [ROUNDS]: nanoseconds of CPU per line of each stage that a line of a log goes
// through, on one thread. Every stage runs over the whole log together with all before it, all
// stages in turn in every round; what one stage takes is the difference between the best rounds.
// And how long reading is held up by a scrape: at most as long as a shard takes for a snapshot of
// itself.
//
// LOG is made by amplify.py. What all stages together count is compared with the golden exposition
// of the recorded log before anything is timed, and the stages must agree on how many messages and
// mails there are.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "activity/activity.h"
#include "activity/session_time.h"
#include "exporter/count/shard.h"
#include "exporter/input/block.h"
#include "exporter/input/block_buffer.h"
#include "exporter/os/clock.h"
#include "mails/mail_memory.h"
#include "metrics/exposition.h"
#include "metrics/tallies.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "parser/scan.h"
#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

/// Of the calling thread: other programs on the machine count less than in time on the clock.
double CpuSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// About 1,000 lines: what comes in a tenth of a second at 10,000 lines a second.
constexpr std::size_t kBetweenSnapshots = std::size_t{140} * 1000;

/// Calls `visit(text)` with whole lines, read by so many bytes, until the end of the file.
template <class Visit>
void ReadBlocks(const char* path, std::size_t bytes, Visit&& visit) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    std::perror(path);
    std::exit(1);
  }
  std::vector<char> buffer(bytes);
  std::size_t kept = 0;
  for (ssize_t got = 0; (got = ::read(file, buffer.data() + kept, buffer.size() - kept)) > 0;) {
    const std::string_view text(buffer.data(), kept + static_cast<std::size_t>(got));
    const std::size_t whole = text.rfind('\n') + 1;
    visit(text.substr(0, whole));
    kept = text.size() - whole;
    std::copy_n(buffer.data() + whole, kept, buffer.data());
  }
  ::close(file);
}

enum class Stage : std::uint8_t {
  kReading,
  kLines,
  kEnvelopes,
  kRules,
  kTallies,
  kMails,
  kActivity,
};
constexpr std::array<const char*, 7> kStages{
    "reading", "cutting lines", "envelope", "program and rules", "tallies", "mails", "activity"};

/// What a round has found; must not differ from one to the next.
struct Found {
  std::uint64_t messages = 0;
  std::uint64_t mails = 0;
};

/// The stages up to `kLast`, as Shard does them.
template <Stage kLast>
class Stages {
 public:
  void Take(std::string_view text) {
    if constexpr (kLast == Stage::kReading) {
      found_.messages += text.size();  // bytes
    } else if constexpr (kLast == Stage::kLines) {
      while (!text.empty()) found_.messages += TakeLine(text).empty() ? 0 : 1;
    } else {
      MessageReader reader(text, *scratch_);
      Record record;
      for (EnvelopeResult result{}; reader.Next(record, result); ++found_.messages) {
        if (result == EnvelopeResult::kRecord) TakeRecord(record, text);
      }
    }
  }
  /// The log is over.
  [[nodiscard]] std::string Exposition() {
    for (const CountedMail& counted : mails_.End())
      tallies_.Count(counted.end, Tallies::Evicted::kNo);
    Samples samples;
    tallies_.AddTo(samples);
    return ExpositionText(samples);
  }
  [[nodiscard]] Found found() const { return found_; }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  void TakeRecord(const Record& record, std::string_view text) {
    if constexpr (kLast >= Stage::kRules) {
      const Event event = parser_.Parse(record);
      sum_ += event.index();
      if constexpr (kLast >= Stage::kTallies) tallies_.Count(event, record.times);
      if constexpr (kLast >= Stage::kMails) TakeMail(record, event, text);
    } else {
      sum_ += record.message.size();
    }
  }

  void TakeMail(const Record& record, const Event& event, std::string_view text) {
    MailEvent mail;
    const bool is_mail = MakeMailEvent(mails_.salt(), record, event, parser_.queue_id(), mail);
    if constexpr (kLast >= Stage::kActivity) {
      ActivityEvent made;
      if (MayBeActivity(event) &&
          MakeActivityEvent(mails_.salt(), record, event, is_mail ? &mail : nullptr, text, made)) {
        if (const auto seconds = activity_.Apply(made, record.stamp))
          CountSessionTime(made, *seconds, [&](const auto& session) { tallies_.Count(session); });
      }
    }
    if (!is_mail) return;
    for (const CountedMail& counted : mails_.Apply(mail, LineOriginOf(record))) {
      tallies_.Count(counted.end, counted.evicted ? Tallies::Evicted::kYes : Tallies::Evicted::kNo);
      ++found_.mails;
    }
  }

  const std::unique_ptr<MessageScratch> scratch_ = std::make_unique<MessageScratch>();
  RecordParser parser_;
  Tallies tallies_;
  MailMemory mails_{MailSalt{1, 2}};
  Activity activity_;
  Found found_;
  std::uint64_t sum_ = 0;  ///< of what would be left out if nobody asked for it
};

struct Round {
  double seconds = 0;
  Found found;
  std::uint64_t sum = 0;
};

template <Stage kLast>
Round Run(const char* path) {
  const auto stages = std::make_unique<Stages<kLast>>();
  const double begin = CpuSeconds();
  ReadBlocks(path, BlockBuffer::kBytes, [&](std::string_view text) { stages->Take(text); });
  const double seconds = CpuSeconds() - begin;
  return {seconds, stages->found(), stages->sum()};
}

constexpr std::array<Round (*)(const char*), kStages.size()> kRuns{
    Run<Stage::kReading>, Run<Stage::kLines>, Run<Stage::kEnvelopes>, Run<Stage::kRules>,
    Run<Stage::kTallies>, Run<Stage::kMails>, Run<Stage::kActivity>};

/// Values by series.
std::unordered_map<std::string, double> ValuesOf(std::string_view exposition) {
  std::unordered_map<std::string, double> values;
  while (!exposition.empty()) {
    const std::string line(TakeLine(exposition));
    const std::size_t space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string::npos) continue;
    values[line.substr(0, space)] = std::strtod(line.c_str() + space, nullptr);
  }
  return values;
}

/// All series of the golden exposition have to be as much more as the log is longer.
void CheckAgainstGolden(const char* path) {
  constexpr std::uint64_t kRecorded = 7642;
  const auto stages = std::make_unique<Stages<Stage::kActivity>>();
  ReadBlocks(path, BlockBuffer::kBytes, [&](std::string_view text) { stages->Take(text); });
  const auto times = static_cast<double>(stages->found().messages / kRecorded);
  auto counted = ValuesOf(stages->Exposition());
  for (const auto& [series, value] :
       ValuesOf(ReadWhole(CorpusPath("debian12/syslog/golden.prom")))) {
    const double expected = times * value;
    if (std::abs(counted[series] - expected) <= 1e-6 * std::max(1.0, expected)) continue;
    std::fprintf(stderr, "stages_bench: %s is %g instead of %g\n", series.c_str(), counted[series],
                 expected);
    std::exit(1);
  }
}

void PrintStages(const char* path, int rounds) {
  std::array<Round, kStages.size()> best{};
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kStages.size(); ++i) {
      const Round now = kRuns[i](path);
      if (round == 0 || now.seconds < best[i].seconds) best[i] = now;
    }
  }
  const Found& all = best.back().found;
  for (std::size_t i = 1; i < kStages.size(); ++i) {
    const bool has_mails = i >= static_cast<std::size_t>(Stage::kMails);
    if (best[i].found.messages == all.messages &&
        best[i].found.mails == (has_mails ? all.mails : 0))
      continue;
    std::fprintf(stderr, "stages_bench: %s has found something else\n", kStages[i]);
    std::exit(1);
  }
  const double lines = static_cast<double>(all.messages);
  std::printf("%-20s %12s %12s\n", "one thread, ns a line", "the stage", "up to here");
  double before = 0;
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    const double took = best[i].seconds / lines * 1e9;
    std::printf("%-20s %12.1f %12.1f\n", kStages[i], took - before, took);
    before = took;
  }
  std::printf("%.0f messages, %llu mails\n", lines, static_cast<unsigned long long>(all.mails));
}

void PrintSnapshots(const char* path) {
  Shard shard("bench", SteadyClock());
  std::vector<double> took;
  std::size_t series = 0;
  ReadBlocks(path, kBetweenSnapshots, [&](std::string_view text) {
    Block block;
    block.messages = text;
    shard.Consume(block);
    const double begin = CpuSeconds();
    const ShardState state = shard.Snapshot();
    took.push_back((CpuSeconds() - begin) * 1e3);
    series = 0;
    for (const auto& [name, family] : state.samples.families()) series += family.series.size();
  });
  std::sort(took.begin(), took.end());
  std::printf("snapshot of %zu series after each of %zu blocks: median %.2f ms, p99 %.2f ms\n",
              series, took.size(), took[took.size() / 2], took[took.size() * 99 / 100]);
}

}  // namespace
}  // namespace maillog::test

int main(int count, char** words) {
  if (count < 2) {
    std::fprintf(stderr, "stages_bench LOG [ROUNDS]\n");
    return 2;
  }
  maillog::test::CheckAgainstGolden(words[1]);
  maillog::test::PrintStages(words[1], count > 2 ? std::atoi(words[2]) : 7);
  maillog::test::PrintSnapshots(words[1]);
}
