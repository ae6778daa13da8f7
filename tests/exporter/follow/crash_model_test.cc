// Random scripts in which the process dies at any operation of the file system or of the store, and
// starts again from what was saved: after it was killed, after a reboot (files get other numbers)
// or after a power cut (the log has lost its tail), at once or after the log was rotated and
// packed. Others write, rotate and pack between any two operations of a look. Times of files
// advance in steps, so that many are equal; logs may begin alike. The disk of the state may be full
// for a while.
//
// At any time: no counter that was shown falls, except after numbers were shown that could not be
// saved. When all is quiet: each line was counted exactly once, except those that nobody can find
// again, which are only:
//   * what was not read when its file was cut (and had not been copied), or when its last name was
//     removed and nobody held it open;
//   * what was read, but not committed when the process died, and by then was cut, or had no name;
//   * what was read before a power cut that shortened the log, if a copy of the log is made before
//     anything is saved again: no copy is made then;
//   * what was not committed either and begins, after a power cut, in a part of the log that had
//     been read before: nobody can distinguish it from what is lost.
// They are counted once at most. And the counts, the sessions' times and who did most are, to the
// last byte, those of a reader that was never killed and read the same lines in the same order.
// Lines come in the order in which they were written, even so;
// except where times of files are equal or what is packed has the time of packing, a tail was lost,
// or a log is rotated twice during one look, or names change at each repetition of it, or a writer
// goes on in one that is being cut where files do not tell when they were made, or a log that was
// empty is written to, copied and cut, and written to again, all during one look.
#include <gtest/gtest.h>

#include <algorithm>

#include "mails/mail_memory.h"
#include "tests/exporter/follow/crash_outcome.h"
#include "tests/exporter/follow/log_machine.h"
#include "tests/support/how_much.h"

namespace maillog::test {
namespace {

class CrashScript {
 public:
  explicit CrashScript(std::uint32_t seed)
      : packs_with_times_of_its_own_(seed % 3 == 0),
        random_(seed),
        following_(Chance(2) ? "/log/maillog" : (Chance(2) ? "/log" : "/log/mail*")),
        machine_(following_) {
    if (Chance(2)) {
      following_.files.SetTick(Number(2, 40));
      is_coarse_ = true;
      trace_ += "coarse-times ";
    }
    // If neither content nor creation time distinguishes two logs, nothing does: then there are no
    // copies, and no packed forms of what may have lost its tail; nor lost tails where there are no
    // creation times.
    if (Chance(5)) {
      knows_births_ = false;
      following_.files.ForgetBirths();
      trace_ += "no-births ";
    } else if (Chance(3)) {
      is_alike_ = true;
      packs_ = Chance(2);
      machine_.BeginAlike(static_cast<std::size_t>(Number(1, 15) * 100));
      trace_ += "alike ";
    }
    // Logs are long for what is read at once, and reading takes time. Of what all logs begin with
    // more is read at once. Where lines lost their ends, what is left of several may be one long
    // line.
    if (Chance(2)) {
      const int halves = std::max(Number(is_alike_ ? 4 : 1, 8), 2);
      following_.read_bytes = static_cast<std::size_t>(halves * 512);
      is_slow_ = true;
      pause_ = std::chrono::milliseconds(Chance(2) ? 250 : 2500);
      trace_ += "reads-" + std::to_string(following_.read_bytes) + " ";
    }
    if (packs_with_times_of_its_own_) {
      machine_.PackWithTimesOfItsOwn();
      trace_ += "packs-with-times-of-its-own ";
    }
    following_.files.BeforeEachOperation([this] {
      Count();
      Meanwhile();
    });
    following_.before_save = [this] {
      Count();
      return full_ ? absl::ResourceExhaustedError("disk full") : absl::OkStatus();
    };
    following_.after_save = [this] { Count(); };
  }

