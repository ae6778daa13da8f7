// The answers of other people's servers, replies.tsv, and the class that each is.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog {
namespace {

struct Reply {
  std::string reason;
  std::string dsn;
  std::string text;
};

std::vector<Reply> ReadReplies() {
  std::ifstream in(MAILLOG_TESTS_DIR "/parser/replies.tsv");
  std::vector<Reply> replies;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::string_view rest = line;
    Reply reply;
    reply.reason = TakeUntil(rest, '\t');
    static_cast<void>(Eat(rest, '\t'));
    reply.dsn = TakeUntil(rest, '\t');
    static_cast<void>(Eat(rest, '\t'));
    reply.text = rest;
    replies.push_back(std::move(reply));
  }
  return replies;
}

/// As Postfix writes it into the line of a delivery; without an enhanced code it makes up one.
Reason ReasonOfReply(const Reply& reply) {
  const std::string dsn = reply.dsn == "-" ? reply.text.substr(0, 1) + ".0.0" : reply.dsn;
  return ReasonOf("host mx.b.example[192.0.2.1] said: " + reply.text + " (in reply to RCPT TO)",
                  DsnCode::Of(dsn), ReplyCode::Of(reply.text.substr(0, 3)));
}

TEST(Replies, AreTheirClasses) {
  const std::vector<Reply> replies = ReadReplies();
  EXPECT_GT(replies.size(), 150U);
  for (const Reply& reply : replies)
    EXPECT_EQ(Text(ReasonOfReply(reply)), reply.reason) << reply.text;
}

TEST(Replies, AreRarelyOther) {
  int other = 0;
  const std::vector<Reply> replies = ReadReplies();
  for (const Reply& reply : replies) other += ReasonOfReply(reply) == Reason::kOther;
  EXPECT_LT(100.0 * other / static_cast<double>(replies.size()), 3.0);
}

}  // namespace
}  // namespace maillog
