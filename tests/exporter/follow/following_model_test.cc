// Random scripts of what writers, log rotation and administrators do, against the lines that were
// written. At any time: no counter that was shown falls. When all is quiet: each line was delivered
// exactly once.
//
// The scripts keep to what following promises: what log rotation deletes or truncation destroys has
// been read before. While nobody looks, or the process is gone, a log may be rotated several times,
// and packed. An unfinished line that is cut in two by copytruncate counts as its two pieces.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "exporter/input/file/followed_file.h"
#include "tests/support/following.h"
#include "tests/support/how_much.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

std::string OldName(int number) { return std::string(kLog) + "." + std::to_string(number); }

class Script {
 public:
  explicit Script(std::uint32_t seed)
      : random_(seed),
        following_(Chance(2) ? "/log/maillog" : (Chance(2) ? "/log" : "/log/mail*")) {
    following_.files.MakeDirectory("/log");
    writer_ = following_.files.Create(kLog);
  }

  void Run() {
    const int actions = Number(5, 40);
    for (int i = 0; i < actions && !::testing::Test::HasFailure(); ++i) Act();
    BecomeQuiet();
    EXPECT_EQ(Differences(), "") << trace_;
    int total = 0;
    for (const auto& [message, times] : written_) total += times;
    EXPECT_EQ(following_.Records(), total);
  }

 private:
  int Number(int least, int most) { return std::uniform_int_distribution<>(least, most)(random_); }
  bool Chance(int in) { return Number(1, in) == 1; }

  void Act() {
    const int action = Number(0, 16);
    trace_ += std::to_string(action) + " ";
    switch (action) {
      case 0:
      case 1:
      case 2:
        return Append();
      case 3:
        return AppendPart();
      case 4:
      case 5:
        return following_.Step();
      case 6:
        return Scrape();
      case 7:
        return Rename();
      case 8:
        return CopyTruncate();
      case 9:
        return Truncate();
      case 10:
        return Shrink();
      case 11:
        return Remove();
      case 12:
        return Crash();
      case 13:
        return PackOld();
      case 14:
        return RotateUnseen();
      case 15:
        return RotateWhileStopped();
      default:
        return following_.clock.Advance(std::chrono::milliseconds(Number(1, 900)));
    }
  }

  // ---- the writer

  void Append() {
    FinishLine();
    std::string lines;
    const int count = Chance(800) ? Number(1000, 4000) : Number(1, 5);
    for (int i = 0; i < count; ++i) {
      ++written_[NumberedMessage(++line_)];
      lines += NumberedLine(line_);
    }
    following_.files.AppendTo(writer_, lines);
    if (!following_.files.Exists(kLog) || Chance(3)) Reopen();
  }

  void AppendPart() {
    if (!unfinished_.empty()) return FinishLine();
    unfinished_ = NumberedLine(++line_);
    written_part_ = static_cast<std::size_t>(Number(1, 70));
    following_.files.AppendTo(writer_, unfinished_.substr(0, written_part_));
    unfinished_.erase(0, written_part_);
    whole_ = NumberedMessage(line_);
  }

  void FinishLine() {
    if (unfinished_.empty()) return;
    following_.files.AppendTo(writer_, unfinished_);
    ++written_[whole_];
    unfinished_.clear();
  }

  // As after SIGHUP: from now on the writer writes to the file that has the name.
  void Reopen() {
    FinishLine();
    writer_ = following_.files.Create(kLog);
  }

  // ---- log rotation, and administrators

  void ShiftOldNames() {
    following_.files.Unlink(OldName(3));
    following_.files.Unlink(OldName(3) + ".gz");
    for (int i = 2; i >= 1; --i) {
      for (const std::string ending : {"", ".gz"}) {
        if (following_.files.Exists(OldName(i) + ending)) {
          following_.files.Rename(OldName(i) + ending, OldName(i + 1) + ending);
        }
      }
    }
  }

  // As `compress` in logrotate's configuration: nobody writes to the log any more.
  void PackOld() {
    Reopen();
    const std::string name = OldName(Number(1, 3));
    if (!following_.files.Exists(name)) return;
    following_.files.Append(name + ".gz", Pack(following_.files.Content(name), Packing::kGzip));
    following_.files.Unlink(name);
  }

  // Only so often that nothing is dropped at the end that was not there at the last look.
  void RotateOften() {
    const int times = Number(1, 3);
    for (int i = 0; i < times; ++i) {
      Append();
      Reopen();
      ShiftOldNames();
      following_.files.Rename(kLog, OldName(1));
      Reopen();
      if (Chance(2)) PackOld();
    }
    if (Chance(2)) Append();
  }

