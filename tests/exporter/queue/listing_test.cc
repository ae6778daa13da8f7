#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exporter/queue/answers.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string>& FourMessages() {
  static const std::vector<std::string> lines{
      "deferred 1795881803 207",
      "  deferred user@outlook.com: host outlook-com.olc.protectio",
      "deferred 1795881803 214",
      "  deferred other@example.net: host mx.example.net[192.0.2.3]",
      "  deferred user@example.net: host mx.example.net[192.0.2.3]",
      "  deferred user@docomo.ne.jp: Host or domain name not found.",
      "deferred 1795881803 1186",
      "  deferred user@gmail.com: connect to gmail-smtp-in.l.goo",
      "hold 1795881803 5194",
      "  hold user@example.org: deferred for the lab"};
  return lines;
}

TEST(QueueListing, EveryVersionSaysTheSame) {
  for (const char* const name : {"postfix-3.7.showq", "postfix-3.0.showq", "postfix-3.7.mailq"}) {
    const Listed listed = List(Answer(name));
    EXPECT_EQ(listed.fault, "") << name;
    EXPECT_TRUE(listed.ended) << name;
    EXPECT_EQ(listed.lines, FourMessages()) << name;
  }
}

TEST(QueueListing, CutAnywhereItSaysTheSame) {
  for (const char* const name : {"postfix-3.7.showq", "postfix-3.0.showq", "postfix-3.7.mailq",
                                 "postfix-2.0.mailq", "long-ids-2.9.mailq"}) {
    const std::string answer = Answer(name);
    const Listed whole = List(answer);
    for (std::size_t step = 1; step < 60; ++step) {
      EXPECT_EQ(List(answer, step).lines, whole.lines) << name << " by " << step;
    }
  }
}

TEST(QueueListing, AnAnswerThatEndsInTheMiddleHasNotEnded) {
  for (const char* const name : {"postfix-3.7.showq", "postfix-3.0.showq", "postfix-3.7.mailq",
                                 "postfix-2.0.mailq", "empty-3.7.showq"}) {
    const std::string answer = Answer(name);
    ASSERT_TRUE(List(answer).ended) << name;
    for (std::size_t size = 0; size < answer.size(); ++size) {
      EXPECT_FALSE(List(answer.substr(0, size)).ended) << name << " after " << size;
    }
  }
}

TEST(QueueListing, AnEmptyQueueHasAnEndToo) {
  const std::string end(1, '\0');
  for (const std::string& answer :
       {Answer("empty-3.7.showq"), end, std::string("Mail queue is empty\n")}) {
    const Listed listed = List(answer);
    EXPECT_TRUE(listed.ended);
    EXPECT_EQ(listed.fault, "");
    EXPECT_THAT(listed.lines, IsEmpty());
  }
}

TEST(QueueListing, TheTextOf20HasMarksAndTheMaildropQueue) {
  EXPECT_THAT(List(Answer("postfix-2.0.mailq")).lines,
              ElementsAre("maildrop 1795881541 412", "incoming 1795881601 512",
                          "  incoming user@example.org: ", "active 1795881661 12345678",
                          "  active user@example.org: ", "deferred 1795791600 1999",
                          "  deferred user@example.net: connect to mx.example.net[192.",
                          "  deferred other@example.net: connect to mx.example.net[192.",
                          "  deferred user@example.org: host mx.example.org[192.0.2.7]"));
}

TEST(QueueListing, LongIdsHaveOtherColumns) {
  EXPECT_THAT(
      List(Answer("long-ids-2.9.mailq")).lines,
      ElementsAre("hold 1795881601 700", "  hold user@example.org: ", "deferred 1795881602 701",
                  "  deferred user@example.net: lost connection with mx.exampl",
                  "  deferred other@example.net: "));
}

std::string Attributes(const std::vector<std::string>& texts) {
  std::string answer;
  for (const std::string& text : texts) answer += text + '\0';
  return answer;
}

TEST(QueueListing, WhatIsNoAnswerIsAFault) {
  EXPECT_THAT(List("HTTP/1.0 400 Bad Request\r\n\r\n").ended, false);
  EXPECT_THAT(List("Message\n").fault, HasSubstr("neither that of showq"));
  EXPECT_THAT(List(Attributes({"protocol", "anvil", ""})).fault, HasSubstr("a service other than"));
  EXPECT_THAT(List(Attributes({"time", "1"})).fault, HasSubstr("no queue"));
  EXPECT_THAT(List(Attributes({"queue_name", "active", "time", "-1"})).fault,
              HasSubstr("not a number"));
  EXPECT_THAT(List(Attributes({"queue_name", "active", "size", "1e9"})).fault,
              HasSubstr("not a number"));
  EXPECT_THAT(List(Attributes({"queue_name", "active", "size", "1", "recipient", "a"})).fault,
              HasSubstr("no time"));
  EXPECT_THAT(List(Attributes({"queue_name", "active", "queue_name", "hold"})).fault,
              HasSubstr("within another"));
}

TEST(QueueListing, ATextWithoutEndIsAFaultAndNotKept) {
  for (const char first : {'a', '-'}) {
    EXPECT_THAT(List(std::string(1, first) + std::string(kMaxAttribute, 'x'), 1000).fault,
                HasSubstr("of more than 65536 bytes"));
  }
}

TEST(QueueListing, WhatItDoesNotKnowIsPassedOver) {
  const Listed listed = List(
      Attributes({"queue_name", "corrupt", "time", "5",         "size",      "6",         "new",
                  "thing",      "sender",  "\xff", "recipient", "\xff@\xfe", "recipient", "b@c",
                  "reason",     "why",     "dsn",  "4.0.0",     "",          ""}));
  EXPECT_EQ(listed.fault, "");
  EXPECT_TRUE(listed.ended);
  EXPECT_THAT(listed.lines, ElementsAre("other 5 6", "  other \xff@\xfe: ", "  other b@c: why"));
}

}  // namespace
}  // namespace maillog::test
