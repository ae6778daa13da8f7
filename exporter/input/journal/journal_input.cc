#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "exporter/input/journal/journal.h"
#include "exporter/input/journal/journal_access.h"
#include "exporter/input/journal/libsystemd.h"
#include "exporter/input/kafka/kafka_address.h"
#include "exporter/input/syslog/relp_tail.h"
#include "exporter/os/file_system.h"
#include "exporter/os/log.h"
#include "parser/envelope/envelopes.h"
#include "parser/scan.h"

namespace maillog {
namespace {

// Between two checks whether the program is to end; and what is passed on at once.
constexpr int kMaxEntries = 4096;
constexpr std::size_t kMaxText = 256 * 1024;
// Entries of others move the cursor too, but each time it is saved costs a commit.
constexpr int kEntriesWithoutSaving = 20'000;
constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::seconds kAccessRetry{5};
// Where changes are announced, and where they are not (network file systems).
constexpr std::chrono::seconds kCalm{30};
constexpr std::chrono::milliseconds kPoll{250};
// Where nothing can be announced since the system has no inotify instance left: libsystemd then
// looks for files only when it opens the journal.
constexpr std::chrono::seconds kReopen{1};

using Journal = std::unique_ptr<sd_journal, void (*)(sd_journal*)>;

/// A sender's own words for a line's header: nothing that ends a word there.
void AppendWord(std::string_view word, std::string& line) {
  for (const char c : word) {
    const bool ends_word = static_cast<unsigned char>(c) <= ' ' || c == '[' || c == ':';
    line += ends_word ? '_' : c;
  }
}

void AppendDigits(std::uint64_t value, int width, std::string& line) {
  const std::size_t begin = line.size();
  line.append(static_cast<std::size_t>(width), '0');
  for (std::size_t i = line.size(); i-- > begin; value /= 10) {
    line[i] = static_cast<char>('0' + value % 10);
  }
}

class JournalInput final : public Input {
 public:
  JournalInput(const Libsystemd& library, JournalPath path, StartAt start,
               const std::optional<std::vector<Bookmark>>& saved, Surroundings around)
      : sd_(library),
        path_(std::move(path)),
        around_(std::move(around)),
        from_end_(start == StartAt::kEnd) {
    bookmark_.number = 1;
    bookmark_.path = path_.directory;
    if (!saved) return;
    from_end_ = false;
    for (const Bookmark& bookmark : *saved) {
      const bool is_cursor = !bookmark.cursor.empty() && !RelpTail::Parse(bookmark.cursor) &&
                             !KafkaPosition::Parse(bookmark.cursor);
      if (is_cursor) bookmark_ = bookmark;
    }
  }

  absl::StatusOr<Block> Next() override {
    if (!access_.ok() && around_.clock.Now() >= look_at_) LookAgain();
    absl::StatusOr<Block> block = journal_ == nullptr ? Begin() : Block{};
    // Where reading begins is saved before the first entry is read.
    if (block.ok() && block->after != nullptr) return block;
    if (block.ok() && at_end_) block = TakeChanges();
    if (block.ok()) block = ReadOn();
    NoteHealth(block.ok() ? access_ : block.status());
    if (!block.ok()) {
      Close();
      look_at_ = around_.clock.Now() + kRetry;
    } else if (!access_.ok() && block->progress == Progress::kAtEnd) {
      look_at_ = around_.clock.Now() + kAccessRetry;
      if (block->after == nullptr) return access_;
      block->progress = Progress::kMore;
    }
    return block;
  }

  [[nodiscard]] TimePoint deadline() const override { return look_at_; }

 private:
  [[nodiscard]] absl::Status Fault(int error) const {
    return path_.directory.empty() ? ErrnoStatus(-error, "journal")
                                   : OpenError(-error, path_.directory);
  }

  void NoteHealth(const absl::Status& status) {
    const std::string said(status.message());
    if (said == trouble_ || around_.trouble == Surroundings::Trouble::kEndsReading) return;
    trouble_ = said;
    if (status.ok()) {
      LogInfo("the journal can be read again", {{"path", path_.directory}});
    } else {
      LogWarn("the journal cannot be read; trying again", {{"error", said}});
    }
  }

