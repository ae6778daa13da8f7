// RELP without sockets: frames, sessions, and what is known to be sent again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/input/syslog/relp_senders.h"
#include "exporter/input/syslog/relp_session.h"
#include "exporter/input/syslog/syslog_address.h"
#include "parser/envelope/envelopes.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(RelpAddressTest, Forms) {
  EXPECT_EQ(ParseSyslogAddress("syslog+relp://127.0.0.1:20514")->address,
            (ListenAddress{"127.0.0.1", 20514}));
  EXPECT_EQ(ParseSyslogAddress("syslog+relp://[::1]")->address, (ListenAddress{"::1", 2514}));
  EXPECT_TRUE(IsRelpPath("syslog+relp://:1"));
  EXPECT_FALSE(IsRelpPath("syslog+tcp://:1"));
  EXPECT_THAT(std::string(ParseSyslogAddress("syslog+relp:/x").status().message()),
              HasSubstr("write syslog+relp://host:port"));
}

// ---- frames

struct Cut {
  std::vector<std::string> frames;  // `number command data`
  bool broken = false;
};

Cut CutFrames(std::string_view bytes, std::size_t at_once) {
  RelpFrames frames;
  Cut cut;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, at_once);
    bytes.remove_prefix(part.size());
    while (const std::optional<RelpFrame> frame = frames.Take(part)) {
      cut.frames.push_back(std::to_string(frame->number) + ' ' + std::string(frame->command) + ' ' +
                           (frame->overlong ? "<overlong>" : std::string(frame->data)));
    }
  }
  cut.broken = frames.broken();
  return cut;
}

TEST(RelpFramesTest, AnyCut) {
  const std::string bytes = "1 open 3 a=b\n2 syslog 4 x\ny \n0 serverclose 0\n999999999 close 0\n";
  for (const std::size_t at_once : {1U, 2U, 3U, 7U, 1000U}) {
    const Cut cut = CutFrames(bytes, at_once);
    EXPECT_THAT(cut.frames,
                ElementsAre("1 open a=b", "2 syslog x\ny ", "0 serverclose ", "999999999 close "))
        << at_once;
    EXPECT_FALSE(cut.broken);
  }
}

TEST(RelpFramesTest, WhatIsNoFrameBreaksTheConnection) {
  for (const std::string bytes :
       {"x", " ", "1234567890 ", "1x", "1 2", "1  ", "1 a2", "1 syslog x", "1 syslog  ",
        "1 syslog 1234567890", "1 syslog 1\n", "1 syslog 0 \n", "1 syslog 1 ab", "1 syslog \n",
        "<22>Nov 21 10:00:00 mx postfix/smtpd[1]: x\n", "GET / HTTP/1.1\r\n"}) {
    const Cut cut = CutFrames(bytes, 1);
    EXPECT_TRUE(cut.broken) << bytes;
    EXPECT_THAT(cut.frames, IsEmpty()) << bytes;
  }
  const std::string letters(RelpFrames::kMaxCommand, 'a');
  EXPECT_FALSE(CutFrames("1 " + letters + " 0\n", 1).broken);
  EXPECT_TRUE(CutFrames("1 " + letters + "a 0\n", 1).broken);
}

TEST(RelpFramesTest, OverlongDataArePassed) {
  const std::string longest(kMaxMessageBytes, 'x');
  const std::string overlong(kMaxMessageBytes + 1, 'y');
  const std::string bytes = "1 a " + std::to_string(longest.size()) + ' ' + longest + "\n2 b " +
                            std::to_string(overlong.size()) + ' ' + overlong + "\n3 c 1 z\n";
  for (const std::size_t at_once : {1000U, 1'000'000U}) {
    EXPECT_THAT(CutFrames(bytes, at_once).frames,
                ElementsAre("1 a " + longest, "2 b <overlong>", "3 c z"));
  }
}

// ---- sessions

std::vector<std::string> TakeAll(RelpSession& session, std::string_view bytes) {
  std::vector<std::string> messages;
  while (const std::optional<RelpMessage> message = session.Take(bytes)) {
    messages.emplace_back(message->text);
  }
  return messages;
}

std::string TakeReplies(RelpSession& session) { return std::exchange(session.replies(), {}); }

constexpr std::string_view kOpened = "1 open 14 relp_version=0\n";

