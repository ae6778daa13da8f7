// One source that is followed in memory, from the file system to what a scrape shows.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/follow/pump.h"
#include "exporter/input/open.h"
#include "exporter/state/ledger.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {

/// How often each message was delivered, by its text without newline.
using Messages = std::map<std::string, int>;

/// Notes every message that passes. `reads_on` says whether an input that can read on while a block
/// is counted does; then it is asked for what is ahead as well, and has to keep its promise.
class TappedInput final : public Input {
 public:
  TappedInput(std::unique_ptr<Input> input, std::function<void(std::string)> note,
              std::function<bool()> reads_on)
      : input_(std::move(input)), note_(std::move(note)), reads_on_(std::move(reads_on)) {}

  absl::StatusOr<Block> Next() override {
    absl::StatusOr<Block> block = input_->Next();
    if (const std::string_view promised = std::exchange(promised_, {}); !promised.empty()) {
      EXPECT_TRUE(block.ok());
      if (!block.ok()) return block;
      EXPECT_EQ(block->messages.data(), promised.data());
      EXPECT_EQ(block->messages.size(), promised.size());
      EXPECT_EQ(block->messages, promised_messages_) << "changed before it was handed on";
    }
    if (!block.ok()) return block;
    const auto* const read_on = std::exchange(block->meanwhile, nullptr);
    const auto* const ahead = std::exchange(block->ahead, nullptr);
    if (read_on != nullptr && reads_on_()) {
      (*read_on)();
      if (ahead != nullptr) promised_ = (*ahead)();
      promised_messages_ = promised_;
      promises_ += promised_.empty() ? 0 : 1;
    }
    Note(*block);  // what it has is still there
    return block;
  }
  [[nodiscard]] TimePoint deadline() const override { return input_->deadline(); }
  /// Blocks that were known before they were handed on.
  [[nodiscard]] int promises() const { return promises_; }

 private:
  void Note(const Block& block) {
    std::string_view rest = block.messages;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view message = rest.substr(0, end);
      while (message.starts_with('\0')) message.remove_prefix(1);
      if (!message.empty()) note_(std::string(message));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (std::uint32_t i = 0; i < block.malformed; ++i) note_("<overlong>");
  }

  const std::unique_ptr<Input> input_;
  const std::function<void(std::string)> note_;
  const std::function<bool()> reads_on_;
  std::string_view promised_;  // by the last block
  std::string promised_messages_;
  int promises_ = 0;
};

class Following {
 public:
  explicit Following(std::string path, StartAt start = StartAt::kBeginning)
      : path_(std::move(path)), start_(start) {
    auto store = std::make_unique<SharedStore>(*this);
    ledger_ = std::make_unique<Ledger>(std::move(store), clock);
  }

  /// Reads all that can be read; opens the source at the first call.
  void Step() {
    if (pump_ == nullptr) Open();
    (void)pump_->Drain(never_);
  }
  /// Reads one block; opens the source at the first call.
  void StepBlock() {
    if (pump_ == nullptr) Open();
    const absl::StatusOr<Block> block = input_->Next();
    if (block.ok()) shard_->Consume(*block);
  }
  /// What a scrape shows, now committed.
  [[nodiscard]] std::shared_ptr<const Samples> Scrape() { return *ledger_->Commit(); }
  /// The process is gone, with everything that was not committed; another begins.
  void Crash() {
    pump_.reset();
    input_.reset();
    claims_ = std::make_shared<FileClaims>();
    ledger_ = std::make_unique<Ledger>(std::make_unique<SharedStore>(*this), clock);
    (void)ledger_->Load();
    order_.resize(order_.size() - uncommitted_.size());
    for (const std::string& message : std::exchange(uncommitted_, {})) {
      if (--messages_[message] == 0) messages_.erase(message);
    }
  }

  [[nodiscard]] const Messages& messages() const { return messages_; }
  /// The same in the order in which they came.
  [[nodiscard]] const std::vector<std::string>& order() const { return order_; }
  [[nodiscard]] const SavedState& saved() const { return saved_; }
  /// Of the source that is followed.
  [[nodiscard]] const SavedSource& saved_source() const { return saved_.sources.at(path_); }
  /// As far as the store has them.
  [[nodiscard]] const Messages& committed_messages() const { return committed_messages_; }
  [[nodiscard]] int Times(const std::string& message) const {
    const auto found = messages_.find(message);
    return found == messages_.end() ? 0 : found->second;
  }
  [[nodiscard]] int Total() const {
    int total = 0;
    for (const auto& [message, times] : messages_) total += times;
    return total;
  }
  [[nodiscard]] std::uint64_t Rotations(const std::string& kind) {
    return Scrape()->CounterValue(kSourceRotations.name, {path_, kind});
  }
  [[nodiscard]] std::uint64_t LostBytes() {
    return Scrape()->CounterValue(kSourceLostBytes.name, {path_});
  }
  [[nodiscard]] std::uint64_t RemovedLogs() {
    return Scrape()->CounterValue(kSourceGaps.name, {path_, "log_removed"});
  }
  [[nodiscard]] std::uint64_t Records() {
    const std::shared_ptr<const Samples> samples = Scrape();
    std::uint64_t records = 0;
    for (const std::string_view outcome : Label<Outcome>::values) {
      records += samples->CounterValue(kRecords.name, {path_, std::string(outcome)});
    }
    return records;
  }
  [[nodiscard]] double Gauge(const RowInfo& row) {
    const std::shared_ptr<const Samples> samples = Scrape();
    return std::get<double>(samples->families().at(row.name).series.at({path_}));
  }
  [[nodiscard]] TimePoint deadline() const { return input_->deadline(); }
  /// Of this process: blocks that were known before they were handed on.
  [[nodiscard]] int promises() const { return input_->promises(); }

