// Which lines belong together, and how a story ended.
#include "exporter/trace/mails.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "exporter/trace/outcome.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// Lines of one host, `program: message`, a second apart.
TraceFindings Findings(const std::vector<std::pair<std::string, std::string>>& lines) {
  TraceFindings findings;
  for (const auto& [program, message] : lines) {
    const auto at = static_cast<std::int64_t>(findings.texts.size());
    findings.texts.push_back({.time = absl::FromUnixSeconds(1'800'000'000 + at),
                              .host = "mx1",
                              .program = program,
                              .message = message,
                              .place = static_cast<std::uint64_t>(at)});
  }
  return findings;
}

std::vector<Story> StoriesOf(std::string_view what,
                             const std::vector<std::pair<std::string, std::string>>& lines) {
  return TellStories(TraceWhat::Of(what), Findings(lines));
}

std::vector<std::string> IdsOf(const Story& story) {
  std::vector<std::string> ids;
  for (const QueuedMail& mail : story.mails) ids.push_back(mail.queue_id);
  return ids;
}

std::pair<std::string, std::string> Client(const std::string& id, const std::string& client) {
  return {"postfix/smtpd", id + ": client=" + client};
}
std::pair<std::string, std::string> MessageId(const std::string& id, const std::string& of) {
  return {"postfix/cleanup", id + ": message-id=<" + of + ">"};
}
std::pair<std::string, std::string> Queued(const std::string& id, int recipients) {
  return {"postfix/qmgr", id + ": from=<a@example.com>, size=10, nrcpt=" +
                              std::to_string(recipients) + " (queue active)"};
}
std::pair<std::string, std::string> Sent(const std::string& id, const std::string& relay,
                                         const std::string& said, const std::string& delay = "1",
                                         const std::string& to = "b@example.org") {
  return {"postfix/smtp", id + ": to=<" + to + ">, relay=" + relay + ", delay=" + delay +
                              ", delays=0.25/0/0/0, dsn=2.0.0, status=sent (" + said + ")"};
}
std::pair<std::string, std::string> Removed(const std::string& id) {
  return {"postfix/qmgr", id + ": removed"};
}

constexpr char kA[] = "AAAAAAAAAA";
constexpr char kB[] = "BBBBBBBBBB";
constexpr char kLoopback[] = "127.0.0.1[127.0.0.1]:10024";
constexpr char kElsewhere[] = "mx.example.org[192.0.2.9]:25";

TEST(TracedMails, AMailThroughAFilterIsOneStoryFromEitherEnd) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"),
      MessageId(kA, "m"),
      Queued(kA, 1),
      Client(kB, "localhost[127.0.0.1]"),
      MessageId(kB, "m"),
      Queued(kB, 1),
      Sent(kA, kLoopback, "250 2.0.0 Ok: queued as BBBBBBBBBB", "3"),
      Removed(kA),
      Sent(kB, kElsewhere, "250 ok", "1.25"),
      Removed(kB)};
  for (const char* const what : {kA, kB}) {
    const std::vector<Story> stories = StoriesOf(what, lines);
    ASSERT_THAT(stories, SizeIs(1)) << what;
    EXPECT_THAT(IdsOf(stories[0]), ElementsAre(kA, kB));
    EXPECT_THAT(stories[0].lines, SizeIs(lines.size()));
    const StoryOutcome outcome = OutcomeOf(stories[0]);
    EXPECT_EQ(outcome.recipients, 1U);
    EXPECT_EQ(outcome.delivered, 1U);
    // 3 s up to the filter's answer; the 0.25 s in which it gave the mail back are part of them.
    EXPECT_EQ(outcome.taken, Micros{4'000'000});
  }
}

TEST(TracedMails, AFilterMayAnswerWithoutTheIdOfWhatItReturns) {
  const std::vector<Story> stories = StoriesOf(
      kA, {Client(kA, "c[192.0.2.1]"), Queued(kA, 2),
           Client(kB, "localhost[127.0.0.1], orig_queue_id=AAAAAAAAAA, orig_client=c[192.0.2.1]"),
           Queued(kB, 1), Sent(kA, kLoopback, "250 2.6.0 Ok", "2"),
           Sent(kA, kLoopback, "250 2.7.0 Ok", "2", "kept@example.org"), Removed(kA),
           Sent(kB, kElsewhere, "250 ok", "3"), Removed(kB)});
  ASSERT_THAT(stories, SizeIs(1));
  const StoryOutcome outcome = OutcomeOf(stories[0]);
  EXPECT_EQ(outcome.recipients, 2U) << "one that came back, and one that did not";
  EXPECT_EQ(outcome.delivered, 2U);
  EXPECT_EQ(outcome.taken, Micros{4'750'000});
}

