// Nanoseconds per line of each step, over recorded logs: finding the line and its envelope, the
// dialect, the tallies. Each benchmark proves its answer before it is timed.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "metrics/tallies.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "parser/reason.h"
#include "parser/scan.h"
#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

/// Lines of one kind, and how many messages they are.
struct Log {
  std::string text;
  std::uint64_t messages = 0;
};

const Log& WholeLog() {
  static const Log kLog{ReadWhole(CorpusPath("debian12/syslog/mail.log")), 7642};
  return kLog;
}

/// Its lines changed by `change(line)`; those for which it returns nothing are left out.
template <class Change>
Log LogOf(std::uint64_t messages, Change&& change) {
  Log log{{}, messages};
  std::string_view rest = WholeLog().text;
  while (!rest.empty()) {
    const std::string line = change(TakeLine(rest));
    if (!line.empty()) log.text += line + '\n';
  }
  return log;
}

/// rsyslog's default form.
const Log& IsoLog() {
  static const Log kLog = LogOf(7642, [](std::string_view line) {
    (void)EatLike<"AAA __ __:__:__">(line);
    return "2026-11-21T18:02:08.123456+09:00" + std::string(line);
  });
  return kLog;
}

const Log& DovecotLog() {
  static const Log kLog = LogOf(1391, [](std::string_view line) {
    return line.find(" dovecot: ") == std::string_view::npos ? std::string() : std::string(line);
  });
  return kLog;
}

/// Everything that Postfix says, by one instance.
Log LogOfInstance(std::string_view name) {
  return LogOf(7642, [name](std::string_view line) {
    std::string_view rest = line;
    if (!SkipPast(rest, " postfix")) return std::string(line);
    const std::string before(TakenFrom(line, rest));
    (void)TakeUntil(rest, '/');
    return before.substr(0, before.size() - std::string_view("postfix").size()) +
           std::string(name) + std::string(rest);
  });
}
const Log& NamedLog() {
  static const Log kLog = LogOfInstance("postfix-of-the-second-address");
  return kLog;
}
/// The costliest case: none of the checks but the last finds that it is not a name.
const Log& UnnamedLog() {
  static const Log kLog =
      LogOfInstance("postfix-of-the-second-address-on-host-mx01-4bXk2Z1NqDz9CwR");
  return kLog;
}

/// What other servers said, and why they were not reached.
const std::vector<std::string>& Replies() {
  static const std::vector<std::string> kReplies = [] {
    std::vector<std::string> replies;
    std::string_view rest = WholeLog().text;
    while (!rest.empty()) {
      std::string_view line = TakeLine(rest);
      if (SkipPast(line, "status=deferred (") || SkipPast(line, "status=bounced ("))
        replies.emplace_back(line);
    }
    return replies;
  }();
  return kReplies;
}

/// Calls `visit(record)` for each message; returns how many there were.
template <class Visit>
std::uint64_t ForEachRecord(const Log& log, MessageScratch& scratch, Visit&& visit) {
  MessageReader reader(log.text, scratch);
  Record record;
  EnvelopeResult result{};
  std::uint64_t messages = 0;
  for (; reader.Next(record, result); ++messages) visit(record);
  return messages;
}

void Report(benchmark::State& state, const Log& log, std::uint64_t messages) {
  if (messages != log.messages) {
    std::fprintf(stderr, "%llu messages instead of %llu\n",
                 static_cast<unsigned long long>(messages),
                 static_cast<unsigned long long>(log.messages));
    std::abort();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * messages));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * log.text.size()));
  state.counters["ns_per_line"] =
      benchmark::Counter(static_cast<double>(state.iterations() * messages) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void Envelopes(benchmark::State& state, const Log& (*log)()) {
  const auto scratch = std::make_unique<MessageScratch>();
  std::uint64_t messages = 0;
  for (auto _ : state) {
    messages = ForEachRecord(log(), *scratch, [](const Record& record) {
      benchmark::DoNotOptimize(record.message.data());
    });
  }
  Report(state, log(), messages);
}
BENCHMARK_CAPTURE(Envelopes, Traditional, &WholeLog);
BENCHMARK_CAPTURE(Envelopes, Iso, &IsoLog);

void EnvelopesAndDialects(benchmark::State& state, const Log& (*log)()) {
  const auto scratch = std::make_unique<MessageScratch>();
  RecordParser parser;
  std::uint64_t messages = 0;
  for (auto _ : state) {
    messages = ForEachRecord(log(), *scratch, [&parser](const Record& record) {
      benchmark::DoNotOptimize(parser.Parse(record).index());
    });
  }
  Report(state, log(), messages);
}
BENCHMARK_CAPTURE(EnvelopesAndDialects, All, &WholeLog);
BENCHMARK_CAPTURE(EnvelopesAndDialects, Dovecot, &DovecotLog);

void Everything(benchmark::State& state, const Log& (*log)()) {
  const auto scratch = std::make_unique<MessageScratch>();
  RecordParser parser;
  Tallies tallies;
  std::uint64_t messages = 0;
  for (auto _ : state) {
    messages = ForEachRecord(log(), *scratch, [&](const Record& record) {
      tallies.Count(parser.Parse(record), record.times);
    });
  }
  Report(state, log(), messages);
}
BENCHMARK_CAPTURE(Everything, All, &WholeLog);
BENCHMARK_CAPTURE(Everything, Dovecot, &DovecotLog);
BENCHMARK_CAPTURE(Everything, Named, &NamedLog);
BENCHMARK_CAPTURE(Everything, Unnamed, &UnnamedLog);

void Reasons(benchmark::State& state) {
  const std::vector<std::string>& replies = Replies();
  for (auto _ : state) {
    for (const std::string& reply : replies)
      benchmark::DoNotOptimize(ReasonOf(reply, DsnCode{}, ReplyCode{}));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * replies.size()));
}
BENCHMARK(Reasons);

/// The reason and the policy, in one pass.
void Refusals(benchmark::State& state) {
  const std::vector<std::string>& replies = Replies();
  for (auto _ : state) {
    for (const std::string& reply : replies)
      benchmark::DoNotOptimize(RefusalOf(reply, DsnCode{}, ReplyCode{}));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * replies.size()));
}
BENCHMARK(Refusals);

void Scrape(benchmark::State& state) {
  const Samples samples = CountTexts({WholeLog().text}).samples;
  for (auto _ : state) benchmark::DoNotOptimize(Exposed(samples).size());
}
BENCHMARK(Scrape);

}  // namespace
}  // namespace maillog::test

BENCHMARK_MAIN();
