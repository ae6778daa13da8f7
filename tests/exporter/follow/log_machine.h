// What may happen to a machine that writes a log, rotates it and dies: the world of the crash
// model, which knows where each line is, and which lines nobody can find again.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/exporter/follow/crash_lines.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {

struct ProcessDies {};

/// Files and writers. Lines are numbered, so that each exists once.
class LogMachine {
 public:
  static constexpr char kLog[] = "/log/maillog";
  static constexpr int kKept = 3;  // rotations that log rotation keeps

  struct Line {
    std::string message;
    // Or so: after the rest of a line that lost its end, from its beginning or from where it lost
    // its end before.
    std::set<std::string> joined;
    FakeFileSystem::NodePtr node;  ///< where it is; nullptr: no longer anywhere
    std::uint64_t end = 0;         ///< offset after its newline, unpacked
    bool overwrites = false;       ///< begins where another had been read before a power cut
  };

  explicit LogMachine(Following& following) : following_(following), files_(following.files) {
    files_.MakeDirectory("/log");
    writer_ = files_.Create(kLog);
  }

  /// From now on every log begins with the same lines, as after a reload: this many bytes.
  void BeginAlike(std::size_t bytes) {
    while (alike_.size() < bytes) alike_ += std::string(kAlike) + '\n';
  }

  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }
  /// Lines that need not be found, but may be counted once at most.
  [[nodiscard]] const std::set<std::string>& perhaps() const { return perhaps_; }

  /// Whether a log was written to after it had been copied to be cut.
  [[nodiscard]] bool has_cut_late() const { return cut_late_ != nullptr; }
  /// Whether a log fell off the end of rotation.
  [[nodiscard]] bool has_dropped() const { return has_dropped_; }

  /// What was rotated before anybody looked is never read.
  void AddOlder() {
    files_.Unlink(kLog);
    files_.Append(OldName(2),
                  "Nov 19 10:00:00 older postfix/qmgr[7]: 3F2504E04F02: removed, two\n");
    files_.Append(OldName(1),
                  "Nov 20 10:00:00 older postfix/qmgr[7]: 3F2504E04F01: removed, one\n");
    writer_ = files_.Create(kLog);
  }

  // ---- the writer

  void Append(int count) {
    FinishLine();
    Begin();
    for (int i = 0; i < count; ++i) {
      files_.AppendTo(writer_, MachineLine(++number_));
      Wrote();
    }
  }
  void AppendPart(std::size_t size) {
    FinishRotation();
    if (!unfinished_.empty()) return FinishLine();
    // If nothing was read but lines with which all logs begin, they could come from any log.
    if (!alike_.empty() && writer_->content.empty()) Append(1);
    const std::string line = MachineLine(++number_);
    files_.AppendTo(writer_, line.substr(0, size));
    unfinished_ = line.substr(size);
  }
  [[nodiscard]] bool is_in_line() const { return !unfinished_.empty(); }
  void FinishLine() {
    FinishRotation();
    if (unfinished_.empty()) return;
    files_.AppendTo(writer_, std::exchange(unfinished_, ""));
    Wrote();
  }
  /// As after SIGHUP: from now on the writer writes to the file that has the name.
  void Reopen() {
    FinishLine();
    writer_ = files_.Create(kLog);
  }

  // ---- log rotation and administrators. A writer finishes its line first.

  /// Log rotation is done in steps, between which others see the files as they are.
  [[nodiscard]] bool is_rotating() const { return !steps_.empty(); }
  /// Whether a file got another name.
  bool GoOnRotating() {
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    step.act();
    return step.renames;
  }
  /// What everything else that happens to the files waits for.
  void FinishRotation() {
    while (is_rotating()) (void)GoOnRotating();
  }

  void Rename() {
    Reopen();
    if (writer_ == cut_late_) return;
    ShiftOldNames();
    steps_.push_back({[this] { files_.Rename(kLog, OldName(1)); }, true});
  }
  /// The new log is there; the writer has not been told yet.
  void Create() {
    steps_.push_back({[this] { files_.Create(kLog); }});
  }
  /// `late` lines are written after the copy was made: they are in no file once the log is cut.
  void CopyTruncate(int late) {
    Reopen();
    if (writer_->content.empty()) return;
    ShiftOldNames();
    const std::size_t copied = writer_->content.size();
    if (late > 0) cut_late_ = writer_;
    Write(OldName(1), writer_->content);
    for (int i = 0; i < late; ++i) {
      steps_.push_back({[this] {
        files_.AppendTo(writer_, MachineLine(++number_));
        Wrote();
      }});
    }
    steps_.push_back({[this, copied] {
      for (Line& line : lines_) {
        if (line.node == writer_ && line.end > copied) line.node = nullptr;
      }
      files_.Truncate(kLog, 0);
      Move(writer_, files_.At(OldName(1)));
      ForgetUnread();
    }});
  }
  void Truncate() {
    Reopen();
    if (!alike_.empty()) NoteEmptied();
    files_.Truncate(kLog, 0);
    Move(writer_, nullptr);
    ForgetUnread();
  }
  void Remove() {
    Reopen();
    if (writer_ == cut_late_) return;
    files_.Unlink(kLog);
    ForgetUnread();
  }
  /// As container runtimes: what is packed has the time when it was packed.
  void PackWithTimesOfItsOwn() { keeps_times_ = false; }
  /// The writer has been told before.
  void PackOld(int number) {
    FinishRotation();
    const FakeFileSystem::NodePtr node = files_.At(OldName(number));
    if (node == nullptr || node == writer_) return;
    const std::string name = OldName(number) + ".gz";
    Write(name, Pack(node->content, Packing::kGzip));
    steps_.push_back({[this, node, name, plain = OldName(number)] {
      if (keeps_times_) files_.At(name)->modified = node->modified;
      Move(node, files_.At(name));
      files_.Unlink(plain);
    }});
  }

  // ---- the machine

  /// Devices get other numbers; writers start again.
  void Reboot() {
    FinishLine();
    files_.Remount();
    writer_ = files_.Create(kLog);
  }
  /// All files become different ones with the same names and content.
  void Restore() {
    FinishLine();
    files_.Restore();
    writer_ = files_.Create(kLog);
  }
  /// What was written last had not reached the disk, except for `left` bytes and what had reached
  /// it before.
  void LoseTail(std::size_t left) {
    Reopen();
    if (writer_ == cut_node_) left = std::max(left, cut_at_);
    if (left >= writer_->content.size()) return;
    const std::size_t last_line = writer_->content.rfind('\n', left - 1) + 1;
    // Reading resumes at the first cut: what follows it is a separate line.
    rests_.clear();
    if (writer_ == cut_node_ && cut_at_ > last_line && cut_at_ < left)
      rests_.insert(writer_->content.substr(cut_at_, left - cut_at_));
    for (Line& line : lines_) {
      if (line.node == writer_ && line.end > left) line.node = nullptr;
    }
    files_.Truncate(kLog, left);
    cut_node_ = writer_;
    cut_at_ = left;
    read_before_ = ReadOf(writer_->content);
    if (last_line < left) rests_.insert(writer_->content.substr(last_line));
    perhaps_.insert(rests_.begin(), rests_.end());  // if no line follows
  }
  [[nodiscard]] const FakeFileSystem::NodePtr& written() const { return writer_; }
  [[nodiscard]] std::size_t size() {
    FinishRotation();
    return writer_->content.size();
  }
  /// Of the line that was written last.
  [[nodiscard]] int number() const { return number_; }

  /// What nobody can read any more is gone, unless it has been read.
  void ForgetGone() { ForgetUnread(); }
  /// The process has died: what was not committed has to be found again, as far as it can be.
  void ForgetUncommitted() {
    Forget([&](const Line& line) {
      if (Has(following_.committed_messages(), line)) return false;
      return line.node == nullptr || line.node->links == 0 || line.overwrites;
    });
    if (!unfinished_.empty() && Overwrites(writer_->content.rfind('\n') + 1))
      rest_of_part_ = unfinished_;
  }
  /// The process lives, and was in the middle of a look when a log that had lost its tail was
  /// written to.
  void ForgetOverwriting() {
    Forget([&](const Line& line) { return line.overwrites && !Has(following_.messages(), line); });
  }
  // ---- the outcome

  /// Each line that was not delivered as often as it should.
  [[nodiscard]] std::string Differences() const {
    std::string differences;
    std::set<std::string> written;
    for (const Line& line : lines_) {
      int read = following_.Times(line.message);
      for (const std::string& joined : line.joined) read += following_.Times(joined);
      if (read != 1) differences += "\nread " + std::to_string(read) + " times: " + line.message;
      written.insert(line.message);
      written.insert(line.joined.begin(), line.joined.end());
    }
    for (const auto& [message, times] : following_.messages()) {
      if (message == kAlike) continue;
      if (written.contains(message) || (perhaps_.contains(message) && times == 1)) continue;
      differences += "\nnot to be read " + std::to_string(times) + " times: " + message;
    }
    return differences;
  }
  /// How many messages that is.
  [[nodiscard]] std::size_t Expected() const {
    std::set<std::string> read;
    for (const std::string& message : perhaps_) {
      if (following_.Times(message) > 0) read.insert(message);
    }
    for (const Line& line : lines_) {
      read.erase(line.message);
      for (const std::string& joined : line.joined) read.erase(joined);
    }
    return lines_.size() + read.size() + static_cast<std::size_t>(following_.Times(kAlike));
  }

 private:
  // Counted, but not distinguished.
  static constexpr char kAlike[] =
      "Nov 21 10:00:00 mx postfix/master[77]: reload -- version 3.7.11, configuration /etc/postfix";

  void Begin() {
    if (writer_->content.empty()) files_.AppendTo(writer_, alike_);
  }

  static std::string OldName(int number) {
    return std::string(kLog) + "." + std::to_string(number);
  }

  void Wrote() {
    Line line{MachineMessage(number_), {}, writer_, writer_->content.size()};
    const std::size_t begin = line.end - line.message.size() - 1;
    line.overwrites = Overwrites(begin);
    if (writer_ == cut_node_) {
      for (const std::string& rest : std::exchange(rests_, {})) {
        line.joined.insert(rest + line.message);
        line.overwrites = line.overwrites || Overwrites(begin - rest.size());
      }
    }

    if (!rest_of_part_.empty()) {
      perhaps_.insert(line.message);
      perhaps_.insert(line.joined.begin(), line.joined.end());
      rest_of_part_.pop_back();
      perhaps_.insert(std::exchange(rest_of_part_, ""));
      return;
    }
    // Truncated to nothing and begun alike: nobody can distinguish it from what has lost its tail.
    const auto emptied = emptied_.find(writer_);
    if (emptied != emptied_.end() && line.end - line.message.size() - 1 < emptied->second) {
      perhaps_.insert(line.message);
      return;
    }
    lines_.push_back(std::move(line));
    if (writer_->links == 0) ForgetUnread();
  }
  [[nodiscard]] bool Overwrites(std::size_t begin) const {
    return writer_ == cut_node_ && begin < read_before_;
  }

  // The furthest point that it has been read to: by the saved bookmarks, and by the living process.
  void NoteEmptied() {
    std::uint64_t& read = emptied_[writer_];
    read = std::max(read, ReadOf(writer_->content));
    for (const Line& line : lines_) {
      if (line.node == writer_ && Has(following_.messages(), line)) read = std::max(read, line.end);
    }
  }

  // According to the saved bookmarks.
  [[nodiscard]] std::uint64_t ReadOf(const std::string& content) const {
    std::uint64_t read = 0;
    for (const auto& [name, source] : following_.saved().sources) {
      for (const Bookmark& bookmark : source.bookmarks) {
        if (bookmark.head.CommonBytes(content) > 0) read = std::max(read, bookmark.offset);
      }
    }
    return read;
  }

  static bool Has(const Messages& messages, const Line& line) {
    return messages.contains(line.message) ||
           std::any_of(line.joined.begin(), line.joined.end(),
                       [&](const std::string& joined) { return messages.contains(joined); });
  }

  template <class Lost>
  void Forget(Lost&& lost) {
    std::erase_if(lines_, [&](const Line& line) {
      if (!lost(line)) return false;
      perhaps_.insert(line.message);
      perhaps_.insert(line.joined.begin(), line.joined.end());
      return true;
    });
  }
  // What is gone for good while the process lives and does not, or no longer, hold it open.
  void ForgetUnread() {
    Forget([&](const Line& line) {
      if (line.node != nullptr && (line.node->links > 0 || line.node->handles > 0)) return false;
      return !Has(following_.messages(), line);
    });
  }

  // A file that grows.
  void Write(const std::string& path, const std::string& content) {
    const std::size_t half = content.size() / 2;
    steps_.push_back({[this, path] {
      files_.Unlink(path);
      files_.Create(path);
    }});
    for (const std::string& part : {content.substr(0, half), content.substr(half)})
      steps_.push_back({[this, path, part] { files_.Append(path, part); }});
  }

  void Move(const FakeFileSystem::NodePtr& from, const FakeFileSystem::NodePtr& to) {
    for (Line& line : lines_) {
      if (line.node == from) line.node = to;
    }
  }

  void ShiftOldNames() {
    for (int i = kKept; i >= 1; --i) {
      for (const std::string ending : {"", ".gz"}) {
        if (!files_.Exists(OldName(i) + ending)) continue;
        steps_.push_back({[this, i, ending] {
                            if (i < kKept)
                              return files_.Rename(OldName(i) + ending, OldName(i + 1) + ending);
                            has_dropped_ = true;
                            files_.Unlink(OldName(i) + ending);
                            ForgetUnread();
                          },
                          true});
      }
    }
  }

  Following& following_;
  FakeFileSystem& files_;
  FakeFileSystem::NodePtr writer_;
  struct Step {
    std::function<void()> act;
    bool renames = false;
  };
  std::deque<Step> steps_;  // what is left of a rotation that is under way
  bool has_dropped_ = false;
  bool keeps_times_ = true;
  std::vector<Line> lines_;
  std::set<std::string> perhaps_;
  int number_ = 0;
  std::string alike_;
  // What was written to after it had been copied. It is rotated so for ever, and stays: if it was
  // renamed and packed, removed or restored before it was looked at, nobody could know that it was
  // cut.
  FakeFileSystem::NodePtr cut_late_;
  // What was truncated to nothing, and how far it had been read.
  std::map<FakeFileSystem::NodePtr, std::uint64_t> emptied_;
  std::string unfinished_;            // what is missing of the line that is being written
  FakeFileSystem::NodePtr cut_node_;  // what was cut last, and where: that much is on the disk
  std::size_t cut_at_ = 0;
  std::uint64_t read_before_ = 0;  // how far it had been read then
  std::set<std::string> rests_;    // of a line that lost its end
  std::string rest_of_part_;       // of a line whose beginning overwrites and need not be found
};

}  // namespace maillog::test
