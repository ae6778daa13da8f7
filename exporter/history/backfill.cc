#include "exporter/history/backfill.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "exporter/follow/left_out.h"
#include "exporter/history/archives.h"
#include "exporter/history/history.h"
#include "exporter/history/log_stream.h"
#include "exporter/input/open.h"
#include "exporter/state/ledger.h"

namespace maillog {
namespace {

// How often logs are looked at again that are renamed between two looks.
constexpr int kMaxLooks = 5;

// The file of each path, and its size, in the order of the archives.
bool StoodStill(const Archives& a, const Archives& b) {
  return std::equal(
      a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
      [](const Archive& x, const Archive& y) { return x.id == y.id && x.head == y.head; });
}

class Run {
 public:
  Run(const BackfillRequest& request, FileSystem& files)
      : request_(request), files_(files), waker_(MakePollWaker()) {}

  [[nodiscard]] absl::Status Open() {
    for (const SourceOptions& source : request_.sources) {
      shards_.push_back(std::make_shared<Shard>(source.label(), SteadyClock(), source.reading));
      if (absl::Status opened = OpenSource(source, *shards_.back()); !opened.ok()) return opened;
    }
    std::stable_sort(waiting_.begin(), waiting_.end(),
                     [](const Waiting& a, const Waiting& b) { return a.begins > b.begins; });
    return absl::OkStatus();
  }

  [[nodiscard]] absl::Status Read() {
    std::vector<const Shard*> shards;
    for (const auto& shard : shards_) shards.push_back(shard.get());
    history_.emplace(
        History::Options{
            .directory = request_.directory, .step = request_.step, .labels = request_.labels},
        std::move(shards));
    for (;;) {
      const auto earliest =
          std::min_element(streams_.begin(), streams_.end(),
                           [](const auto& a, const auto& b) { return a->step() < b->step(); });
      if (IsWaitingOver(earliest == streams_.end() ? nullptr : earliest->get())) {
        const Waiting log = std::move(waiting_.back());
        waiting_.pop_back();
        if (absl::Status opened = OpenLog(log); !opened.ok()) return opened;
        continue;
      }
      if (earliest == streams_.end()) break;
      if (absl::Status counted = Count(**earliest); !counted.ok()) return counted;
      const absl::StatusOr<bool> more = (*earliest)->Advance();
      if (!more.ok()) return more.status();
      if (!*more) streams_.erase(earliest);
    }
    return End();
  }

  [[nodiscard]] absl::Status HandOver(std::unique_ptr<StateStore> store) const {
    // All series began with the first line.
    const std::int64_t began = absl::ToUnixSeconds(std::min(result_.first, absl::Now()));
    Ledger ledger(std::move(store), SteadyClock(), [began] { return began; });
    if (absl::Status loaded = ledger.Load(); !loaded.ok()) return loaded;
    for (const auto& shard : shards_) ledger.Add(shard);
    return ledger.CommitNow() ? absl::OkStatus()
                              : absl::UnavailableError("the state could not be saved");
  }

  [[nodiscard]] BackfillResult TakeResult() { return std::move(result_); }

 private:
  // A log that is not open yet. A folder may hold thousands, a file for each day: they are opened
  // when the time is reached at which they begin.
  struct Waiting {
    const SourceOptions* source = nullptr;
    Shard* shard = nullptr;
    std::string live;  // empty: archives alone
    std::vector<std::string> others;
    Numbering numbering;
    absl::Time begins;
  };

  [[nodiscard]] absl::Status OpenSource(const SourceOptions& source, Shard& shard) {
    const bool has_files = source.paths.empty() || KindOf(source.paths.front()).is_files;
    if (!has_files || IsStream(source)) return OpenOther(source, shard);
    absl::StatusOr<std::vector<std::string>> live = LivePaths(source);
    if (!live.ok()) return live.status();
    std::vector<std::string> others = request_.archives;
    if (live->empty()) live->emplace_back();  // archives alone
    for (std::size_t i = 0; i < live->size(); ++i) {
      Waiting log{.source = &source,
                  .shard = &shard,
                  .live = std::move((*live)[i]),
                  .others = std::exchange(others, {}),
                  .numbering = {.inputs = live->size(), .input = i},
                  .begins = absl::InfinitePast()};
      const absl::StatusOr<Archives> found = FindArchives(RequestOf(log), files_);
      const bool has_moved = absl::IsAborted(found.status()) || IsMissing(found.status());
      if (!found.ok() && !has_moved) return found.status();
      if (found.ok() && found->begins != absl::InfiniteFuture()) log.begins = found->begins;
      waiting_.push_back(std::move(log));
    }
    return absl::OkStatus();
  }

