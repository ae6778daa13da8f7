// What two threads note of a log, the second of which goes on with the next block, is what one
// notes: what comes first in the log is settled first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/count/second_counter.h"
#include "exporter/count/shard.h"
#include "exporter/report/log_names.h"
#include "parser/scan.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

/// Mails that are queued again and again, each time with other recipients, of which the first
/// count; users whose mails they are, and deliveries.
std::string MailsTriedAgain() {
  std::string text;
  for (int i = 0; i < 12'000; ++i) {
    const std::string n = std::to_string(i);
    const std::string id = "5F1B2C" + std::to_string(100'000 + i / 7 % 900) + ": ";
    const std::string begin = "Nov 21 1" + std::to_string(i / 3000) + ":00:00 mx postfix/";
    if (i % 5 == 0)
      text += begin + "smtpd[1]: " + id + "client=c" + std::to_string(i % 40) +
              ".example[192.0.2.1], sasl_method=PLAIN, sasl_username=u" + std::to_string(i % 30) +
              "\n";
    text += begin + "qmgr[1]: " + id + "from=<a" + std::to_string(i / 7 % 900) +
            "@example.com>, size=9, nrcpt=" + std::to_string(i % 9 + 1) + " (queue active)\n";
    text += begin + "smtp[2]: " + id + "to=<b" + n + "@d" + std::to_string(i % 70) +
            ".example.net>, relay=mx" + std::to_string(i % 11) +
            ".example.net[192.0.2.9]:25, delay=" + std::to_string(i % 977) +
            ", delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 ok)\n";
  }
  return text;
}

/// Reads blocks that are in memory of their own each, which is gone as soon as it may be.
class Noting {
 public:
  explicit Noting(bool by_two)
      : spare_(by_two ? 1 : 0),
        shard_("log", clock_, {}, {.own = &first_, .second = &second_}, &spare_) {}

  void Read(std::string_view log, std::size_t block) {
    auto next = std::make_unique<std::string>(TakeBlock(log, block));
    while (!next->empty()) {
      const std::unique_ptr<std::string> now = std::move(next);
      next = std::make_unique<std::string>(TakeBlock(log, block));
      const std::function<std::string_view()> ahead = [&] { return std::string_view(*next); };
      shard_.Consume({.messages = *now, .ahead = &ahead, .written_ns = 1'795'281'600'000'000'000});
    }
    shard_.End();
    first_.Merge(second_);
  }
  /// All of it.
  [[nodiscard]] std::string Text() const {
    std::string text;
    for (std::size_t list = 0; list < kNameLists.size(); ++list) {
      NameTable::Counts others{};
      for (const NameTable::Row& row :
           first_.table(static_cast<NameList>(list)).Top(100'000, others)) {
        text += row.name;
        for (const std::uint64_t count : row.counts) text += ' ' + std::to_string(count);
        text += '\n';
      }
    }
    for (const auto& [hour, counts] : first_.hours())
      for (const std::uint64_t count : counts) text += std::to_string(count) + ' ';
    for (const SlowDelivery& slow : first_.Slowest()) text += slow.stamp + slow.to + slow.relay;
    return text;
  }

 private:
  static std::string_view TakeBlock(std::string_view& log, std::size_t block) {
    std::string_view rest = log.substr(std::min(block, log.size()));
    (void)TakeLine(rest);
    const std::string_view taken = TakenFrom(log, rest);
    log = rest;
    return taken;
  }

  FakeClock clock_;
  MailsOfLog mails_;
  LogNames first_{mails_, absl::UTCTimeZone(), absl::FromUnixSeconds(2'000'000'000)};
  LogNames second_{mails_, absl::UTCTimeZone(), absl::FromUnixSeconds(2'000'000'000), &first_};
  SpareProcessors spare_;
  Shard shard_;
};

TEST(LogNamesOfTwoTest, AreThoseOfOne) {
  const std::string log = MailsTriedAgain();
  for (const std::size_t block : {SecondCounter::kWorthIt, 4 * SecondCounter::kWorthIt}) {
    ASSERT_GT(log.size(), 8 * block);
    Noting alone(false);
    alone.Read(log, block);
    for (int round = 0; round < 5; ++round) {
      Noting two(true);
      two.Read(log, block);
      ASSERT_EQ(two.Text(), alone.Text()) << "round " << round;
    }
  }
}

/// Of a mail that is tried again the first attempt counts, also where the thread that sees later
/// ones is done first. Each mail is queued twice: for nine recipients, and later for one.
class FrontFirstTest : public ::testing::Test {
 protected:
  static constexpr int kMails = 200;  // more than are settled together
  static constexpr std::string_view kFirst = ", nrcpt=9 (queue active)\n";
  static constexpr std::string_view kAgain = ", nrcpt=1 (queue active)\n";

  static std::string Queued(char text, std::string_view end) {
    std::string lines;
    for (int i = 0; i < kMails; ++i)
      lines += std::string("0") + text + std::to_string(10'000'000 + i) +
               ": from=<a@example.com>, size=100" + std::string(end);
    return lines;
  }
  /// All of a part of a text.
  static void See(LogNames& names, std::string_view lines) {
    QueueActivation active;
    active.size_bytes = 100;
    active.recipients = lines.substr(0, lines.find('\n') + 1).ends_with(kFirst) ? 9 : 1;
    while (!lines.empty())
      names.See({.stamp = "Nov 21 10:00:00", .program = "postfix/qmgr", .message = TakeLine(lines)},
                active);
    names.EndPart();
  }
  void ExpectFirstsOf(int texts) {
    front_.Merge(back_);
    NameTable::Counts others{};
    const auto rows = front_.table(NameList::kSenders).Top(5, others);
    ASSERT_THAT(rows, testing::SizeIs(1));
    EXPECT_EQ(rows[0].counts[0], static_cast<std::uint64_t>(texts * kMails));
    EXPECT_EQ(rows[0].counts[1], static_cast<std::uint64_t>(9 * texts * kMails));
  }

  MailsOfLog mails_;
  LogNames front_{mails_, absl::UTCTimeZone(), absl::UnixEpoch()};
  LogNames back_{mails_, absl::UTCTimeZone(), absl::UnixEpoch(), &front_};
};

TEST_F(FrontFirstTest, WhereTheBackIsDoneFirst) {
  const std::string front = Queued('A', kFirst);
  const std::string text = front + Queued('A', kAgain);
  front_.BeginText({.text = text, .number = 1});
  back_.BeginText({.text = text, .number = 1});
  See(back_, std::string_view(text).substr(front.size()));
  See(front_, std::string_view(text).substr(0, front.size()));
  front_.EndText();
  back_.EndText();
  ExpectFirstsOf(1);
}

TEST_F(FrontFirstTest, WhereTheBackIsThatOfTheNextText) {
  const std::string ended = Queued('A', kFirst);
  const std::string front = Queued('B', kFirst);
  const std::string text = front + Queued('B', kAgain);
  front_.BeginText({.text = ended, .number = 1});
  See(front_, ended);
  back_.BeginText({.text = text, .number = 2});
  See(back_, std::string_view(text).substr(front.size()));
  front_.EndText();
  front_.BeginText({.text = text, .number = 2});
  See(front_, std::string_view(text).substr(0, front.size()));
  front_.EndText();
  back_.EndText();
  ExpectFirstsOf(2);
}

}  // namespace
}  // namespace maillog::test
