#include "exporter/command/queue_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parser/encoding.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'800'000'000;

QueuedMessage Message(QueueName queue, std::int64_t age, std::uint64_t bytes = 100) {
  return {.queue = queue, .arrived = kNow - age, .bytes = bytes};
}

TEST(QueueReport, ShowsNothingThatATerminalTakesForACommand) {
  QueueTally tally(kNow, QueueTally::Keep::kDomainsToo);
  const QueuedMessage message = Message(QueueName::kDeferred, 90'061);
  tally.OnMessage(message);
  tally.OnRecipient(message, "user@\x1b[2J\xff\"\\.example.com", "");
  const QueueOptions queue{.address = {.path = "/q/public/showq", .tcp = {}},
                           .syslog_name = "postfix-out"};
  const std::string table = QueueTable(queue, tally);
  EXPECT_THAT(table, HasSubstr("postfix-out (/q/public/showq): 1 message, 100 bytes, "
                               "the oldest 1 d 1 h\n"));
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
  EXPECT_THAT(table, HasSubstr("\\x1b[2j\\xff"));
  const std::string json = QueueJson(queue, tally);
  EXPECT_THAT(json, HasSubstr(R"("domain":"[2j)"
                              "\xef\xbf\xbd"
                              R"(\"\\.example.com","recipients":1)"));
  EXPECT_THAT(json, HasSubstr(R"("oldest_seconds":90061)"));
}

TEST(QueueReport, ALongDomainIsCutBetweenCharacters) {
  for (std::size_t before = 0; before < 4; ++before) {
    QueueTally tally(kNow, QueueTally::Keep::kDomainsToo);
    const QueuedMessage message = Message(QueueName::kActive, 0);
    tally.OnMessage(message);
    std::string domain(before, 'x');
    for (int i = 0; i < 20; ++i) domain += "\u65e5";
    tally.OnRecipient(message, "user@" + domain, "");
    EXPECT_TRUE(IsValidUtf8(QueueTable({.address = {}, .syslog_name = "postfix"}, tally)));
  }
}

TEST(QueueReport, AnEmptyQueueIsOneLine) {
  const QueueTally tally(kNow, QueueTally::Keep::kDomainsToo);
  EXPECT_EQ(QueueTable({.address = {.path = {}, .tcp = {.host = "mx", .port = 26}},
                        .syslog_name = "postfix"},
                       tally),
            "postfix (mx:26): the queue is empty\n");
}

}  // namespace
}  // namespace maillog::test