  [[nodiscard]] bool IsStream(const SourceOptions& source) {
    if (source.paths.empty()) return false;
    const absl::StatusOr<FileStat> stat = files_.Stat(source.paths.front());
    return stat.ok() && stat->kind == FileKind::kStream;
  }

  // A journal, a topic: its input knows how far it goes back.
  [[nodiscard]] absl::Status OpenOther(const SourceOptions& source, Shard& shard) {
    const InputKind& kind = KindOf(source.paths.front());
    if (kind.end != InputKind::End::kAsInput) {
      result_.notices.push_back(source.label() + " has no past to be read, and is left out");
      return absl::OkStatus();
    }
    absl::StatusOr<std::unique_ptr<Input>> input =
        OpenInput(source.paths, StartAt::kBeginning, std::nullopt, Around(source));
    if (!input.ok()) return input.status();
    return AddStream(source, shard, {}, *std::move(input), absl::InfiniteFuture(), {});
  }

  // The logs that a source would follow. Of a glob or directory, its input says which files those
  // are; they are read each by itself, so that all go forward in time together.
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> LivePaths(const SourceOptions& source) {
    std::vector<std::string> paths;
    if (source.paths.empty()) return paths;
    const absl::StatusOr<FileStat> stat = files_.Stat(source.paths.front());
    const bool is_pattern =
        IsGlob(source.paths.front()) || (stat.ok() && stat->kind == FileKind::kDirectory);
    if (source.paths.size() == 1 && !is_pattern) return source.paths;
    Surroundings around = Around(source);
    around.claims = std::make_shared<FileClaims>();
    // Which there are is asked, not what is in them; it opens some hundred at a time.
    absl::StatusOr<std::unique_ptr<Input>> input =
        OpenInput(source.paths, StartAt::kEnd, std::nullopt, around);
    if (!input.ok()) return input.status();
    std::set<std::string> live;
    for (bool more = true; more;) {
      const absl::StatusOr<Block> block = (*input)->Next();
      if (!block.ok()) return block.status();
      for (const Bookmark& bookmark : block->begun) {
        if (!bookmark.finished) live.insert(bookmark.path);
      }
      more = block->progress == Progress::kMore;
    }
    std::string why;
    for (const std::string& path : live) {
      std::string odd = WhyLeftOut(path, files_);
      if (odd.empty()) {
        paths.push_back(path);
        continue;
      }
      why = std::move(odd);
      result_.notices.push_back("left out " + why);
    }
    if (paths.empty() && !why.empty()) return absl::InvalidArgumentError(why);
    if (paths.empty() && request_.archives.empty())
      return absl::NotFoundError(source.label() + ": no log files there");
    return paths;
  }

  // What lies beside the log must not move between the look at the archives and that at the log
  // itself: one of them would be read twice, or not at all.
  [[nodiscard]] absl::Status OpenLog(const Waiting& log) {
    const SourceOptions& source = *log.source;
    const ArchiveRequest request = RequestOf(log);
    absl::Status moved;
    for (int look = 0; look < kMaxLooks; ++look) {
      absl::StatusOr<Archives> before = FindArchives(request, files_);
      if (absl::IsAborted(before.status()) || IsMissing(before.status())) {
        moved = before.status();
        continue;
      }
      if (!before.ok()) return before.status();
      std::unique_ptr<Input> input;
      absl::StatusOr<Block> first = Block{};
      if (!log.live.empty()) {
        absl::StatusOr<std::unique_ptr<Input>> opened =
            OpenInput(log.live, StartAt::kBeginning, std::nullopt, Around(source));
        if (!opened.ok()) return opened.status();
        input = *std::move(opened);
        first = input->Next();
        if (!first.ok()) return first.status();
      }
      const absl::StatusOr<Archives> after = FindArchives(request, files_);
      if (!after.ok() || !StoodStill(*before, *after)) {
        moved = absl::AbortedError(log.live + " and its rotated files are renamed again and again");
        continue;
      }
      const std::vector<std::string>& notices = before->notices;
      result_.notices.insert(result_.notices.end(), notices.begin(), notices.end());
      return AddStream(source, *log.shard, std::move(before->files), std::move(input),
                       before->live_written, log.numbering, *first);
    }
    return moved;
  }

  [[nodiscard]] static ArchiveRequest RequestOf(const Waiting& log) {
    return {.live = log.live,
            .rotated = log.source->rotated,
            .others = log.others,
            .zone = log.source->reading.zone,
            .now = absl::Now()};
  }

  // Whether the next log is to be opened before more is counted of the one that is earliest now.
  [[nodiscard]] bool IsWaitingOver(const LogStream* earliest) const {
    if (waiting_.empty() || earliest == nullptr) return !waiting_.empty();
    const absl::Time begins = waiting_.back().begins;
    if (begins == absl::InfinitePast()) return true;
    const std::int64_t second = absl::ToUnixSeconds(begins);
    return earliest->step() != kNoStep && second / request_.step <= earliest->step();
  }

