// How a stream of syslog is cut into messages.
#include "exporter/input/syslog/syslog_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parser/envelope/envelopes.h"
#include "tests/exporter/input/syslog_listener.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;

struct Framed {
  std::vector<std::string> messages;
  std::uint32_t malformed = 0;
  friend bool operator==(const Framed&, const Framed&) = default;
};

Framed Frame(std::string_view bytes, std::size_t at_once) {
  SyslogFrames frames;
  SyslogLines lines;
  while (!bytes.empty()) {
    frames.Add(bytes.substr(0, at_once), lines);
    bytes.remove_prefix(std::min(at_once, bytes.size()));
  }
  frames.Close(lines);
  return {Split(lines.text), lines.malformed};
}

TEST(SyslogFramesTest, BothFramingsEvenMixedAtAnyCut) {
  const std::string bytes =
      "<22>one\n11 <22>two\nhalf<22>three\r\n\n2 ab2026-11-21T10:00:00Z x\n8 <22>end\n";
  const Framed want{
      {"<22>one", "<22>two hal", "f<22>three", "ab", "2026-11-21T10:00:00Z x", "<22>end"}, 0};
  for (const std::size_t at_once : {1U, 2U, 3U, 7U, 1000U})
    EXPECT_EQ(Frame(bytes, at_once), want) << at_once;
}

TEST(SyslogFramesTest, OverLongMessagesAreMalformedAndPassed) {
  const std::string overlong(kMaxMessageBytes + 1, 'x');
  const std::string bytes = overlong + "\n<22>a\n" + std::to_string(overlong.size()) + " " +
                            overlong + "<22>b\n99999999999 <22>c\n";
  const Framed framed = Frame(bytes, 1000);
  EXPECT_THAT(framed.messages, ElementsAre("<22>a", "<22>b", "99999999999 <22>c"));
  EXPECT_EQ(framed.malformed, 2U);
}

TEST(SyslogFramesTest, ALastLineMayLackItsNewlineButACountedOneNotItsEnd) {
  EXPECT_EQ(Frame("<22>one\n<22>two", 4), (Framed{{"<22>one", "<22>two"}, 0}));
  EXPECT_EQ(Frame("7 <22>one9 <22>two", 4), (Framed{{"<22>one"}, 1}));
}

}  // namespace
}  // namespace maillog::test