TEST(TracedMails, WhatAFilterThrowsAwayIsDiscarded) {
  const std::string said = "250 2.7.0 Ok, discarded, id=03491-01 - spam";
  const auto outcome = [&said](const std::string& relay) {
    std::pair<std::string, std::string> sent = Sent(kA, relay, said);
    sent.second.replace(sent.second.find("2.0.0"), 5, "2.7.0");
    return OutcomeOf(StoriesOf(kA, {Client(kA, "c[192.0.2.1]"), Queued(kA, 1), sent})[0]).word();
  };
  EXPECT_EQ(outcome(kLoopback), "discarded");
  EXPECT_EQ(outcome("amavis[172.18.0.5]:10024"), "discarded");
  EXPECT_EQ(outcome(kElsewhere), "delivered") << "what others mean by that is not known";
}

TEST(TracedMails, AnAnswerThatNamesAMailOfOthersLinksNothing) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kB, "d[192.0.2.2]"),
      MessageId(kB, "other"),
      Queued(kB, 1),
      Client(kA, "c[192.0.2.1]"),
      MessageId(kA, "m"),
      Queued(kA, 1),
      Sent(kA, kElsewhere, "250 2.0.0 Ok: queued as BBBBBBBBBB"),
      Removed(kA)};
  const std::vector<Story> stories = StoriesOf(kA, lines);
  ASSERT_THAT(stories, SizeIs(1));
  EXPECT_THAT(IdsOf(stories[0]), ElementsAre(kA));
  EXPECT_EQ(OutcomeOf(stories[0]).delivered, 1U);
}

TEST(TracedMails, AnIdThatComesAgainIsAnotherMail) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"), MessageId(kA, "m"), Queued(kA, 1), Removed(kA),
      // Two daemons' lines are not always in order.
      Sent(kA, kElsewhere, "250 ok"), Client(kA, "d[192.0.2.2]"), MessageId(kA, "n"), Queued(kA, 2),
      Removed(kA), MessageId(kA, "notice"), Removed(kA)};
  const std::vector<Story> stories = StoriesOf(kA, lines);
  ASSERT_THAT(stories, SizeIs(3));
  EXPECT_THAT(stories[0].lines, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(OutcomeOf(stories[0]).delivered, 1U);
  EXPECT_EQ(stories[1].mails[0].message_id, "n");
  EXPECT_EQ(OutcomeOf(stories[1]).unknown, 2U);
  EXPECT_EQ(stories[2].mails[0].message_id, "notice");
}

TEST(TracedMails, AnIdThatBeginsAgainWithoutAnEndIsAnotherMail) {
  const std::vector<Story> stories =
      StoriesOf(kA, {Client(kA, "c[192.0.2.1]"), MessageId(kA, "m"), Client(kA, "d[192.0.2.2]")});
  EXPECT_THAT(stories, SizeIs(2));
}

TEST(TracedMails, InstancesAndHostsHaveIdsOfTheirOwn) {
  TraceFindings findings = Findings({Client(kA, "c[192.0.2.1]"),
                                     {"postfix-out/smtpd", "AAAAAAAAAA: client=d[192.0.2.2]"},
                                     Client(kA, "e[192.0.2.3]")});
  findings.texts[2].host = "mx2";
  EXPECT_THAT(TellStories(TraceWhat::Of(kA), findings), SizeIs(3));
}

TEST(TracedMails, TheLastAttemptCounts) {
  const auto tried = [](const std::string& status) {
    return std::pair<std::string, std::string>("postfix/smtp",
                                               std::string(kA) +
                                                   ": to=<b@example.org>, relay=none, delay=9, "
                                                   "delays=1/1/1/1, dsn=4.4.1, status=" +
                                                   status);
  };
  std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"), Queued(kA, 2),
      tried("deferred (connect to mx: Connection refused)"),
      tried("deferred (connect to mx: Connection refused)")};
  StoryOutcome outcome = OutcomeOf(StoriesOf(kA, lines)[0]);
  EXPECT_EQ(outcome.recipients, 2U);
  EXPECT_EQ(outcome.waiting, 2U);
  EXPECT_EQ(outcome.most_attempts, 2U);
  EXPECT_THAT(outcome.delay_reasons, ElementsAre(std::pair(Reason::kConnectionRefused, 1)));
  EXPECT_EQ(outcome.word(), "waiting");
  lines.emplace_back("postfix/qmgr", "AAAAAAAAAA: from=<a@example.com>, status=expired, returned");
  lines.push_back(Sent(kA, kElsewhere, "250 ok", "1", "other@example.org"));
  lines.push_back(Removed(kA));
  outcome = OutcomeOf(StoriesOf(kA, lines)[0]);
  EXPECT_EQ(outcome.expired, 1U);
  EXPECT_EQ(outcome.delivered, 1U);
  EXPECT_EQ(outcome.word(), "partly");
}