  void Run() {
    if (Chance(2)) machine_.AddOlder();
    if (Chance(2)) Append();
    following_.Step();
    Scrape();
    const int actions = Number(5, 40);
    for (int i = 0; i < actions && !::testing::Test::HasFailure(); ++i) Act();
    BecomeQuiet();
    EXPECT_EQ(machine_.Differences(), "") << trace_;
    EXPECT_EQ(following_.Records(), machine_.Expected()) << trace_;
    // Of a line that lost its end the time may be lost, too: then others wait for it, once.
    const std::size_t late = lost_tail_ ? MailMemory::kLookEvery : 0;
    CrashOutcome outcome(following_);
    EXPECT_LE(outcome.MailsCounted(), outcome.MailsExpected()) << trace_;
    // Where most of more lines than a day has times for are lost, time goes back.
    if (machine_.number() < 24 * 60 / 2) {
      EXPECT_GE(outcome.MailsCounted() + late, outcome.MailsExpected()) << trace_;
    }
    outcome.ExpectAsOfOneThatWasNeverKilled(late, trace_);
    const bool tells_ages =
        (knows_births_ || !machine_.has_cut_late()) && !packs_with_times_of_its_own_;
    if (!is_coarse_ && !lost_tail_ && !restored_ && most_rotations_in_a_look_ < 2 &&
        !is_disordered_ && tells_ages) {
      EXPECT_EQ(outcome.OutOfOrder(), "") << trace_;
    }
    if (!may_have_lost_logs_ && !machine_.has_dropped() && !lost_tail_ && !is_alike_ &&
        !restored_) {
      EXPECT_EQ(following_.RemovedLogs(), 0) << trace_;
    }
  }

 private:
  int Number(int least, int most) { return std::uniform_int_distribution<>(least, most)(random_); }
  bool Chance(int in) { return Number(1, in) == 1; }

  void Act() {
    const int action = Number(0, 17);
    switch (action) {
      case 0:
      case 1:
      case 2:
        return Append();
      case 3:
        trace_ += "part ";
        return machine_.AppendPart(static_cast<std::size_t>(Number(1, 70)));
      case 4:
      case 5:
        return Step();
      case 6:
      case 7:
        return Scrape();
      case 8:
      case 9:
        return Rotate();
      case 10:
        if (is_alike_) return;
        trace_ += "truncate ";
        may_have_lost_logs_ = true;
        if (Chance(2)) Step();
        return machine_.Truncate();
      case 11:
        return Remove();
      case 12:
        full_ = Chance(3);
        trace_ += full_ ? "full " : "room ";
        return;
      case 13:
        return Die();
      case 14:
        operations_left_ = Number(1, 60);
        trace_ += "dies-in-" + std::to_string(*operations_left_) + " ";
        return;
      case 15:
        return RotateOften();
      case 16:
        if (!packs_) return;
        trace_ += "pack ";
        machine_.Reopen();
        return machine_.PackOld(Number(1, LogMachine::kKept));
      default:
        trace_ += "later ";
        return following_.clock.Advance(std::chrono::milliseconds(Number(1, 900)));
    }
  }

  // ---- the process

  void Count() {
    // A round of reading may be over while it reads; a look at a slow disk takes many seconds.
    if (is_slow_ && !machine_.is_in_line() && Chance(30)) following_.clock.Advance(pause_);
    if (operations_left_ && --*operations_left_ == 0) {
      operations_left_.reset();
      throw ProcessDies();
    }
  }

  // The process does something; it may die meanwhile, and starts again.
  template <class Do>
  void Live(Do&& act) {
    try {
      act();
    } catch (const ProcessDies&) {
      Die();
    }
  }