  void Close() {
    journal_.reset();
    around_.waker.WatchDescriptor(kNoDescriptor);
  }

  // libsystemd reads the machine's own files, whatever those of the surroundings are.
  [[nodiscard]] absl::Status Access() const { return JournalAccess(path_, PosixFileSystem()); }

  // What can be read now was left out when the journal was opened.
  void LookAgain() {
    absl::Status access = Access();
    if (access != access_) Close();
    access_ = std::move(access);
  }

  absl::StatusOr<Block> Begin() {
    access_ = Access();
    if (absl::IsNotFound(access_)) {
      from_end_ = false;  // all that comes is new
      return access_;
    }
    sd_journal* opened = nullptr;
    const int result = path_.directory.empty()
                           ? sd_.open(&opened, kJournalLocalOnly | kJournalSystem)
                           : sd_.open_directory(&opened, path_.directory.c_str(), 0);
    if (result < 0) return Fault(result);
    journal_.reset(opened);
    // One byte more than a message may have shows an overlong one.
    (void)sd_.set_data_threshold(opened, kMaxMessageBytes + sizeof "MESSAGE=");
    const int descriptor = sd_.get_fd(opened);
    finds_new_files_ = descriptor >= 0;
    if (finds_new_files_) around_.waker.WatchDescriptor(descriptor);
    at_end_ = false;
    const bool had_cursor = !bookmark_.cursor.empty();
    const int sought = Seek();
    if (sought < 0) return Fault(sought);
    return Block{.after = had_cursor || bookmark_.cursor.empty() ? nullptr : &bookmark_};
  }

  int Seek() {
    if (!bookmark_.cursor.empty()) {
      at_cursor_ = true;
      return sd_.seek_cursor(journal_.get(), bookmark_.cursor.c_str());
    }
    if (!from_end_) return sd_.seek_head(journal_.get());
    if (const int result = sd_.seek_tail(journal_.get()); result < 0) return result;
    const int last = sd_.previous(journal_.get());
    if (last < 0) return last;
    // Where nothing can be read for now, the end is to be found later.
    from_end_ = last == 0 && !access_.ok();
    if (last == 0) return sd_.seek_head(journal_.get());
    bookmark_.cursor = Cursor();
    return 0;
  }

  // Files may have been vacuumed, with entries that were not read.
  absl::StatusOr<Block> TakeChanges() {
    const int change = sd_.process(journal_.get());
    if (change < 0) return Fault(change);
    if (change == kJournalInvalidate) access_ = Access();
    if (change == kJournalInvalidate && !bookmark_.cursor.empty()) {
      const int sought = Seek();
      if (sought < 0) return Fault(sought);
    }
    return Block{};
  }

  absl::StatusOr<Block> ReadOn() {
    lines_.clear();
    std::uint32_t gaps = 0;
    int visited = 0;
    at_end_ = false;
    while (visited < kMaxEntries && lines_.size() < kMaxText) {
      const int moved = sd_.next(journal_.get());
      if (moved < 0) return Fault(moved);
      at_end_ = moved == 0;
      if (at_end_) break;
      if (std::exchange(at_cursor_, false)) {
        if (sd_.test_cursor(journal_.get(), bookmark_.cursor.c_str()) > 0) continue;
        if (EntriesBetween(bookmark_.cursor, Cursor()) != 0) ++gaps;
      }
      ++visited;
      ReadEntry();
    }
    // At the end the journal is still at the last entry.
    if (visited > 0) bookmark_.cursor = Cursor();
    unsaved_ += visited;
    Block block{.messages = lines_, .read_bytes = lines_.size()};
    block.gaps[static_cast<std::size_t>(Gap::kJournalVacuum)] = gaps;
    if (!lines_.empty() || gaps > 0 || unsaved_ >= kEntriesWithoutSaving) {
      block.after = &bookmark_;
      unsaved_ = 0;
    }
    if (at_end_) {
      block.progress = Progress::kAtEnd;
      const bool announced = finds_new_files_ && sd_.reliable_fd(journal_.get()) > 0;
      look_at_ = around_.clock.Now() + (announced ? Duration(kCalm) : Duration(kPoll));
      if (!finds_new_files_) {
        Close();
        look_at_ = around_.clock.Now() + kReopen;
      }
    }
    return block;
  }

