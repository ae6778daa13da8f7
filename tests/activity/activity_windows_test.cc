// Which hour and which day what was done is counted in.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/activity/activity_fold.h"
#include "tests/activity/activity_lines.h"

namespace maillog::test {
namespace {

TEST(Activity, WindowsSlide) {
  ActivityFold fold;
  fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann"));  // 10:00
  constexpr LogSeconds kMinute = 60;
  EXPECT_EQ(fold.Figures("1h", 54 * kMinute).failed_clients, 1U);
  EXPECT_EQ(fold.Figures("1h", 60 * kMinute).failed_clients, 0U);
  EXPECT_EQ(fold.Figures("24h", 60 * kMinute).failed_clients, 1U);
  EXPECT_EQ(fold.Figures("24h", (23 * 60 + 59) * kMinute).failed_clients, 1U);
  EXPECT_EQ(fold.Figures("24h", 24 * 60 * kMinute).failed_clients, 0U);
  fold.Read(Failure(Stamp(21, 659), "203.0.113.2", "ann"));  // 10:59
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
  fold.Read(Failure(Stamp(21, 660), "203.0.113.3", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U) << "the first five minutes are over";
  EXPECT_EQ(fold.Figures("24h").failed_clients, 3U);
  fold.Read(Failure(Stamp(23, 0), "203.0.113.4", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 1U);
  EXPECT_EQ(fold.Figures("24h").failed_clients, 1U);
}

// Each window holds what is newer than its length without one slice, and nothing that is older
// than its length.
TEST(Activity, WindowsHoldWhatTheySay) {
  std::mt19937 random(5);
  ActivityFold fold;
  std::vector<int> minutes;  // when each client, another each time, failed
  int now = 0;
  for (int i = 0; i < 400; ++i) {
    now += static_cast<int>(random() % 20);
    fold.Read(Failure(Stamp(1 + now / 1440, now % 1440),
                      "10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200), "ann"));
    minutes.push_back(now);
    const auto since = [&](int length) {
      return std::count_if(minutes.begin(), minutes.end(),
                           [&](int minute) { return now - minute < length; });
    };
    // A few clients are nearly always counted exactly.
    const auto hour = static_cast<double>(fold.Figures("1h").failed_clients);
    EXPECT_GE(hour, 0.95 * static_cast<double>(since(55)) - 1) << i;
    EXPECT_LE(hour, 1.05 * static_cast<double>(since(60)) + 1) << i;
    const auto day = static_cast<double>(fold.Figures("24h").failed_clients);
    EXPECT_GE(day, 0.9 * static_cast<double>(since(23 * 60)) - 1) << i;
    EXPECT_LE(day, 1.1 * static_cast<double>(since(24 * 60)) + 1) << i;
  }
}

TEST(Activity, TheYearMayTurn) {
  ActivityFold fold;
  fold.Read(Failure("Dec 31 23:50:00", "203.0.113.1", "ann") +
            Failure("Jan  1 00:10:00", "203.0.113.2", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
  fold.Read(Failure("Feb 28 23:50:00", "203.0.113.1", "ann") +
            Failure("Mar  1 00:10:00", "203.0.113.2", "ann"));
  EXPECT_EQ(fold.Figures("24h").failed_clients, 2U);
}

TEST(Activity, StampsWithAZoneAreOneTime) {
  ActivityFold fold;
  fold.Read(Failure("2026-11-21T10:00:00.123456+09:00", "203.0.113.1", "ann") +
            Failure("2026-11-21T01:30:00.123456+00:00", "203.0.113.2", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
}

TEST(Activity, LinesThatAreLateGoToTheirTime) {
  ActivityFold fold;
  fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann") +
            Failure(Stamp(21, 570), "203.0.113.2", "ann") +  // 30 minutes late
            Failure(Stamp(21, 500), "203.0.113.3", "ann") +  // 100 minutes late
            Failure(Stamp(20, 500), "203.0.113.4", "ann") +  // a day and more
            Failure(Stamp(21, 600), "203.0.113.1", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
  EXPECT_EQ(fold.Figures("24h").failed_clients, 3U);
}

// An old file that is read beside the live one takes nothing from it.
TEST(Activity, OldLinesAmongNewOnesChangeNothing) {
  ActivityFold fold;
  for (int i = 0; i < 3000; ++i) {
    fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann"));
    if (i % 2 == 0) fold.Read(Failure(Stamp(11, i % 1440), "203.0.113.2", "bob"));
  }
  EXPECT_EQ(fold.Figures("1h").failed_clients, 1U);
  EXPECT_EQ(fold.Figures("1h").top_failures, 6000U);
}

TEST(Activity, AClockThatWasAheadIsForgotten) {
  ActivityFold fold;
  for (int i = 0; i < 1440; i += 5) fold.Read(Failure(Stamp(28, i), "203.0.113.1", "ann"));
  for (std::uint32_t i = 0; i < Activity::kLinesBack; ++i)
    fold.Read(Failure(Stamp(21, 600), "203.0.113.2", "ann"));
  for (int i = 0; i < 7; ++i) fold.Read(Failure(Stamp(21, 601), "203.0.113.3", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 1U);
  EXPECT_EQ(fold.Figures("1h").top_failures, 14U);
}

TEST(Activity, WithoutAStampItIsTheTimeOfTheLineBefore) {
  const std::string unstamped =
      "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
      "user=<ann>, method=PLAIN, rip=203.0.113.2, lip=192.0.2.1, session=<abcdefgh>\n";
  ActivityFold fold;
  fold.Read(unstamped);
  EXPECT_EQ(TimeOf(fold.activity().Save()).minute, 0) << "no time is known";
  fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann") + unstamped);
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
}

}  // namespace
}  // namespace maillog::test