  FakeFileSystem files;
  FakeClock clock;
  SteppedWaker waker;
  std::string rotated;                           ///< another directory that rotated files go to
  std::size_t read_bytes = BlockBuffer::kBytes;  ///< of a file at once
  /// Asked while a block is counted, as whoever counts may: whether it is read on meanwhile. Every
  /// second time.
  std::function<bool()> reads_on = [this] { return ++counted_blocks_ % 2 == 0; };
  /// Called around each commit to the store; an error becomes the store's.
  std::function<absl::Status()> before_save;
  std::function<void()> after_save;

 private:
  int counted_blocks_ = 0;

  // Outlives the process that crashes.
  class SharedStore final : public StateStore {
   public:
    explicit SharedStore(Following& following) : following_(following) {}
    [[nodiscard]] bool persistent() const override { return false; }
    [[nodiscard]] absl::StatusOr<SavedState> Load() override { return following_.saved_; }
    [[nodiscard]] absl::Status Save(SavedState state) override {
      if (following_.before_save) {
        if (absl::Status allowed = following_.before_save(); !allowed.ok()) return allowed;
      }
      following_.saved_ = std::move(state);
      following_.saved_device_ = following_.files.device();
      for (const std::string& message : std::exchange(following_.uncommitted_, {})) {
        ++following_.committed_messages_[message];
      }
      if (following_.after_save) following_.after_save();
      return absl::OkStatus();
    }

   private:
    Following& following_;
  };

  void Open() {
    shard_ = std::make_shared<Shard>(path_, clock);
    std::optional<std::vector<Bookmark>> bookmarks;
    if (const std::optional<SavedSource> saved = ledger_->SavedOf(path_)) {
      shard_->Restore(*saved);
      bookmarks = saved->bookmarks;
    }
    ledger_->Add(shard_);
    absl::StatusOr<std::unique_ptr<Input>> input =
        OpenInput(path_, start_, bookmarks,
                  {.files = files,
                   .waker = waker,
                   .clock = clock,
                   .claims = claims_,
                   .rotated = rotated,
                   .commit = [this] { return ledger_->CommitNow(); },
                   .booted_since = saved_device_ != files.device(),
                   .read_bytes = read_bytes});
    const auto note = [this](std::string message) {
      ++messages_[message];
      order_.push_back(message);
      uncommitted_.push_back(std::move(message));
    };
    input_ = std::make_unique<TappedInput>(*std::move(input), note, [this] { return reads_on(); });
    pump_ = std::make_unique<Pump>(*input_, *shard_, [this] { return ledger_->CommitNow(); });
  }

  const std::string path_;
  const StartAt start_;
  const std::atomic<bool> never_{false};
  SavedState saved_;
  std::uint64_t saved_device_ = 0;  // the files' when it was saved: another one after a reboot
  Messages messages_;
  std::vector<std::string> order_;
  Messages committed_messages_;
  std::vector<std::string> uncommitted_;
  std::shared_ptr<FileClaims> claims_ = std::make_shared<FileClaims>();
  std::unique_ptr<Ledger> ledger_;
  std::shared_ptr<Shard> shard_;
  std::unique_ptr<TappedInput> input_;
  std::unique_ptr<Pump> pump_;
};

/// The log that most scripts follow, and its rotations.
inline constexpr char kLog[] = "/log/maillog";
inline constexpr char kOld[] = "/log/maillog.1";
inline constexpr char kOlder[] = "/log/maillog.2";
inline constexpr char kOldest[] = "/log/maillog.3";

/// A line as syslog writes it, different for each number from its first bytes on, with newline. The
/// end of a mail whose beginning is missing, minutes after the one before: it is counted when the
/// next line has come.
[[nodiscard]] inline std::string NumberedLine(int number) {
  const int minutes = number * 2 % (24 * 60);
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "Nov 21 " + two(minutes / 60) + ":" + two(minutes % 60) + ":00 n" +
         std::to_string(number) +
         ".a-host-with-a-name-so-long-that-lines-are-as-long-as-usual.example.com" +
         " postfix/qmgr[77]: 3F2504E04F89: removed\n";
}
/// The same without newline: as messages are noted.
[[nodiscard]] inline std::string NumberedMessage(int number) {
  std::string line = NumberedLine(number);
  line.pop_back();
  return line;
}
/// `first` to `last`.
[[nodiscard]] inline std::string NumberedLines(int first, int last) {
  std::string lines;
  for (int i = first; i <= last; ++i) lines += NumberedLine(i);
  return lines;
}
/// Each of the messages `first` to `last` was delivered once, and nothing else.
inline void ExpectExactly(const Following& following, int first, int last) {
  for (int i = first; i <= last; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
  EXPECT_EQ(following.Total(), last - first + 1);
}

}  // namespace maillog::test