  void ReadEntry() {
    const std::string facility(path_.facility.empty() ? std::string_view()
                                                      : Field("SYSLOG_FACILITY"));
    identifier_ = Field("SYSLOG_IDENTIFIER");
    const bool known = IsWanted(path_, {.identifier = identifier_, .facility = facility});
    if (!known && !IsWanted(path_, {.unit = Field("_SYSTEMD_UNIT")})) return;
    AppendStamp();
    lines_ += ' ';
    const std::string_view host = Field("_HOSTNAME");
    AppendWord(host.empty() ? "localhost" : host, lines_);
    lines_ += ' ';
    if (identifier_.empty()) identifier_ = Field("_COMM");
    AppendWord(identifier_.empty() ? "unknown" : identifier_, lines_);
    AppendPid();
    lines_ += ": ";
    AppendMessage();
    lines_ += '\n';
  }

  void AppendStamp() {
    std::uint64_t micros = 0;
    (void)sd_.get_realtime_usec(journal_.get(), &micros);
    const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
    if (second_text_.empty() || seconds != second_) {
      second_ = seconds;
      std::tm utc{};
      ::gmtime_r(&seconds, &utc);
      std::array<char, 32> text;
      second_text_.assign(text.data(),
                          std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &utc));
    }
    lines_ += second_text_;
    AppendDigits(micros % 1'000'000, 6, lines_);
    lines_ += "+00:00";
  }

  void AppendPid() {
    std::string_view pid = Field("SYSLOG_PID");
    if (pid.empty()) pid = Field("_PID");
    const bool is_number = std::all_of(pid.begin(), pid.end(), IsDigit);
    if (!pid.empty() && is_number) lines_.append("[").append(pid).append("]");
  }

  void AppendMessage() {
    std::string_view message = Field("MESSAGE");
    while (EatBack(message, "\n")) continue;
    const std::size_t begin = lines_.size();
    lines_ += message;
    std::replace(lines_.begin() + static_cast<std::ptrdiff_t>(begin), lines_.end(), '\n', ' ');
  }

  /// Empty if the entry has no such field. Valid until the next field is asked for.
  std::string_view Field(const char* name) {
    const void* data = nullptr;
    std::size_t size = 0;
    if (sd_.get_data(journal_.get(), name, &data, &size) < 0) return {};
    std::string_view field(static_cast<const char*>(data), size);
    (void)SkipPast(field, '=');
    return field;
  }

  [[nodiscard]] std::string Cursor() const {
    char* text = nullptr;
    if (sd_.get_cursor(journal_.get(), &text) < 0) return {};
    std::string cursor = text;
    std::free(text);
    return cursor;
  }

  const Libsystemd& sd_;
  const JournalPath path_;
  const Surroundings around_;
  Journal journal_{nullptr, sd_.close};
  Bookmark bookmark_;
  bool from_end_;           // nothing was ever read, and what is there is not to be
  bool at_cursor_ = false;  // the next entry should be the one at the cursor, counted already
  bool at_end_ = false;
  bool finds_new_files_ = true;  // while the journal is open
  int unsaved_ = 0;              // entries since the cursor was passed on
  absl::Status access_;          // whether all files could be read when they were last looked at
  TimePoint look_at_ = TimePoint::max();
  std::string trouble_;  // as logged
  std::string lines_;
  std::string identifier_;
  std::string second_text_;  // the stamp of `second_`
  std::time_t second_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Input>> MakeJournalInput(
    const JournalPath& path, StartAt start, const std::optional<std::vector<Bookmark>>& saved,
    const Surroundings& around) {
  const absl::StatusOr<const Libsystemd*> library = TheLibsystemd();
  if (!library.ok()) return library.status();
  return std::make_unique<JournalInput>(**library, path, start, saved, around);
}

}  // namespace maillog