  void RotateUnseen() {
    PrepareRotation();
    RotateOften();
    following_.Step();
  }

  void RotateWhileStopped() {
    PrepareRotation();
    Scrape();
    following_.Crash();
    RotateOften();
    following_.Step();
  }

  void Rename() {
    PrepareRotation();
    ShiftOldNames();
    following_.files.Rename(kLog, OldName(1));
    if (Chance(2)) following_.files.Create(kLog);
    if (Chance(2)) Reopen();
  }

  void Remove() {
    PrepareRotation();
    following_.files.Unlink(kLog);
    if (Chance(2)) Reopen();
  }

  void CopyTruncate() {
    PrepareRotation();
    if (following_.files.Content(kLog).empty()) return;
    if (!unfinished_.empty()) BreakLine();
    ShiftOldNames();
    following_.files.CopyTruncate(kLog, OldName(1));
  }

  void Truncate() {
    FinishLine();
    PrepareRotation();
    following_.files.Truncate(kLog, 0);
  }

  // As after a power cut: what was read at the end of the file is gone.
  void Shrink() {
    FinishLine();
    PrepareRotation();
    const std::size_t size = following_.files.Content(kLog).size();
    if (size < 200) return;
    const auto left = static_cast<std::size_t>(Number(100, static_cast<int>(size)));
    following_.files.Truncate(kLog, left);
    following_.Step();
    if (Chance(2)) Append();
    following_.Step();
    // Until then it could be a copy that is being written over the log.
    following_.clock.Advance(FollowedFile::kMaxCopying);
    following_.Step();
  }

  void PrepareRotation() {
    Reopen();
    following_.Step();
  }

  // The first piece ends the copy, the second begins the file.
  void BreakLine() {
    const std::string first = whole_.substr(0, written_part_);
    std::string second = std::exchange(unfinished_, "");
    second.pop_back();
    ++written_[first];
    if (!second.empty()) ++written_[second];
  }

  // Each message that was not delivered as often as it was written.
  [[nodiscard]] std::string Differences() const {
    std::string differences;
    for (const auto& [message, times] : written_) {
      const int read = following_.Times(message);
      if (read != times) differences += Difference(message, times, read);
    }
    for (const auto& [message, read] : following_.messages()) {
      if (!written_.contains(message)) differences += Difference(message, 0, read);
    }
    return differences;
  }
  static std::string Difference(const std::string& message, int written, int read) {
    return "\n" + message + ": written " + std::to_string(written) + ", read " +
           std::to_string(read);
  }

  // ---- the exporter

  void Scrape() {
    const std::shared_ptr<const Samples> now = following_.Scrape();
    if (shown_ != nullptr) ExpectNothingFell(*shown_, *now);
    shown_ = now;
  }

  static void ExpectNothingFell(const Samples& before, const Samples& after) {
    for (const auto& [name, family] : before.families()) {
      if (family.row.type != RowType::kCounter || family.row.lifetime != Lifetime::kDurable)
        continue;
      for (const auto& [labels, value] : family.series) {
        EXPECT_GE(after.CounterValue(name, labels), std::get<std::uint64_t>(value)) << name;
      }
    }
  }

  // Unlinked files die with the process: what is in them must have been read and committed.
  void Crash() {
    Reopen();
    following_.Step();
    Scrape();
    if (Chance(2)) {
      Append();
      following_.Step();
    }
    following_.Crash();
    following_.Step();
    Scrape();
  }

  // Everybody has finished writing, and old files have long been idle.
  void BecomeQuiet() {
    Reopen();
    following_.Step();
    Append();
    Reopen();
    following_.Step();
    following_.clock.Advance(std::chrono::hours(2));
    Append();
    following_.Step();
    following_.Step();
    Scrape();
  }

  std::mt19937 random_;
  Following following_;
  FakeFileSystem::NodePtr writer_;
  Messages written_;
  int line_ = 0;
  std::string unfinished_;  // what is missing of the line that is being written
  std::string whole_;
  std::string trace_ = "actions: ";
  std::size_t written_part_ = 0;
  std::shared_ptr<const Samples> shown_;
};

TEST(FollowingModelTest, RandomScripts) {
  const std::uint32_t first = FirstSeed();
  for (int i = 0; i < ScriptCount() && !HasFailure(); ++i) {
    const std::uint32_t seed = first + static_cast<std::uint32_t>(i);
    SCOPED_TRACE("again with MAILLOG_SEED=" + std::to_string(seed) + " MAILLOG_SCRIPTS=1");
    Script(seed).Run();
  }
}

}  // namespace
}  // namespace maillog::test
