#include "exporter/os/processors.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace maillog::test {
namespace {

TEST(ProcessorsTest, QuotasAreRoundedUp) {
  EXPECT_EQ(ProcessorsOfQuota("100000 100000"), 1);
  EXPECT_EQ(ProcessorsOfQuota("150000 100000\n"), 2);
  EXPECT_EQ(ProcessorsOfQuota("400000 100000"), 4);
  EXPECT_EQ(ProcessorsOfQuota("1000 100000"), 1);
  EXPECT_EQ(ProcessorsOfQuota("0 100000"), 1);
}

TEST(ProcessorsTest, WhatSetsNoLimitIsNone) {
  for (const char* text : {"", "max", "max 100000", "100000", "100000 ", "100000 0", "-1 100000",
                           "100000  100000", "99999999999999999999999 1"}) {
    EXPECT_EQ(ProcessorsOfQuota(text), std::nullopt) << text;
  }
}

TEST(ProcessorsTest, OnlyThoseThatTheThreadMayRunOnCount) {
  EXPECT_GE(UsableProcessors(), 1);
  std::size_t usable = 0;
  std::thread([&usable] {
    cpu_set_t all;
    ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t i = 0; CPU_COUNT(&one) == 0; ++i) {
      if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
    }
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    usable = UsableProcessors();
  }).join();
  EXPECT_EQ(usable, 1);
}

TEST(ProcessorsTest, SpareOnesAreTakenAndGivenBack) {
  SpareProcessors spare(1);
  EXPECT_TRUE(spare.Take());
  EXPECT_FALSE(spare.Take());
  spare.Give();
  spare.Give();
  EXPECT_TRUE(spare.Take());
  EXPECT_TRUE(spare.Take());
  EXPECT_FALSE(spare.Take());
}

}  // namespace
}  // namespace maillog::test