  void Step() {
    trace_ += "step ";
    if (!quiet_ && (machine_.is_rotating() || Chance(6))) meanwhile_in_ = Number(1, 40);
    rotations_in_this_look_ = renames_in_this_look_ = 0;
    is_looking_ = true;
    empty_at_look_ = machine_.written()->content.empty() ? machine_.written() : nullptr;
    Live([this] { following_.Step(); });
    is_looking_ = false;
    // A file that was being looked into just when its last name was removed.
    if (std::exchange(something_happened_, false)) {
      machine_.ForgetGone();
      if (unsaved_cut_) machine_.ForgetOverwriting();
    }
    meanwhile_in_.reset();
  }

  // What others do while the process is in the middle of a look.
  void Meanwhile() {
    if (!meanwhile_in_ || --*meanwhile_in_ > 0) return;
    meanwhile_in_.reset();
    something_happened_ = true;
    if (machine_.is_rotating()) {
      trace_ += "goes-on ";
      rotations_in_this_look_ = std::max(rotations_in_this_look_, 1);
      if (machine_.GoOnRotating()) is_disordered_ = is_disordered_ || ++renames_in_this_look_ > 2;
      meanwhile_in_ = Number(1, 8);
      return;
    }
    trace_ += "meanwhile( ";
    if (Chance(2)) Append();
    if (Chance(2)) {
      RotateOnce();
      most_rotations_in_a_look_ = std::max(most_rotations_in_a_look_, ++rotations_in_this_look_);
    }
    if (Chance(3)) Append();
    trace_ += ") ";
    if (machine_.is_rotating() || Chance(2)) meanwhile_in_ = Number(1, 15);
  }

  void Scrape() {
    trace_ += "scrape ";
    Live([this] {
      const std::shared_ptr<const Samples> now = following_.Scrape();
      if (shown_ != nullptr) ExpectNothingFell(*shown_, *now);
      shown_ = now;
      shown_unsaved_ = full_;
      if (!full_) unsaved_cut_ = false;
    });
  }

  void ExpectNothingFell(const Samples& before, const Samples& after) {
    for (const auto& [name, family] : before.families()) {
      if (family.row.type != RowType::kCounter || family.row.lifetime != Lifetime::kDurable)
        continue;
      for (const auto& [labels, value] : family.series) {
        EXPECT_GE(after.CounterValue(name, labels), std::get<std::uint64_t>(value))
            << name << ' ' << trace_;
      }
    }
  }

  void Die() {
    trace_ += "dies ";
    operations_left_.reset();
    following_.Crash();
    if (std::exchange(shown_unsaved_, false)) shown_ = nullptr;
    const bool reboots = !is_alike_ || !packs_;
    const bool cut = knows_births_ && !is_alike_ && !restored_ && Chance(4);
    if (cut) LoseTail();
    if (cut || (reboots && Chance(3))) Reboot();
    // A different file that lacks a tail which was read: nobody can distinguish it from a log that
    // begins alike.
    lost_tail_ = lost_tail_ || cut;
    unsaved_cut_ = unsaved_cut_ || cut;
    if (!lost_tail_ && !is_alike_ && !machine_.has_cut_late() && Chance(10)) Restore();
    machine_.ForgetUncommitted();
    if (Chance(3)) WhileItIsGone();
    if (Chance(3)) {
      machine_.Reopen();  // no writer needs an hour for a line
      following_.clock.Advance(std::chrono::hours(Number(0, 3)));
    }
    // It may die again before anything is saved.
    if (Chance(4)) operations_left_ = Number(1, 60);
    Step();
    if (Chance(2)) Scrape();
  }

  void Reboot() {
    trace_ += "reboot ";
    machine_.Reboot();
  }

  void Restore() {
    trace_ += "restore ";
    restored_ = true;
    machine_.Restore();
  }

  void LoseTail() {
    const std::size_t size = machine_.size();
    const std::size_t least = std::max<std::size_t>(100, size / 2);
    if (size < least) return;
    trace_ += "cut ";
    machine_.LoseTail(
        static_cast<std::size_t>(Number(static_cast<int>(least), static_cast<int>(size))));
  }

