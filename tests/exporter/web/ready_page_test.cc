#include "exporter/web/ready_page.h"

#include <gtest/gtest.h>

namespace maillog {
namespace {

const absl::Status kNoPermission = absl::UnavailableError("/log/x: Permission denied");

TEST(ReadyPageTest, ReadyIfAllHaveCaughtUp) {
  const Readiness readiness = ReadinessOf({}, WithoutSources::kNotReady);
  EXPECT_TRUE(readiness.ready);
  EXPECT_EQ(readiness.text, "The exporter is ready.\n");
}

TEST(ReadyPageTest, SaysWhichSourceIsMissingAndWhy) {
  const Readiness readiness =
      ReadinessOf({{"x", kNoPermission}, {"y", absl::OkStatus()}}, WithoutSources::kNotReady);
  EXPECT_FALSE(readiness.ready);
  EXPECT_EQ(readiness.text,
            "Not ready:\n"
            "source x cannot be read: /log/x: Permission denied\n"
            "source y is still being read up to where it ended at the start\n");
}

TEST(ReadyPageTest, WhoWantsCanDoWithoutThoseThatCannotBeRead) {
  const Readiness readiness = ReadinessOf({{"x", kNoPermission}}, WithoutSources::kReady);
  EXPECT_TRUE(readiness.ready);
  EXPECT_EQ(readiness.text,
            "The exporter is ready, except for these sources:\n"
            "source x cannot be read: /log/x: Permission denied\n");
  EXPECT_FALSE(
      ReadinessOf({{"x", kNoPermission}, {"y", absl::OkStatus()}}, WithoutSources::kReady).ready)
      << "what is being read is waited for";
}

TEST(ReadyPageTest, NamesOfFilesMayHoldAnything) {
  const absl::Status strange = absl::UnavailableError("/log/a\nb\xff: Permission denied");
  EXPECT_EQ(ReadinessOf({{"/log", strange}}, WithoutSources::kNotReady).text,
            "Not ready:\nsource /log cannot be read: /log/ab\xef\xbf\xbd: Permission denied\n");
}

}  // namespace
}  // namespace maillog