// postsuper -r: who has the mail is no longer among the recipients of the new one, whose delay is
// counted from the first arrival.
TEST(TracedMails, AMailThatIsRequeuedIsOneStory) {
  std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"),
      MessageId(kA, "m"),
      Queued(kA, 3),
      Sent(kA, kElsewhere, "250 ok"),
      {"postfix/smtp",
       "AAAAAAAAAA: to=<c@example.org>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, "
       "status=deferred (connect to mx: Connection refused)"},
      {"postfix/postsuper", "AAAAAAAAAA: placed on hold"},
      {"postfix/postsuper", "AAAAAAAAAA: requeued"}};
  EXPECT_EQ(OutcomeOf(StoriesOf(kA, lines)[0]).waiting, 2U) << "pickup has not taken it yet";
  lines.insert(lines.end(),
               {{"postfix/pickup", "BBBBBBBBBB: uid=103 from=<a@example.com> orig_id=AAAAAAAAAA"},
                MessageId(kB, "m"),
                Queued(kB, 2),
                Sent(kB, kElsewhere, "250 ok", "65", "c@example.org"),
                Sent(kB, kElsewhere, "250 ok", "66", "d@example.org"),
                Removed(kB)});
  for (const char* const what : {kA, kB, "<m>"}) {
    const std::vector<Story> stories = StoriesOf(what, lines);
    ASSERT_THAT(stories, SizeIs(1)) << what;
    EXPECT_THAT(IdsOf(stories[0]), ElementsAre(kA, kB));
    const StoryOutcome outcome = OutcomeOf(stories[0]);
    EXPECT_EQ(outcome.recipients, 3U);
    EXPECT_EQ(outcome.delivered, 3U);
    EXPECT_EQ(outcome.word(), "delivered");
    EXPECT_EQ(outcome.taken, Micros{66'000'000});
    EXPECT_FALSE(outcome.held);
  }
}

TEST(TracedMails, ANoticeIsTheStorysButNotItsEnd) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"),
      MessageId(kA, "m"),
      Queued(kA, 1),
      {"postfix/smtp",
       "AAAAAAAAAA: to=<b@example.org>, relay=none, delay=1, delays=1/0/0/0, "
       "dsn=5.1.1, status=bounced (user unknown)"},
      MessageId(kB, "n"),
      {"postfix/bounce", "AAAAAAAAAA: sender non-delivery notification: BBBBBBBBBB"},
      Removed(kA),
      Sent(kB, "local", "delivered to maildir"),
      Removed(kB)};
  const std::vector<Story> stories = StoriesOf(kA, lines);
  ASSERT_THAT(stories, SizeIs(1));
  EXPECT_THAT(IdsOf(stories[0]), ElementsAre(kA, kB));
  const StoryOutcome outcome = OutcomeOf(stories[0]);
  EXPECT_EQ(outcome.recipients, 1U);
  EXPECT_EQ(outcome.bounced, 1U);
  EXPECT_EQ(outcome.delivered, 0U);
  EXPECT_TRUE(outcome.has_notice);
}

TEST(TracedMails, DovecotsSessionDecidesWhereTwoMailsHaveOneMessageId) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"),
      MessageId(kA, "m"),
      Client(kB, "d[192.0.2.2]"),
      MessageId(kB, "m"),
      {"dovecot", "lmtp(b)<1><0IkfEySAWtsBA>: msgid=<m>: saved mail to INBOX"},
      {"dovecot", "lmtp(b)<1><p7xFiSAWuvBAA>: msgid=<m>: saved mail to INBOX"},
      Sent(kB, "mx1[private/lmtp]", "250 2.0.0 <b> p7xFiSAWuvBAA Saved"),
      Sent(kA, "mx1[private/lmtp]", "250 2.0.0 <b> 0IkfEySAWtsBA Saved")};
  const std::vector<Story> stories = StoriesOf("<m>", lines);
  ASSERT_THAT(stories, SizeIs(2));
  EXPECT_THAT(stories[0].lines, ElementsAre(0, 1, 4, 7));
  EXPECT_THAT(stories[1].lines, ElementsAre(2, 3, 5, 6));
}