  void WhileItIsGone() {
    trace_ += "gone( ";
    Append();
    const int rotations = Number(0, 2);
    for (int i = 0; i < rotations; ++i) RotateOnce();
    machine_.ForgetUncommitted();
    trace_ += ") ";
  }

  // ---- writers and log rotation

  void Append() {
    machine_.Append(Chance(1500) ? Number(1000, 4000) : Number(1, 5));
    trace_ += "append-to-" + std::to_string(machine_.number()) + " ";
    if (!following_.files.Exists(LogMachine::kLog) || Chance(3)) machine_.Reopen();
  }

  // `compress`, or `delaycompress` for the one before.
  void RotateOnce() {
    const bool copies = !is_alike_ && !unsaved_cut_ && Chance(3);
    trace_ += copies ? "copytruncate " : "rename ";
    if (copies) {
      machine_.CopyTruncate(Chance(2) ? Number(1, 5) : 0);
      is_disordered_ = is_disordered_ || (is_looking_ && machine_.written() == empty_at_look_);
    } else {
      machine_.Rename();
      if (Chance(2)) machine_.Create();
    }
    if (Chance(2)) machine_.Reopen();
    if (!packs_ || !Chance(2)) return;
    trace_ += "pack ";
    machine_.Reopen();
    machine_.PackOld(Number(1, 2));
  }

  void Rotate() {
    if (Chance(2)) Step();
    RotateOnce();
  }

  // Without a look in between.
  void RotateOften() {
    const int times = Number(2, 3);
    for (int i = 0; i < times; ++i) {
      if (Chance(4)) {
        machine_.Reopen();
      } else {
        Append();
      }
      RotateOnce();
    }
  }

  void Remove() {
    trace_ += "remove ";
    may_have_lost_logs_ = true;
    if (Chance(2)) Step();
    machine_.Remove();
    if (Chance(2)) machine_.Reopen();
  }

  // Everybody has finished writing, the disk has room, old files have long been idle.
  void BecomeQuiet() {
    operations_left_.reset();
    meanwhile_in_.reset();
    quiet_ = true;
    full_ = false;
    machine_.Reopen();
    Step();
    Append();
    machine_.Reopen();
    Step();
    following_.clock.Advance(std::chrono::hours(2));
    Append();
    Step();
    Step();
    Scrape();
  }

  const bool packs_with_times_of_its_own_;
  std::mt19937 random_;
  Following following_;
  LogMachine machine_;
  std::optional<int> operations_left_;  // until the process dies
  std::optional<int> meanwhile_in_;     // operations until something happens to the files
  bool something_happened_ = false;
  int rotations_in_this_look_ = 0;
  int most_rotations_in_a_look_ = 0;
  int renames_in_this_look_ = 0;
  bool is_looking_ = false;
  FakeFileSystem::NodePtr empty_at_look_;  // the log, if it was
  bool is_disordered_ = false;             // see above
  bool quiet_ = false;
  bool lost_tail_ = false;
  bool unsaved_cut_ = false;  // and nothing has been saved since
  bool restored_ = false;
  bool is_alike_ = false;
  bool is_coarse_ = false;
  bool is_slow_ = false;
  std::chrono::milliseconds pause_{};
  bool may_have_lost_logs_ = false;
  bool knows_births_ = true;
  bool packs_ = true;
  bool full_ = false;
  std::shared_ptr<const Samples> shown_;
  bool shown_unsaved_ = false;
  std::string trace_ = "actions: ";
};

TEST(CrashModelTest, RandomScripts) {
  const std::uint32_t first = FirstSeed();
  for (int i = 0; i < ScriptCount() && !HasFailure(); ++i) {
    const std::uint32_t seed = first + static_cast<std::uint32_t>(i);
    SCOPED_TRACE("again with MAILLOG_SEED=" + std::to_string(seed) + " MAILLOG_SCRIPTS=1");
    CrashScript(seed).Run();
  }
}

}  // namespace
}  // namespace maillog::test
