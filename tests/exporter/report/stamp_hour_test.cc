#include "exporter/report/stamp_hour.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace maillog::test {
namespace {

// What all stamps of an hour have in common, as it would be cut out of each.
struct PlainHour {
  std::string front;
  std::string zone;
  bool operator==(const PlainHour&) const = default;
};
PlainHour HourOf(const std::string& stamp) {
  const std::size_t front = stamp.size() == 15 ? 9 : 13;
  if (stamp.size() < front + 6) return {};
  const std::string clock = stamp.substr(front, 6);
  for (const std::size_t digit : {1U, 2U, 4U, 5U}) {
    if (clock[digit] < '0' || clock[digit] > '9') return {};
  }
  if (clock[0] != ':' || clock[3] != ':') return {};
  const std::string rest = stamp.substr(front + 6);
  const std::size_t zone = rest.find_first_of("+-Z");
  return {stamp.substr(0, front), zone == std::string::npos ? "" : rest.substr(zone)};
}

bool BothOfOneHour(const std::string& a, const std::string& b) {
  // Each a text of its own, so that whoever reads beyond it is seen.
  const std::vector<char> first(a.begin(), a.end());
  const std::vector<char> second(b.begin(), b.end());
  StampHour hour;
  hour.Set({first.data(), first.size()});
  return hour.Has({second.data(), second.size()});
}

TEST(StampHourTest, StampsThatDifferInAnyByteAreComparedAsTheirHoursAre) {
  for (const std::string stamp :
       {"Nov 21 17:20:39", "2026-11-21T17:20:39", "2026-11-21T17:20:39Z",
        "2026-11-21T17:20:39.123456+09:00", "2026-11-21 17:20:39,123 -05:00"}) {
    EXPECT_TRUE(BothOfOneHour(stamp, stamp)) << stamp;
    for (std::size_t at = 0; at < stamp.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string other = stamp;
        other[at] = static_cast<char>(byte);
        const bool same = HourOf(other) != PlainHour{} && HourOf(other) == HourOf(stamp);
        EXPECT_EQ(BothOfOneHour(stamp, other), same) << other;
        EXPECT_EQ(BothOfOneHour(other, stamp), same) << other;
      }
    }
    for (std::size_t size = 0; size < stamp.size(); ++size) {
      const std::string cut = stamp.substr(0, size);
      const bool same = HourOf(cut) != PlainHour{} && HourOf(cut) == HourOf(stamp);
      EXPECT_EQ(BothOfOneHour(stamp, cut), same) << cut;
      EXPECT_EQ(BothOfOneHour(cut, stamp), same) << cut;
    }
  }
}

TEST(StampHourTest, OtherMinutesAndSecondsAreOfTheHour) {
  StampHour hour;
  EXPECT_FALSE(hour.Has("Nov 21 17:20:39"));
  hour.Set("Nov 21 17:20:39");
  EXPECT_TRUE(hour.Has("Nov 21 17:59:00"));
  EXPECT_FALSE(hour.Has("Nov 21 18:00:00"));
  EXPECT_FALSE(hour.Has("Nov 11 17:20:39"));
  hour.Set("2026-11-21T17:20:39.123456+09:00");
  EXPECT_TRUE(hour.Has("2026-11-21T17:01:02.5+09:00"));
  EXPECT_FALSE(hour.Has("2026-11-21T17:01:02.5+01:00"));
  hour.Forget();
  EXPECT_FALSE(hour.Has("2026-11-21T17:20:39.123456+09:00"));
}

}  // namespace
}  // namespace maillog::test
