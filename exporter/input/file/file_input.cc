#include "exporter/input/file/file_input.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

namespace maillog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A log that never stops must not keep names from being looked at.
constexpr seconds kMaxRound{1};
// Names are looked at when something happens to them, with every round after this, and after
// kNamesInterval even if nothing was announced: not every change is (links, mounts, network).
constexpr seconds kNamesWithRound{1};
constexpr seconds kNamesInterval{5};
// After trouble: soon, then at growing intervals.
constexpr milliseconds kFirstRetry{250};
// Looking at thousands of names takes at most this share of the time.
constexpr int kLookingShare = 2000;
// Looking at those of many sources together takes less, since each look wakes a worker; but each is
// still looked at after kMaxShared.
constexpr int kSharedLookingShare = 4000;
constexpr seconds kMaxShared{30};
// So often in one round, where files are renamed during the looks.
constexpr int kMaxLooks = 3;
// How often a disk that cannot save is asked again on behalf of old files, and how often a stalled
// one may hold up reading.
constexpr seconds kCommitRetry{5};
// So many files are kept open until what was read of them is saved.
constexpr std::size_t kMaxUnsaved = FileSet::kMaxOpen / 2;

}  // namespace

FileInput::FileInput(FileSet files, const Surroundings& around)
    : files_(std::move(files)),
      around_(around),
      buffer_(BlockBuffer::kBytes, around.read_bytes),
      names_interval_(kFirstRetry) {}

FileInput::~FileInput() { around_.looking->Replace(look_took_, {}); }

absl::StatusOr<Block> FileInput::Next() {
  notes_ = {};
  if (std::exchange(is_promised_, false)) {
    --next_;  // its turn again
  } else {
    CloseFinished();
    if (!in_round_ || IsRoundOver()) BeginRound();
    notes_ = files_.TakeNotes();
  }
  Block block;
  // Where reading begins is saved before the first line is read.
  if (std::exchange(at_first_, false) && !notes_.begun.empty()) {
    Complete(block);
    return block;
  }
  if (ReadRound(block)) {
    Complete(block);
    return block;
  }
  in_round_ = false;
  if (notes_.empty()) {
    if (absl::Status trouble = files_.trouble(); !trouble.ok()) return trouble;
    if (!files_.has_more()) block.progress = Progress::kAtEnd;
  }
  Complete(block);
  return block;
}

TimePoint FileInput::deadline() const {
  const TimePoint looking = std::min(files_.deadline(), names_looked_ + names_interval_);
  return commit_again_ > around_.clock.Now() ? std::min(looking, commit_again_) : looking;
}

bool FileInput::IsRoundOver() const { return around_.clock.Now() - round_begun_ >= kMaxRound; }

void FileInput::BeginRound() {
  round_begun_ = around_.clock.Now();
  const Change change = around_.waker.TakeChange();
  const Duration since = round_begun_ - names_looked_;
  const bool names = change == Change::kNames || since >= kNamesWithRound || files_.has_more();
  // What a rename hid from a look is older than what is open, and to be read before it.
  for (int looks = 0; looks < kMaxLooks; ++looks) {
    if (names) LookAtNames();
    files_.LookAtContents();
    if (!names || files_.LookForUnread()) break;
  }
  in_round_ = true;
  read_in_pass_ = false;
  next_ = 0;
}

void FileInput::LookAtNames() {
  const TimePoint begun = around_.clock.Now();
  files_.LookAtNames();
  names_looked_ = around_.clock.Now();
  const Duration took = names_looked_ - begun;
  around_.looking->Replace(std::exchange(look_took_, took), took);
  const Duration shared =
      std::min<Duration>(around_.looking->total() * kSharedLookingShare, kMaxShared);
  const Duration calm = std::max<Duration>({kNamesInterval, shared, took * kLookingShare});
  names_interval_ = files_.trouble().ok() ? calm : std::min(calm, names_interval_ * 2);
  if (files_.trouble().ok()) return;
  names_interval_ = std::max<Duration>(names_interval_, kFirstRetry);
}

