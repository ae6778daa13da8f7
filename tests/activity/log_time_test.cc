#include "activity/log_time.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace maillog::test {
namespace {

LogSeconds Read(std::string_view stamp, LogSeconds near = kNoLogTime) {
  return SecondsOf(*ParseStamp(stamp), near);
}

TEST(LogTime, IsUnixTimeWhereStampsHaveYearAndZone) {
  EXPECT_EQ(Read("1970-01-01T00:00:07+00:00"), 7);
  EXPECT_EQ(Read("2026-11-21T10:00:00+09:00"), 1795222800);
  EXPECT_EQ(Read("2026-11-21T10:00:00"), 1795255200) << "local time as if it were UTC";
}

TEST(LogTime, AMissingYearIsTheNearest) {
  const LogSeconds near = Read("2026-12-31T23:00:00");
  EXPECT_EQ(Read("Jan  1 01:00:00", near), Read("2027-01-01T01:00:00"));
  EXPECT_EQ(Read("Dec 31 01:00:00", near), Read("2026-12-31T01:00:00"));
  EXPECT_EQ(Read("Dec 31 01:00:00", Read("2027-01-02T00:00:00")), Read("2026-12-31T01:00:00"));
  const LogSeconds any = Read("Feb 29 12:00:00");
  EXPECT_EQ(Read("Mar  1 12:00:00", any) - any, 24 * 60 * 60);
  EXPECT_EQ(Read("Feb 29 12:00:00", near), Read("2027-03-01T12:00:00")) << "there is none";
}

// Whatever came before, a stamp means what it means alone.
TEST(LogTime, TheClockReadsEachStampAsIfItWereAlone) {
  const std::vector<std::string> stamps = {"Nov 21 10:00:00",
                                           "Nov 21 10:00:59",
                                           "Nov 21 10:01:60",
                                           "Nov  1 10:01:00",
                                           "2026-11-21T10:00:00",
                                           "2026-11-21T10:00:00.5",
                                           "2026-11-21T10:00:01.123456",
                                           "2026-11-21T10:00:01.123456789",
                                           "2026-11-21T10:00:01.123456+09:00",
                                           "2026-11-21T10:00:02.123456+09:00",
                                           "2026-11-21T10:00:02.123456+00:00",
                                           "2026-11-21T10:00:02.123456Z",
                                           "2026-11-21T10:00:60Z",
                                           "2026-11-21T10:00:99Z",
                                           "2026-11-21T10:00:0",
                                           "2026-11-21T10:00:xx",
                                           "2026/11/21 10:00:07",
                                           "30/Nov/2017:08:20:44",
                                           "30/Nov/2017:08:20:45",
                                           "1795222800",
                                           "1795222801.25",
                                           "XX:XX:XX",
                                           ":00",
                                           ""};
  constexpr LogSeconds kNear = 1795222800;
  LogMicrosClock clock;
  for (const std::string& first : stamps) {
    for (const std::string& second : stamps) {
      (void)clock.MicrosOf(first, kNear);
      const std::optional<Micros> alone = LogMicrosClock().MicrosOf(second, kNear);
      EXPECT_EQ(clock.MicrosOf(second, kNear), alone) << first << " then " << second;
      const std::optional<CivilStamp> civil = ParseStamp(second);
      ASSERT_EQ(alone.has_value(), civil.has_value()) << second;
      if (civil) {
        EXPECT_EQ(*alone, SecondsOf(*civil, kNear) * 1'000'000 + civil->fraction) << second;
      }
    }
  }
}

}  // namespace
}  // namespace maillog::test