  [[nodiscard]] absl::Status AddStream(const SourceOptions& source, Shard& shard,
                                       std::vector<Archive> archives, std::unique_ptr<Input> live,
                                       absl::Time live_written, Numbering numbering,
                                       const Block& first = {}) {
    streams_.push_back(
        std::make_unique<LogStream>(LogStream::Options{.step = request_.step,
                                                       .format = source.reading.format,
                                                       .zone = source.reading.zone,
                                                       .numbering = numbering},
                                    shard, std::move(archives), std::move(live), live_written));
    streams_.back()->ConsumeFirst(first);
    const absl::StatusOr<bool> more = streams_.back()->Advance();
    if (!more.ok()) return more.status();
    if (!*more) streams_.pop_back();
    return absl::OkStatus();
  }

  [[nodiscard]] Surroundings Around(const SourceOptions& source) {
    return {.files = files_,
            .waker = *waker_,
            .clock = SteadyClock(),
            .claims = claims_,
            .rotated = source.rotated,
            .kafka = source.kafka,
            .trouble = Surroundings::Trouble::kEndsReading};
  }

  // Time only goes forward: what comes late belongs to the step that has been reached.
  [[nodiscard]] absl::Status Count(LogStream& stream) {
    if (stream.step() > step_) {
      if (step_ != kNoStep) {
        const std::int64_t over = (step_ + 1) * request_.step;
        if (absl::Status taken = Take(over); !taken.ok()) return taken;
        if (absl::Status passed = PassTo(stream.step() + 1); !passed.ok()) return passed;
      }
      step_ = stream.step();
    }
    const bool counts = stream.step() == kNoStep
                            ? request_.window.since == absl::InfinitePast()
                            : request_.window.Holds(absl::FromUnixSeconds(step_ * request_.step));
    stream.Consume(counts ? LogStream::Messages::kCounted : LogStream::Messages::kLeftOut);
    return absl::OkStatus();
  }

  [[nodiscard]] absl::Status Take(std::int64_t moment) {
    const absl::Time time = absl::FromUnixSeconds(moment);
    // What is left out has no samples either.
    if (time <= request_.window.since) return absl::OkStatus();
    if (time - absl::Seconds(request_.step) >= request_.window.until) return absl::OkStatus();
    result_.first = std::min(result_.first, time - absl::Seconds(request_.step));
    result_.last = time;
    return history_->Take(moment);
  }

  // Nothing is written until the end of the step before that one.
  [[nodiscard]] absl::Status PassTo(StepNumber step) {
    const absl::Time until = std::min(absl::FromUnixSeconds(step * request_.step),
                                      request_.window.until + absl::Seconds(1));
    return history_->PassTo(absl::ToUnixSeconds(until));
  }

  // Never later than the present: a live exporter's samples come after it.
  [[nodiscard]] absl::Status End() {
    if (step_ == kNoStep) {
      return absl::NotFoundError(
          "no line of the log says when it was written: there is no history");
    }
    const std::int64_t over = (step_ + 1) * request_.step;
    const std::int64_t now = absl::ToUnixSeconds(absl::Now());
    absl::Status taken = Take(std::max(step_ * request_.step + 1, std::min(over, now)));
    if (!taken.ok()) return taken;
    if (absl::Status finished = history_->Finish(); !finished.ok()) return finished;
    result_.files = history_->files();
    result_.samples = history_->samples();
    return absl::OkStatus();
  }

  const BackfillRequest& request_;
  FileSystem& files_;
  const std::unique_ptr<Waker> waker_;
  const std::shared_ptr<FileClaims> claims_ = std::make_shared<FileClaims>();
  std::vector<std::shared_ptr<Shard>> shards_;
  std::vector<Waiting> waiting_;  // the one that begins first is the last
  std::vector<std::unique_ptr<LogStream>> streams_;
  std::optional<History> history_;
  StepNumber step_ = kNoStep;  // that is being counted
  BackfillResult result_;
};

}  // namespace

absl::StatusOr<BackfillResult> Backfill(const BackfillRequest& request,
                                        std::unique_ptr<StateStore> store, FileSystem& files) {
  Run run(request, files);
  if (absl::Status opened = run.Open(); !opened.ok()) return opened;
  if (absl::Status read = run.Read(); !read.ok()) return read;
  if (store != nullptr) {
    if (absl::Status saved = run.HandOver(std::move(store)); !saved.ok()) return saved;
  }
  return run.TakeResult();
}

}  // namespace maillog