void FileInput::CloseFinished() {
  for (std::size_t i = 0; i < files_.size() && finished_ != nullptr; ++i) {
    if (&files_[i] != finished_) continue;
    files_.LetGo(i);
    if (next_ > i) --next_;
    break;
  }
  finished_ = nullptr;
}

// False when all files are at their ends.
bool FileInput::ReadRound(Block& block) {
  for (;;) {
    if (next_ >= files_.size()) {
      if (!read_in_pass_) return false;
      read_in_pass_ = false;
      next_ = 0;
    }
    if (next_ >= files_.size()) return false;
    const Read read = ReadFrom(next_, block);
    if (read != Read::kClosed) ++next_;
    read_in_pass_ = read_in_pass_ || read == Read::kBlock || read == Read::kWaits;
    if (read == Read::kBlock) return true;
  }
}

FileInput::Read FileInput::ReadFrom(std::size_t index, Block& block) {
  OpenFile& file = files_[index];
  const std::uint64_t before = file.bookmark().offset;
  bool moved = false;
  if (!file.at_end()) {
    if (files_.MayHaveOlder(file)) return Read::kNothing;
    if (files_.HasUnreadOlder(file)) return Read::kWaits;
    const absl::StatusOr<BlockBuffer::Taken> taken = file.Read(buffer_, around_.clock.Now());
    if (!taken.ok()) {
      files_.Drop(index, taken.status());
      return Read::kClosed;
    }
    block.messages = taken->messages;
    block.given_up = taken->given_up;
    block.malformed = taken->malformed;
    moved = !taken->passed.empty() || taken->malformed > 0;
    reading_ = &file;
    if (!block.messages.empty()) {
      block.meanwhile = &read_on_;
      block.ahead = &ahead_;
    }
  }
  if (!moved && file.at_end() && files_.IsDue(file)) moved = ReadLast(file, block);
  if (!moved) return Read::kNothing;
  block.after = &file.bookmark();
  block.read_bytes = file.bookmark().offset - before;
  return Read::kBlock;
}

// As if it were read now: what was read on was checked after it was read, and until it has been
// handed on no look comes that could find something else. A look that falls due meanwhile comes
// right after it.
std::string_view FileInput::Promise() {
  if (reading_->at_end() || IsRoundOver() || IsTurnOfAnother()) return {};
  const std::string_view next = reading_->Ahead(buffer_);
  is_promised_ = !next.empty();
  return next;
}

bool FileInput::IsTurnOfAnother() const {
  const bool may_let_go = around_.clock.Now() >= commit_again_;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const OpenFile& file = files_[i];
    const bool has_more = file.at_end()
                              ? may_let_go && files_.IsDue(file)
                              : !files_.MayHaveOlder(file) && !files_.HasUnreadOlder(file);
    if (&file != reading_ && has_more) return true;
  }
  return false;
}

// What is unfinished will never be finished: it counts as it is. Then the file is let go, once that
// is saved.
bool FileInput::ReadLast(OpenFile& file, Block& block) {
  if (file.found() == Found::kResume && file.unread_bytes() > 0) {
    const absl::StatusOr<BlockBuffer::Taken> taken = file.ReadUnfinished(buffer_);
    if (taken.ok() && (!taken->passed.empty() || taken->malformed > 0)) {
      block.messages = taken->messages;
      block.given_up = taken->given_up;
      block.malformed = taken->malformed;
      return true;
    }
  }
  if (!MayLetGo()) return false;
  file.Finish();
  finished_ = &file;
  return true;
}

bool FileInput::MayLetGo() {
  if (around_.clock.Now() < commit_again_) return false;
  if (around_.commit() || files_.size() > kMaxUnsaved) return true;
  commit_again_ = around_.clock.Now() + kCommitRetry;
  return false;
}

void FileInput::Complete(Block& block) {
  block.rotations = notes_.rotations;
  block.lost_bytes = notes_.lost_bytes;
  block.gaps[static_cast<std::size_t>(Gap::kLogRemoved)] = notes_.removed_logs;
  block.begun = notes_.begun;
  block.forgotten = notes_.forgotten;
  block.unread_bytes = files_.unread_bytes();
}

}  // namespace maillog