TEST(TracedMails, WhatIsInAnotherMailsSessionIsNotTheStorys) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"),
      MessageId(kA, "m"),
      {"dovecot", "lmtp(b)<1><0IkfEySAWtsBA>: msgid=<m>: saved mail to INBOX"},
      Sent(kA, "mx1[private/lmtp]", "250 2.0.0 <b> 0IkfEySAWtsBA Saved"),
      // To somebody else, who is not asked for.
      Client(kB, "d[192.0.2.2]"),
      MessageId(kB, "m"),
      {"dovecot", "lmtp(c)<1><p7xFiSAWuvBAA>: msgid=<m>: saved mail to INBOX"},
      Sent(kB, "mx1[private/lmtp]", "250 2.0.0 <c> p7xFiSAWuvBAA Saved", "1", "c@example.org"),
      {"dovecot", "imap(b)<2><u3xFiSAWuvBBB>: expunge: box=INBOX, uid=4, msgid=<m>"}};
  const std::vector<Story> stories = StoriesOf(kA, lines);
  ASSERT_THAT(stories, SizeIs(1));
  EXPECT_THAT(stories[0].lines, ElementsAre(0, 1, 2, 3, 8));
}

// A newsletter whose id its sender never changes: each of its mails is in each lookup of the id.
TEST(TracedMails, TimeGrowsWithTheMailsThatHaveOneMessageId) {
  const auto time_of = [](int mails) {
    std::vector<std::pair<std::string, std::string>> lines;
    for (int i = 0; i < mails; ++i) {
      const std::string id = "A" + std::to_string(100'000'000 + i);
      const std::string session = "0IkfEy" + id;
      lines.push_back(Client(id, "c[192.0.2.1]"));
      lines.push_back(MessageId(id, "m"));
      lines.emplace_back("dovecot", "lmtp(b)<1><" + session + ">: msgid=<m>: saved mail to INBOX");
      lines.push_back(Sent(id, "mx1[private/lmtp]", "250 2.0.0 <b> " + session + " Saved"));
    }
    const TraceFindings findings = Findings(lines);
    const std::clock_t begin = std::clock();
    EXPECT_THAT(TellStories(TraceWhat::Of("<m>"), findings), SizeIs(mails));
    return static_cast<double>(std::clock() - begin);
  };
  EXPECT_LT(time_of(4000), 24 * time_of(500)) << "8 times would be linear, 64 times square";
}

TEST(TracedMails, OneThatNeverWasInTheQueueIsCanceled) {
  const std::pair<std::string, std::string> canceled{"postfix/cleanup",
                                                     kA + std::string(": removed (canceled)")};
  std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"), MessageId(kA, "m"), canceled,
      Client(kA, "d[192.0.2.2]"), Queued(kA, 1),      Sent(kA, kElsewhere, "250 ok")};
  std::vector<Story> stories = StoriesOf(kA, lines);
  ASSERT_THAT(stories, SizeIs(2)) << "the id comes again at once";
  EXPECT_EQ(OutcomeOf(stories[0]).word(), "canceled");
  EXPECT_EQ(OutcomeOf(stories[0]).canceled, 1U);
  EXPECT_EQ(OutcomeOf(stories[1]).word(), "delivered");
  // Why is more than that.
  lines.resize(2);
  lines.emplace_back("postfix/smtpd", kA + std::string(": milter-reject: END-OF-MESSAGE from "
                                                       "c[192.0.2.1]: 5.7.1 no; from=<x@y>"));
  lines.push_back(canceled);
  stories = StoriesOf(kA, lines);
  ASSERT_THAT(stories, SizeIs(1));
  EXPECT_EQ(OutcomeOf(stories[0]).word(), "refused");
}

TEST(TracedMails, AnAddressMatchesInAnyCaseAndInPart) {
  const std::vector<std::pair<std::string, std::string>> lines{
      Client(kA, "c[192.0.2.1]"),
      Queued(kA, 1),
      Sent(kA, kElsewhere, "250 ok", "1", "Bob@Example.ORG"),
      {"postfix/smtpd",
       "NOQUEUE: reject: RCPT from c[192.0.2.1]: 550 no; from=<x@y> "
       "to=<BOB@example.org> proto=SMTP helo=<c>"}};
  const std::vector<Story> stories = StoriesOf("bob@example", lines);
  ASSERT_THAT(stories, SizeIs(2));
  EXPECT_EQ(OutcomeOf(stories[1]).word(), "refused");
  EXPECT_THAT(StoriesOf("<bob@example>", lines), SizeIs(0));
  EXPECT_THAT(StoriesOf("<bob@example.org>", lines), SizeIs(2));
  EXPECT_THAT(StoriesOf("nobody", lines), SizeIs(0));
}

}  // namespace
}  // namespace maillog::test
