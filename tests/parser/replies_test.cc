// The answers of other people's servers, replies.tsv, and the class that each is.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog {
namespace {

struct Reply {
  std::string reasons;  ///< `|` between them
  std::string language;
  std::string text;
};

std::vector<Reply> ReadReplies() {
  std::ifstream in(MAILLOG_TESTS_DIR "/parser/replies.tsv");
  std::vector<Reply> replies;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::string_view rest = line;
    const auto field = [&] {
      const std::string_view text = TakeUntil(rest, '\t');
      (void)Eat(rest, '\t');
      return std::string(text);
    };
    Reply reply;
    reply.reasons = field();
    (void)field();  // whose server
    reply.language = field();
    (void)field();  // where it was found
    reply.text = field();
    EXPECT_TRUE(!reply.text.empty() && rest.empty()) << line;
    replies.push_back(std::move(reply));
  }
  return replies;
}

bool IsOneOf(std::string_view reason, std::string_view reasons) {
  while (!reasons.empty()) {
    if (TakeUntil(reasons, '|') == reason) return true;
    (void)Eat(reasons, '|');
  }
  return false;
}

/// The enhanced code that Postfix logs: the reply's own, else one that it makes up.
std::string DsnOf(std::string_view reply) {
  std::string_view rest = reply.substr(std::min<std::size_t>(4, reply.size()));
  const std::string_view code = rest.substr(0, rest.find(' '));
  const bool is_code = code.size() >= 5 && code[1] == '.' &&
                       code.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_code ? std::string(code) : std::string(reply.substr(0, 1)) + ".0.0";
}

/// As Postfix writes it into the line of a delivery.
Reason ReasonOfReply(std::string_view reply) {
  return RefusalOfDelivery("host mx.b.example[192.0.2.1] said: " + std::string(reply) +
                               " (in reply to RCPT TO command)",
                           DsnCode::Of(DsnOf(reply)))
      .reason;
}

TEST(Replies, AreTheirClasses) {
  const std::vector<Reply> replies = ReadReplies();
  EXPECT_GT(replies.size(), 1000U);
  for (const Reply& reply : replies) {
    const std::string_view reason = Text(ReasonOfReply(reply.text));
    EXPECT_TRUE(IsOneOf(reason, reply.reasons))
        << reason << " instead of " << reply.reasons << ": " << reply.text;
  }
}

TEST(Replies, AreInTheLanguagesOfTheLargeReceivers) {
  std::map<std::string, int> languages;
  for (const Reply& reply : ReadReplies()) ++languages[reply.language];
  for (const char* language : {"en", "fr", "it", "de", "es", "zh", "ja"})
    EXPECT_GE(languages[language], 15) << language;
}

TEST(Replies, AreRarelyOther) {
  int other = 0;
  const std::vector<Reply> replies = ReadReplies();
  for (const Reply& reply : replies) other += ReasonOfReply(reply.text) == Reason::kOther;
  EXPECT_LT(100.0 * other / static_cast<double>(replies.size()), 1.0);
}

/// The classes of what a reply says in one piece and in several lines are the same.
TEST(Replies, OfSeveralLinesAreReadAcrossTheirEnds) {
  const std::pair<std::string_view, std::string_view> kReplies[] = {
      {"450-4.2.1 The user you are trying to contact is receiving mail at a rate that 450-4.2.1 "
       "prevents additional messages from being delivered. Please resend your 450-4.2.1 message "
       "at a later time.",
       "rate_limit"},
      {"550-5.7.1 This message is not RFC 5322 compliant. There are multiple Subject 550-5.7.1 "
       "headers. To reduce the amount of spam sent to Gmail, this message has 550-5.7.1 been "
       "blocked. - gsmtp",
       "content"},
      {"550-The recipient's 550-mailbox is 550 full", "mailbox_full"},
  };
  for (const auto& [reply, reason] : kReplies) EXPECT_EQ(Text(ReasonOfReply(reply)), reason);
}

/// Logs without SMTPUTF8 have `?` for each byte that is not ASCII.
TEST(Replies, MayHaveLostTheirAccents) {
  const std::pair<std::string_view, std::string_view> kReplies[] = {
      {"552 Bo\xc3\xaete pleine", "mailbox_full"},
      {"552 Bo\xeete pleine", "mailbox_full"},
      {"552 Bo??te pleine", "mailbox_full"},
      {"552 Bo?te pleine", "mailbox_full"},
      {"550 Empf??nger unbekannt", "user_unknown"},
      {"550 Ce compte est d??sactiv??", "user_disabled"},
  };
  for (const auto& [reply, reason] : kReplies)
    EXPECT_EQ(Text(ReasonOfReply(reply)), reason) << reply;
}

/// What a mailbox or a server is called says nothing.
TEST(Replies, AreNotReadFromNames) {
  const std::pair<std::string_view, std::string_view> kReplies[] = {
      {"550 <virus@spam.example>: User unknown", "user_unknown"},
      {"550 virus@spam.example is over disk quota", "mailbox_full"},
      {"550 spam@virus.example: sorry", "other"},
      {"550 spamhaus.greylist@b.example: sorry", "other"},
      {"550 sorry http://virus.example/spam.html?mailbox=full", "other"},
      {"550 mailbox.full.example says no", "other"},
  };
  for (const auto& [reply, reason] : kReplies)
    EXPECT_EQ(Text(ReasonOfReply(reply)), reason) << reply;
}

/// A reply cut anywhere, also within a character, is read without a fault.
TEST(Replies, MayEndAnywhere) {
  for (const Reply& reply : ReadReplies()) {
    for (std::size_t size = 0; size < reply.text.size(); size += 3)
      (void)ReasonOfReply(std::string_view(reply.text).substr(0, size));
  }
}

}  // namespace
}  // namespace maillog
