#include "parser/envelope/container.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace maillog {
namespace {

constexpr std::string_view kWholeOut = "2026-11-21T10:00:00.1Z stdout F a\n";
constexpr std::string_view kPartOut = "2026-11-21T10:00:00.1Z stdout P a\n";
constexpr std::string_view kWholeErr = "2026-11-21T10:00:00.1Z stderr F a\n";
constexpr std::string_view kPartErr = "2026-11-21T10:00:00.1Z stderr P a\n";
constexpr std::string_view kWholeDocker = R"({"log":"a\n","stream":"stdout"})"
                                          "\n";
constexpr std::string_view kPartDocker = R"({"log":"a","stream":"stdout"})"
                                         "\n";
constexpr std::string_view kSyslog = "Nov 21 10:00:00 mx1 postfix/qmgr[1]: A1B2C3: removed\n";

std::string Block(std::initializer_list<std::string_view> lines) {
  std::string block;
  for (const std::string_view line : lines) block += line;
  return block;
}

TEST(WholeMessagesPrefix, IsAllWithoutFragments) {
  for (const std::string& block :
       {Block({}), Block({kSyslog}), Block({kSyslog, kSyslog}), Block({kWholeOut, kWholeErr}),
        Block({kWholeDocker, kWholeDocker}), Block({kPartOut, kWholeOut}),
        Block({kPartOut, kPartErr, kWholeErr, kPartOut, kWholeOut}),
        Block({kPartDocker, kWholeDocker})}) {
    EXPECT_EQ(WholeMessagesPrefix(block), block.size()) << block;
  }
}

TEST(WholeMessagesPrefix, EndsBeforeAnOpenFragment) {
  EXPECT_EQ(WholeMessagesPrefix(kPartOut), 0U);
  EXPECT_EQ(WholeMessagesPrefix(kPartDocker), 0U);
  EXPECT_EQ(WholeMessagesPrefix(Block({kWholeOut, kPartOut})), kWholeOut.size());
  EXPECT_EQ(WholeMessagesPrefix(Block({kWholeOut, kPartOut, kPartOut})), kWholeOut.size());
  EXPECT_EQ(WholeMessagesPrefix(Block({kSyslog, kPartOut})), kSyslog.size());
  EXPECT_EQ(WholeMessagesPrefix(Block({kWholeDocker, kPartDocker})), kWholeDocker.size());
}

TEST(WholeMessagesPrefix, KeepsTheStreamsApart) {
  EXPECT_EQ(WholeMessagesPrefix(Block({kWholeErr, kPartOut, kPartErr, kWholeErr, kWholeErr})),
            kWholeErr.size());
  EXPECT_EQ(WholeMessagesPrefix(Block({kPartErr, kPartOut, kWholeOut})), 0U);
  EXPECT_EQ(WholeMessagesPrefix(Block({kPartErr, kPartOut, kWholeErr})), 0U);
  EXPECT_EQ(WholeMessagesPrefix(Block({kPartErr, kPartOut, kWholeErr, kWholeOut, kPartErr})),
            kPartErr.size() + kPartOut.size() + kWholeErr.size() + kWholeOut.size());
}

TEST(ParseContainerLine, TellsStreamAndContent) {
  std::array<char, 100> scratch{};
  const ContainerLine cri = ParseContainerLine(kPartErr, scratch);
  EXPECT_EQ(cri.stream, Stream::kStderr);
  EXPECT_EQ(cri.content, "a");
  EXPECT_TRUE(cri.partial);
  const ContainerLine docker =
      ParseContainerLine(R"({"log":"\u0061b\n","time":"2026-11-21T10:00:00Z"})", scratch);
  EXPECT_EQ(docker.stream, Stream::kStdout);
  EXPECT_EQ(docker.content, "ab");
  EXPECT_FALSE(docker.partial);
}

TEST(ParseContainerLine, LeavesOtherLinesAlone) {
  std::array<char, 100> scratch{};
  for (const std::string_view line :
       {std::string_view{}, std::string_view("\n"), kSyslog,
        std::string_view("2026-11-21T10:00:00Z mx1 postfix/qmgr[1]: removed"),
        std::string_view("1 stdout F a"), std::string_view("2026-11-21T10:00:00Z stdout G a")}) {
    EXPECT_EQ(ParseContainerLine(line, scratch).stream, Stream::kNone) << line;
  }
}

TEST(ParseContainerLine, CutsWhatDoesNotFitTheScratch) {
  std::array<char, 4> scratch{};
  EXPECT_EQ(ParseContainerLine(R"({"log":"\u3042\u3042\n"})", scratch).content, "あ\xE3");
  EXPECT_EQ(ParseContainerLine(R"({"log":"without escapes\n"})", scratch).content,
            "without escapes");
}

}  // namespace
}  // namespace maillog
