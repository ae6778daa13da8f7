#include <gtest/gtest.h>

#include "exporter/config/nearest.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

TEST(LogTest, LogfmtQuotesWhatNeedsIt) {
  EXPECT_EQ(
      FormatLogMessage(LogFormat::kLogfmt, LogLevel::kInfo, "two words",
                       {{"path", "/var/log/mail.log"}, {"why", "a \"b\"\n\x1b"}, {"none", ""}}),
      R"(level=info msg="two words" path=/var/log/mail.log why="a \"b\"\u000a\u001b" none="")");
}

TEST(LogTest, JsonIsEscaped) {
  EXPECT_EQ(FormatLogMessage(LogFormat::kJson, LogLevel::kWarn, "m", {{"why", "a\\\"\n\xff"}}),
            R"("level":"warn","msg":"m","why":"a\\\"\u000a\u00ff")");
}

TEST(NearestTest, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> flags{"--log.level", "--log.format", "--poll"};
  EXPECT_EQ(Nearest("--log.levle", flags), "--log.level");
  EXPECT_EQ(Nearest("--log-format", flags), "--log.format");
  EXPECT_EQ(Nearest("--pol", flags), "--poll");
  EXPECT_EQ(Nearest("cuont", {"count", "serve"}), "count") << "neighbours that changed places";
  EXPECT_EQ(Nearest("srvee", {"count", "serve"}), "");
  EXPECT_EQ(Nearest("--something.else", flags), "");
  EXPECT_EQ(Nearest("", flags), "");
}

}  // namespace
}  // namespace maillog