TEST(RelpSessionTest, MessagesAreAnsweredInTheirOrderWhenTold) {
  RelpSession session;
  EXPECT_THAT(TakeAll(session, kOpened), IsEmpty());
  EXPECT_EQ(TakeReplies(session),
            "1 rsp 68 200 OK\nrelp_version=0\nrelp_software=maillog_exporter\ncommands=syslog\n");
  EXPECT_THAT(TakeAll(session, "2 syslog 1 a\n3 syslog 0\n4 syslog 1 b\n"),
              ElementsAre("a", "", "b"));
  EXPECT_EQ(session.unanswered(), 3U);
  EXPECT_EQ(TakeReplies(session), "");
  session.Answer(2);
  EXPECT_EQ(TakeReplies(session), "2 rsp 6 200 OK\n3 rsp 6 200 OK\n");
  EXPECT_EQ(session.unanswered(), 1U);
  session.Answer(5);
  EXPECT_EQ(TakeReplies(session), "4 rsp 6 200 OK\n");
}

TEST(RelpSessionTest, CloseIsAnsweredAfterAllMessages) {
  RelpSession session;
  (void)TakeAll(session, std::string(kOpened) + "2 syslog 1 a\n3 close 0\n4 syslog 1 b\n");
  (void)TakeReplies(session);
  EXPECT_TRUE(session.closing());
  session.Answer(1);
  EXPECT_TRUE(session.closed());
  EXPECT_EQ(TakeReplies(session), "2 rsp 6 200 OK\n3 rsp 6 200 OK\n0 serverclose 0\n");
}

TEST(RelpSessionTest, WhoDoesNotKeepToTheProtocolIsNotHeardAnyLonger) {
  const std::string opened(kOpened);
  for (const std::string& bytes :
       {std::string("1 syslog 1 a\n"), std::string("2 open 14 relp_version=0\n"),
        std::string("1 open 0\n"), opened + "1 syslog 1 a\n", opened + "3 syslog 1 a\n",
        opened + "2 open 14 relp_version=0\n", opened + "2 starttls 0\n", opened + "2 syslog x"}) {
    RelpSession session;
    EXPECT_THAT(TakeAll(session, bytes), IsEmpty()) << bytes;
    EXPECT_TRUE(session.broken()) << bytes;
    EXPECT_THAT(TakeReplies(session), ::testing::EndsWith("0 serverclose 0\n"));
    EXPECT_THAT(TakeAll(session, "2 syslog 1 a\n"), IsEmpty());
  }
}

TEST(RelpSessionTest, HintsAreNotAnswered) {
  RelpSession session;
  EXPECT_THAT(TakeAll(session, std::string(kOpened) + "0 anything 1 x\n2 syslog 1 a\n"),
              ElementsAre("a"));
  EXPECT_FALSE(session.broken());
}

// ---- what is sent again

RelpTail TailOf(std::string_view letters) {
  RelpTail tail;
  for (const char c : letters) tail.Add(static_cast<std::uint64_t>(c));
  return tail;
}

RelpResends ResendsOf(std::string_view letters) {
  return RelpResends({{.number = 7, .tail = TailOf(letters)}});
}

// Of these messages, how many are known to be sent again; with a `.` where nothing more comes.
std::string Resent(RelpResends resends, std::string_view letters) {
  for (const char c : letters) {
    if (c == '.') {
      resends.Settle();
    } else if (!resends.decided()) {
      resends.Add(static_cast<std::uint64_t>(c));
    }
  }
  return std::to_string(resends.resent()) + (resends.decided() ? " decided" : "");
}

TEST(RelpResendsTest, TheLongestRunThatIsTheEnd) {
  EXPECT_EQ(Resent(ResendsOf("abcd"), "cdx"), "2 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "abcdx"), "4 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "dx"), "1 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "xcd"), "0 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "bcx"), "0 decided");
  EXPECT_EQ(Resent(ResendsOf(""), "a"), "0 decided");
  EXPECT_EQ(Resent(ResendsOf("aaa"), "aax"), "2 decided");
  EXPECT_EQ(Resent(ResendsOf("abab"), "abx"), "2 decided");
  EXPECT_EQ(Resent(ResendsOf("abab"), "ababx"), "4 decided");
  EXPECT_EQ(Resent(ResendsOf("xaba"), "abx"), "1 decided");
}

TEST(RelpResendsTest, ABatchThatIsRepeated) {
  EXPECT_EQ(Resent(ResendsOf("abcd"), "cdbcdx"), "5 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "cdbx"), "2 decided");
}

TEST(RelpResendsTest, WhereNothingMoreComesWhatIsPartOfTheTailWasCounted) {
  EXPECT_EQ(Resent(ResendsOf("abcd"), "bc"), "0");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "bc."), "2");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "bc.dx"), "3 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "bc.x"), "2 decided");
  EXPECT_EQ(Resent(ResendsOf("abcd"), "b.c.dbcdx"), "6 decided");
  // All of it is explained by the shorter run.
  EXPECT_EQ(Resent(ResendsOf("aaa"), "a.b"), "1 decided");
}

