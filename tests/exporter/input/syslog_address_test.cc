#include "exporter/input/syslog/syslog_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace maillog::test {
namespace {

using ::testing::HasSubstr;

TEST(SyslogAddressTest, Forms) {
  EXPECT_EQ(ParseSyslogAddress("syslog+udp://127.0.0.1:5514")->address,
            (ListenAddress{"127.0.0.1", 5514}));
  EXPECT_EQ(ParseSyslogAddress("syslog+tcp://[::1]")->address, (ListenAddress{"::1", 514}));
  EXPECT_EQ(ParseSyslogAddress("syslog+tcp://:601")->address, (ListenAddress{"", 601}));
  EXPECT_EQ(ParseSyslogAddress("syslog+unix:///run/x")->path, "/run/x");
  EXPECT_EQ(ParseSyslogAddress("syslog+unix:///run/x?type=stream")->transport,
            SyslogTransport::kUnixStream);
  for (const std::string path : {"syslog+x://a:1", "syslog+unix://run/x", "syslog+udp://a:b:c"}) {
    EXPECT_THAT(std::string(ParseSyslogAddress(path).status().message()), HasSubstr(path)) << path;
  }
  EXPECT_FALSE(ParseSyslogAddress("syslog+unix:///" + std::string(200, 'x')).ok());
}

}  // namespace
}  // namespace maillog::test
