// The two sketches keep their promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "activity/activity_event.h"
#include "activity/hyper_log_log.h"
#include "activity/space_saving.h"

namespace maillog::test {
namespace {

/// As those of a log: salted hashes of texts.
std::uint64_t KeyOf(int salt, std::uint64_t who) {
  const MailSalt salts{0x0123456789abcdef + static_cast<std::uint64_t>(salt), 77};
  return WhoIdOf(salts, "client", "192.0.2." + std::to_string(who));
}

// ---- Space-Saving

using Truth = std::map<std::uint64_t, std::uint64_t>;

std::uint64_t CountOf(const SpaceSaving& sketch, std::uint64_t key) {
  for (const SpaceSaving::Counted& one : sketch.counted()) {
    if (one.key == key) return one.count;
  }
  return 0;
}

void ExpectBounds(const SpaceSaving& sketch, const Truth& truth) {
  std::uint64_t all = 0;
  for (const auto& [key, count] : truth) all += count;
  const std::uint64_t most_error = all / SpaceSaving::kMax;
  ASSERT_LE(sketch.counted().size(), SpaceSaving::kMax);
  for (const SpaceSaving::Counted& one : sketch.counted()) {
    const std::uint64_t count = truth.at(one.key);
    ASSERT_GE(one.count, count) << "too few";
    ASSERT_LE(one.count, count + most_error) << "over by more than N/k";
    ASSERT_LE(one.sure(), count) << "what is sure is not";
    ASSERT_GE(one.sure() + most_error, count);
  }
  for (const auto& [key, count] : truth) {
    if (count > most_error) {
      ASSERT_GT(CountOf(sketch, key), 0U) << "a frequent one has no place";
    }
  }
}

TEST(SpaceSaving, IsExactForFewKeys) {
  SpaceSaving sketch;
  Truth truth;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t key = KeyOf(1, i % SpaceSaving::kMax);
    sketch.Add(key, static_cast<std::uint32_t>(i % 7 + 1));
    truth[key] += i % 7 + 1;
  }
  for (const SpaceSaving::Counted& one : sketch.counted()) {
    EXPECT_EQ(one.count, truth.at(one.key));
    EXPECT_EQ(one.error, 0U);
  }
}

TEST(SpaceSaving, OverestimatesByAtMostOneInAHundredAndTwentyEight) {
  std::mt19937_64 random(7);
  for (const double skew : {0.0, 0.5, 1.0, 1.5}) {
    for (const std::size_t keys : {100U, 1000U, 20'000U}) {
      SCOPED_TRACE(std::to_string(skew) + " " + std::to_string(keys));
      std::vector<double> weights;
      for (std::size_t i = 0; i < keys; ++i)
        weights.push_back(std::pow(static_cast<double>(i + 1), -skew));
      std::discrete_distribution<std::uint64_t> who(weights.begin(), weights.end());
      std::uniform_int_distribution<std::uint32_t> times(1, 20);
      SpaceSaving sketch;
      Truth truth;
      for (int i = 0; i < 30'000; ++i) {
        const std::uint64_t key = KeyOf(2, who(random));
        const std::uint32_t n = times(random);
        sketch.Add(key, n);
        truth[key] += n;
      }
      ExpectBounds(sketch, truth);
    }
  }
}

// Whoever wants to push out another: many new keys, each once, in turn.
TEST(SpaceSaving, ACrowdPushesNobodyOut) {
  SpaceSaving sketch;
  Truth truth;
  const std::uint64_t busy = KeyOf(3, 999'999);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t key = i % 50 == 0 ? busy : KeyOf(3, i);
    sketch.Add(key, 1);
    ++truth[key];
  }
  ExpectBounds(sketch, truth);
  EXPECT_GE(CountOf(sketch, busy), 400U);
}

TEST(SpaceSaving, StaysAtTheHighestNumber) {
  constexpr std::uint32_t kMax = std::numeric_limits<std::uint32_t>::max();
  SpaceSaving sketch;
  sketch.Add(1, kMax);
  sketch.Add(1, 5);
  EXPECT_EQ(sketch.counted()[0].count, kMax);
}

TEST(SpaceSaving, ComesBackFromItsBytesAndOnlyFromThem) {
  for (const std::uint64_t keys : {0U, 1U, 127U, 128U, 1000U}) {
    SpaceSaving sketch;
    for (std::uint64_t i = 0; i < keys; ++i) sketch.Add(KeyOf(4, i), 3);
    std::string bytes;
    sketch.PutTo(bytes);
    std::string_view left = bytes;
    SpaceSaving again;
    ASSERT_TRUE(again.TakeFrom(left));
    EXPECT_TRUE(left.empty());
    std::string same;
    again.PutTo(same);
    EXPECT_EQ(same, bytes);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      std::string_view part = std::string_view(bytes).substr(0, cut);
      EXPECT_FALSE(again.TakeFrom(part)) << cut;
    }
  }
  std::string too_many = "\xff" + std::string(255 * 16, 'x');
  std::string_view left = too_many;
  EXPECT_FALSE(SpaceSaving().TakeFrom(left));
}

// ---- HyperLogLog

TEST(HyperLogLog, IsWithinThreeStandardErrorsFromTenToAMillion) {
  const double standard = 1.04 / std::sqrt(static_cast<double>(HyperLogLog::kRegisters));
  int within_two = 0;
  int all = 0;
  for (int salt = 0; salt < 3; ++salt) {
    HyperLogLog sketch;
    EXPECT_EQ(sketch.Estimate(), 0);
    std::uint64_t next = 10;
    for (std::uint64_t i = 1; i <= 1'000'000; ++i) {
      sketch.Add(KeyOf(salt, i));
      if (i % 3 == 0) sketch.Add(KeyOf(salt, i / 2 + 1));  // which it knows
      if (i != next) continue;
      next = std::max(next + 1, next * 5 / 4);
      const auto truth = static_cast<double>(i);
      const double error = std::abs(sketch.Estimate() - truth) / truth;
      // Of a handful, whole ones are shown.
      EXPECT_LE(error, 3 * standard + 0.5 / truth) << "salt " << salt << ", " << i << " keys";
      ++all;
      if (error <= 2 * standard) ++within_two;
    }
  }
  EXPECT_GT(within_two, all * 9 / 10) << "the errors are not those of the theory";
}

TEST(HyperLogLog, CountsFewKeysExactly) {
  int wrong = 0;
  for (int salt = 0; salt < 100; ++salt) {
    HyperLogLog sketch;
    for (std::uint64_t i = 0; i < 5; ++i) sketch.Add(KeyOf(salt, i));
    if (std::llround(sketch.Estimate()) != 5) ++wrong;
  }
  EXPECT_LE(wrong, 4) << "1 in 100 by theory";
}

TEST(HyperLogLog, MergedIsTheUnion) {
  HyperLogLog first;
  HyperLogLog second;
  HyperLogLog both;
  for (std::uint64_t i = 0; i < 30'000; ++i) {
    const std::uint64_t key = KeyOf(5, i);
    if (i < 20'000) first.Add(key);
    if (i >= 10'000) second.Add(key);
    both.Add(key);
  }
  HyperLogLog merged = first;
  merged.Merge(second);
  EXPECT_EQ(merged, both);
  second.Merge(first);
  EXPECT_EQ(second, both);
  HyperLogLog with_none = both;
  with_none.Merge({});
  EXPECT_EQ(with_none, both);
  HyperLogLog none;
  none.Merge(both);
  EXPECT_EQ(none, both);
}

TEST(HyperLogLog, ComesBackFromItsBytesAndOnlyFromThem) {
  HyperLogLog sketch;
  for (int round = 0; round < 2; ++round) {
    std::string bytes;
    sketch.PutTo(bytes);
    std::string_view left = bytes;
    HyperLogLog again;
    ASSERT_TRUE(again.TakeFrom(left));
    EXPECT_TRUE(left.empty());
    EXPECT_EQ(again, sketch);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      std::string_view part = std::string_view(bytes).substr(0, cut);
      EXPECT_FALSE(again.TakeFrom(part)) << cut;
    }
    for (std::uint64_t i = 0; i < 5000; ++i) sketch.Add(KeyOf(6, i));
  }
  std::string bytes = "\x01" + std::string(HyperLogLog::kRegisters, '\x40');
  std::string_view left = bytes;
  EXPECT_FALSE(HyperLogLog().TakeFrom(left)) << "no hash has so many zeros";
}

TEST(HyperLogLog, AnyHashCanCome) {
  HyperLogLog sketch;
  for (const std::uint64_t hash : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1}})
    sketch.Add(hash);
  EXPECT_EQ(std::llround(sketch.Estimate()), 2) << "0 and 1 fall into one register";
  HyperLogLog last;
  for (std::uint64_t i = 0; i < HyperLogLog::kRegisters; ++i)
    last.Add(i << (64 - HyperLogLog::kIndexBits));
  std::string bytes;
  last.PutTo(bytes);
  std::string_view left = bytes;
  HyperLogLog again;
  EXPECT_TRUE(again.TakeFrom(left)) << "what has no 1 in it can be saved";
  EXPECT_EQ(again, last);
}

}  // namespace
}  // namespace maillog::test
