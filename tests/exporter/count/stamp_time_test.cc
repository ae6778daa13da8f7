#include "exporter/count/stamp_time.h"

#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << error;
  return time;
}

std::string Read(std::string_view stamp, const std::string& zone, const std::string& now) {
  const std::optional<absl::Time> time = StampTime(stamp, Zone(zone), At(now));
  if (!time) return "none";
  return absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone());
}

TEST(StampTime, LocalTimesAreOfTheZone) {
  const std::string now = "2026-11-21T10:00:00Z";
  EXPECT_EQ(Read("Nov 21 10:00:00", "UTC", now), "2026-11-21T10:00:00+00:00");
  EXPECT_EQ(Read("Nov 21 10:00:00", "Asia/Tokyo", now), "2026-11-21T01:00:00+00:00");
  EXPECT_EQ(Read("2026-11-21T10:00:00.25", "Asia/Tokyo", now), "2026-11-21T01:00:00.25+00:00");
  EXPECT_EQ(Read("2005/05/18 03:09:41", "Asia/Tokyo", now), "2005-05-17T18:09:41+00:00");
  EXPECT_EQ(Read("30/Nov/2017:08:20:44", "Asia/Tokyo", now), "2017-11-29T23:20:44+00:00");
  EXPECT_EQ(Read("Jul 25 XX:XX:XX", "UTC", now), "none");
  EXPECT_EQ(Read("", "UTC", now), "none");
}

TEST(StampTime, AZoneInTheStampGoesFirst) {
  const std::string now = "2026-11-21T10:00:00Z";
  EXPECT_EQ(Read("2026-11-21T10:00:00+09:00", "America/New_York", now),
            "2026-11-21T01:00:00+00:00");
  EXPECT_EQ(Read("2026-11-21T10:00:00Z", "Asia/Tokyo", now), "2026-11-21T10:00:00+00:00");
  EXPECT_EQ(Read("1795255201.123456", "Asia/Tokyo", now), "2026-11-21T10:00:01.123456+00:00");
}

TEST(StampTime, TheYearTurns) {
  EXPECT_EQ(Read("Dec 31 23:59:59", "UTC", "2027-01-01T00:00:05Z"), "2026-12-31T23:59:59+00:00");
  EXPECT_EQ(Read("Jan  1 00:00:00", "UTC", "2027-01-01T00:00:05Z"), "2027-01-01T00:00:00+00:00");
  // The log's clock is ahead of ours, or in a zone where it is already next year.
  EXPECT_EQ(Read("Jan  1 00:00:10", "UTC", "2026-12-31T23:59:50Z"), "2027-01-01T00:00:10+00:00");
  EXPECT_EQ(Read("Jan  1 08:59:00", "Asia/Tokyo", "2026-12-31T23:59:00Z"),
            "2026-12-31T23:59:00+00:00");
  EXPECT_EQ(Read("Dec 31 19:30:00", "America/New_York", "2027-01-01T00:30:00Z"),
            "2027-01-01T00:30:00+00:00");
}

TEST(StampTime, TheYearIsTheLatestThatIsAtMostADayAhead) {
  const std::string now = "2026-11-21T10:00:00Z";
  EXPECT_EQ(Read("Nov 22 10:00:00", "UTC", now), "2026-11-22T10:00:00+00:00");
  EXPECT_EQ(Read("Nov 22 10:00:01", "UTC", now), "2025-11-22T10:00:01+00:00");
  EXPECT_EQ(Read("Dec 24 18:00:00", "UTC", now), "2025-12-24T18:00:00+00:00");
}

TEST(StampTime, ALeapDayIsOfALeapYear) {
  EXPECT_EQ(Read("Feb 29 12:00:00", "UTC", "2028-02-29T12:00:01Z"), "2028-02-29T12:00:00+00:00");
  EXPECT_EQ(Read("Feb 29 12:00:00", "UTC", "2028-03-01T00:00:00Z"), "2028-02-29T12:00:00+00:00");
  EXPECT_EQ(Read("Feb 29 12:00:00", "UTC", "2027-06-01T00:00:00Z"), "2024-02-29T12:00:00+00:00");
  EXPECT_EQ(Read("Feb 29 12:00:00", "UTC", "2103-06-01T00:00:00Z"), "2096-02-29T12:00:00+00:00");
}

TEST(StampTime, ALeapSecondIsTheNextMinute) {
  EXPECT_EQ(Read("Dec 31 23:59:60", "UTC", "2027-01-01T00:00:05Z"), "2027-01-01T00:00:00+00:00");
  EXPECT_EQ(Read("Jun 30 23:59:60", "UTC", "2026-07-01T00:00:05Z"), "2026-07-01T00:00:00+00:00");
}

// Germany, 29 March 2026: 01:59:59 is followed by 03:00:00.
TEST(StampTime, AnHourThatIsSkippedIsAfterTheGap) {
  const std::string now = "2026-03-29T01:30:00Z";
  EXPECT_EQ(Read("Mar 29 01:59:59", "Europe/Berlin", now), "2026-03-29T00:59:59+00:00");
  EXPECT_EQ(Read("Mar 29 03:00:00", "Europe/Berlin", now), "2026-03-29T01:00:00+00:00");
  EXPECT_EQ(Read("Mar 29 02:30:00", "Europe/Berlin", now), "2026-03-29T01:30:00+00:00");
}

// Germany, 25 October 2026: 02:59:59 is followed by 02:00:00.
TEST(StampTime, OfAnHourThatIsThereTwiceTheNearerIsMeant) {
  const std::string zone = "Europe/Berlin";
  EXPECT_EQ(Read("Oct 25 02:30:00", zone, "2026-10-25T00:30:01Z"), "2026-10-25T00:30:00+00:00");
  EXPECT_EQ(Read("Oct 25 02:30:00", zone, "2026-10-25T01:30:01Z"), "2026-10-25T01:30:00+00:00");
  EXPECT_EQ(Read("Oct 25 02:59:59", zone, "2026-10-25T01:00:00Z"), "2026-10-25T00:59:59+00:00");
  EXPECT_EQ(Read("Oct 25 02:30:00", zone, "2026-11-21T00:00:00Z"), "2026-10-25T01:30:00+00:00");
}

}  // namespace
}  // namespace maillog