TEST(RelpResendsTest, OfSeveralSessionsTheOneWhoseMessagesComeAgain) {
  RelpResends resends({{.number = 3, .tail = TailOf("abc")}, {.number = 4, .tail = TailOf("xyz")}});
  for (const char c : std::string_view("yzn")) resends.Add(static_cast<std::uint64_t>(c));
  EXPECT_EQ(resends.resent(), 2U);
  EXPECT_EQ(resends.settled(), 3U);
  EXPECT_EQ(resends.matched(), 4U);
}

TEST(RelpTailTest, TextAndLimit) {
  RelpTail tail;
  for (std::uint64_t i = 0; i < 5 * RelpTail::kMax + 3; ++i) tail.Add(i << 40);
  EXPECT_THAT(tail.hashes(), SizeIs(RelpTail::kMax));
  EXPECT_EQ(tail.hashes().back(), (5 * RelpTail::kMax + 2) << 40);
  const std::optional<RelpTail> parsed = RelpTail::Parse(tail.Text());
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(std::ranges::equal(parsed->hashes(), tail.hashes()));
  EXPECT_EQ(TailOf("a").Text(), "relp:0000000000000061");
  for (const std::string text : {"", "s=1;i=2", "relp:1", "relp:000000000000006g"}) {
    EXPECT_FALSE(RelpTail::Parse(text).has_value()) << text;
  }
}

// ---- what is remembered

TEST(RelpSendersTest, OfOpenSessionsTheYoungestMayBeContinued) {
  RelpSenders senders(std::nullopt);
  for (int i = 0; i < 100; ++i) {
    senders.Add(senders.Begin("192.0.2.1", std::nullopt), static_cast<std::uint64_t>(i));
  }
  const auto candidates = senders.CandidatesOf("192.0.2.1");
  ASSERT_THAT(candidates, SizeIs(RelpSenders::kMaxOpenOfHost));
  EXPECT_EQ(candidates.front().tail.hashes().back(), 99U);
}

TEST(RelpSendersTest, TailsOutliveARun) {
  RelpSenders senders(std::nullopt);
  const BookmarkNumber first = senders.Begin("192.0.2.1", std::nullopt);
  senders.Add(first, 'a');
  senders.Add(first, 'b');
  const std::vector<Bookmark> saved = senders.TakeChanges().changed;
  EXPECT_THAT(senders.TakeChanges().changed, IsEmpty());
  ASSERT_THAT(saved, SizeIs(1));
  EXPECT_EQ(saved[0].path, "192.0.2.1");

  RelpSenders next(saved);
  EXPECT_THAT(next.CandidatesOf("192.0.2.2"), IsEmpty());
  ASSERT_THAT(next.CandidatesOf("192.0.2.1"), SizeIs(1));
  const BookmarkNumber second = next.Begin("192.0.2.1", first);
  EXPECT_NE(second, first);
  const RelpSenders::Changes changes = next.TakeChanges();
  EXPECT_THAT(changes.forgotten, ElementsAre(first));
  ASSERT_THAT(changes.changed, SizeIs(1));
  EXPECT_EQ(changes.changed[0].cursor, TailOf("ab").Text());
}

TEST(RelpSendersTest, BookmarksOfAnotherKindAreForgotten) {
  Bookmark file;
  file.number = 5;
  file.path = "/var/log/mail.log";
  RelpSenders senders(std::vector<Bookmark>{file});
  EXPECT_THAT(senders.TakeChanges().forgotten, ElementsAre(5U));
  EXPECT_EQ(senders.Begin("192.0.2.1", std::nullopt), 6U);
}

TEST(RelpSendersTest, WhatHasEndedIsLimited) {
  RelpSenders senders(std::nullopt);
  for (int i = 0; i < 10; ++i) {
    const BookmarkNumber number = senders.Begin("192.0.2.1", std::nullopt);
    senders.Add(number, static_cast<std::uint64_t>(i));
    senders.End(number);
  }
  const auto candidates = senders.CandidatesOf("192.0.2.1");
  ASSERT_THAT(candidates, SizeIs(RelpSenders::kMaxEndedOfHost));
  EXPECT_EQ(candidates.front().tail.hashes().back(), 9U);
  for (int i = 0; i < 200; ++i) {
    const BookmarkNumber number = senders.Begin("10.0.0." + std::to_string(i), std::nullopt);
    senders.Add(number, 1);
    senders.End(number);
  }
  EXPECT_THAT(senders.TakeChanges().changed, SizeIs(RelpSenders::kMaxEnded));
}

}  // namespace
}  // namespace maillog::test
