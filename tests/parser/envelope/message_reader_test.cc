#include "parser/envelope/message_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/parser/envelope/record_text.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string Cri(std::string_view stream, std::string_view tag, std::string_view text) {
  std::string line = "2026-11-21T10:00:00.123456789Z ";
  return line.append(stream).append(" ").append(tag).append(" ").append(text).append("\n");
}

std::string Docker(std::string_view log) {
  return R"({"log":")" + std::string(log) + R"(","stream":"stdout"})" + "\n";
}

constexpr std::string_view kHead = "Nov 21 10:00:00 mx1 postfix/qmgr[1]: ";
constexpr std::string_view kHeadText =
    "syslog stamp=[Nov 21 10:00:00] host=[mx1] program=[postfix/qmgr] message=";

std::string Line(std::string_view message) { return std::string(kHead) + std::string(message); }
std::string Text(std::string_view message) {
  return std::string(kHeadText) + "[" + std::string(message) + "]";
}

TEST(MessageReader, ReadsLineByLine) {
  EXPECT_THAT(MessageTexts(Line("a") + "\n" + Line("b") + "\r\n" + Line("c") + "\n"),
              ElementsAre(Text("a"), Text("b"), Text("c")));
}

TEST(MessageReader, TakesALastLineWithoutNewline) {
  EXPECT_THAT(MessageTexts(Line("a") + "\n" + Line("b")), ElementsAre(Text("a"), Text("b")));
}

TEST(MessageReader, YieldsNothingForEmptyLines) {
  EXPECT_THAT(MessageTexts(""), IsEmpty());
  EXPECT_THAT(MessageTexts(std::string("\n\r\n\0\0\n\n", 7)), IsEmpty());
  EXPECT_THAT(MessageTexts("\n" + Line("a") + "\n\n"), ElementsAre(Text("a")));
}

TEST(MessageReader, CountsWhatCannotBeRead) {
  EXPECT_THAT(MessageTexts("garbage\n" + Line("a") + "\n \n"),
              ElementsAre("malformed", Text("a"), "malformed"));
}

TEST(MessageReader, JoinsFragmentsPerStream) {
  const std::string block = Cri("stdout", "P", kHead) + Cri("stderr", "P", kHead) +
                            Cri("stdout", "P", "a") + Cri("stderr", "F", "x") +
                            Cri("stderr", "F", Line("y")) + Cri("stdout", "F", "b");
  EXPECT_THAT(MessageTexts(block), ElementsAre(Text("x"), Text("y"), Text("ab")));
}

TEST(MessageReader, JoinsDockersFragments) {
  const std::string block = Docker(Line("a \\u003c")) + Docker("b\\u003e") + Docker("\\\\n\\n");
  EXPECT_THAT(MessageTexts(block), ElementsAre(Text("a <b>\\n")));
}

TEST(MessageReader, CountsFragmentsWithoutAnEndOncePerStream) {
  const std::string block = Cri("stdout", "P", kHead) + Cri("stderr", "P", kHead) +
                            Cri("stdout", "P", "a") + Line("b") + "\n";
  EXPECT_THAT(MessageTexts(block), ElementsAre(Text("b"), "malformed", "malformed"));
}

TEST(MessageReader, HoldsToItsLimit) {
  const std::string longest = Line(std::string(kMaxMessageBytes - kHead.size(), 'x'));
  EXPECT_THAT(MessageTexts(longest + "\n"), ElementsAre(StartsWith(kHeadText)));
  EXPECT_THAT(MessageTexts(longest + "y\n" + Line("a")), ElementsAre("malformed", Text("a")));
}

TEST(MessageReader, HoldsToItsLimitWhenJoining) {
  const std::string half(kMaxMessageBytes / 2, 'x');
  const std::string rest(kMaxMessageBytes / 2 - kHead.size(), 'y');
  const std::string parts =
      Cri("stdout", "P", kHead) + Cri("stdout", "P", half) + Cri("stdout", "F", rest);
  EXPECT_THAT(MessageTexts(parts), ElementsAre(StartsWith(kHeadText)));
  const std::string more = Cri("stdout", "P", kHead) + Cri("stdout", "P", half) +
                           Cri("stdout", "P", rest) + Cri("stdout", "F", "z");
  EXPECT_THAT(MessageTexts(more + Cri("stdout", "F", Line("a"))),
              ElementsAre("malformed", Text("a")));
}

TEST(MessageReader, CountsAnOverlongJsonText) {
  std::string log = Line("");
  for (std::size_t i = 0; i < kMaxMessageBytes; ++i) log += "\\u0061";
  EXPECT_THAT(MessageTexts(Docker(log + "\\n") + Docker(Line("a\\n"))),
              ElementsAre("malformed", Text("a")));
}

TEST(MessageReader, LeavesViewsInTheBlockWhereItCan) {
  const std::string block = Cri("stdout", "F", Line("a")) + Docker(Line("b\\n"));
  const auto scratch = std::make_unique<MessageScratch>();
  MessageReader reader(block, *scratch);
  Record record;
  EnvelopeResult result{};
  int messages = 0;
  for (; reader.Next(record, result); ++messages) {
    EXPECT_GE(record.message.data(), block.data());
    EXPECT_LE(record.message.data() + record.message.size(), block.data() + block.size());
  }
  EXPECT_EQ(messages, 2);
}

}  // namespace
}  // namespace maillog::test
