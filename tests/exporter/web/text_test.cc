#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/nearest.h"
#include "exporter/os/log.h"
#include "exporter/web/landing_page.h"

namespace maillog {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LandingPageTest, LinksAndVersionAreThere) {
  const std::string page = LandingPage("1.2.3", "/metrics");
  EXPECT_THAT(page, HasSubstr("1.2.3"));
  for (const char* link : {"/metrics", "/-/healthy", "/-/ready"}) {
    EXPECT_THAT(page, HasSubstr(std::string("href=\"") + link + "\""));
  }
}

TEST(LandingPageTest, PathsAreEscaped) {
  const std::string page = LandingPage("1", "/\"><script>&");
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, HasSubstr("/&quot;&gt;&lt;script&gt;&amp;"));
}

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
