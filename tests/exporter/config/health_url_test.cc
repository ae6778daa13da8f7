#include "exporter/config/health_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/options.h"

namespace maillog {
namespace {

std::string Read(std::string_view text) {
  const auto url = ParseHealthUrl(text);
  return url ? ToText(*url) : "none";
}

TEST(HealthUrlTest, HasWhatIsUsualWhereNothingElseIsSaid) {
  EXPECT_EQ(Read("http://mx"), "http://mx:9025/-/healthy");
  EXPECT_EQ(Read("https://mx/"), "https://mx:9025/-/healthy");
  EXPECT_EQ(Read("http://192.0.2.1:80/x/-/healthy"), "http://192.0.2.1:80/x/-/healthy");
  EXPECT_EQ(Read("https://[2001:db8::1]"), "https://[2001:db8::1]:9025/-/healthy");
  EXPECT_EQ(Read("https://[2001:db8::1]:1/"), "https://[2001:db8::1]:1/-/healthy");
  EXPECT_EQ(ToText(HealthUrl{}), "http://localhost:9025/-/healthy");
}

TEST(HealthUrlTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "mx", "mx:9025", "ftp://mx", "http:/mx", "http://", "http://:9025", "http:///x",
        "http://mx:", "http://mx:0", "http://mx:65536", "http://[::1", "http://mx/a b",
        "http://mx/\r\nX: y", "http://m\xC3\xBC"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
}

TEST(HealthUrlTest, IsTheOneArgumentOfHealthcheck) {
  const auto parsed = ParseOptions({"healthcheck", "https://mx:1"});
  ASSERT_TRUE(std::holds_alternative<Options>(parsed));
  EXPECT_EQ(std::get<Options>(parsed).command, Command::kHealthcheck);
  EXPECT_EQ(ToText(std::get<Options>(parsed).health_url), "https://mx:1/-/healthy");
}

}  // namespace
}  // namespace maillog
