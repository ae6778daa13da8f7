// Two threads count what one would, in whatever order they take their pieces.
#include "exporter/count/second_counter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "exporter/count/message_counts.h"
#include "exporter/count/shard.h"
#include "exporter/os/processors.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/container.h"
#include "parser/envelope/message_reader.h"
#include "parser/scan.h"
#include "tests/corpus/corpus.h"
#include "tests/support/how_much.h"
#include "tests/support/rewrap.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

/// Lines whose meaning depends on those before them: more instances and listeners than are
/// distinguished, names that are not names, both meanings of POP3's `del=`, and logins that show
/// which one it is.
std::string DependentLines() {
  std::string text;
  for (int i = 0; i < 4000; ++i) {
    const std::string n = std::to_string(i);
    const std::string instance = std::to_string(i / 150);
    text += "Nov 21 10:00:00 mx pf" + instance + "/in" + instance + "/smtpd[1]: connect from c" +
            n + ".example[192.0.2.1]\n";
    text += "Nov 21 10:00:00 mx pf/u" + n + "@example/smtpd[1]: connect from c" + n +
            ".example[192.0.2.1]\n";
    text += "Nov 21 10:00:01 mx dovecot: pop3-login: " +
            std::string(i % 700 < 350 ? "Login: " : "Logged in: ") + "user=<u" + n +
            ">, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, mpid=1, session=<abc>\n";
    text += "Nov 21 10:00:02 mx dovecot: pop3(u" + n +
            "): Disconnected: Logged out top=0/0, retr=1/2000, del=1/2, size=9000\n";
  }
  return text;
}

/// Lines of which it matters who they are of, and which was first.
std::string ActivityLines() {
  std::string text;
  for (int i = 0; i < 1500; ++i) {
    const std::string n = std::to_string(i);
    text +=
        "Nov 21 10:00:02 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<u" +
        n + ">, method=PLAIN, rip=192.0.2." + std::to_string(i % 250) + ", lip=192.0.2.2\n";
    text += "Nov 21 10:00:02 mx postfix/smtpd[1]: 5F1B2C" + std::to_string(100'000 + i) +
            ": client=c.example[192.0.2.1], sasl_method=PLAIN, sasl_username=u" +
            std::to_string(i % 300) + "\n";
    text += "Nov 21 10:00:02 mx postfix/qmgr[1]: 5F1B2C" + std::to_string(100'000 + i) +
            ": from=<a@example.com>, size=9, nrcpt=" + std::to_string(i % 9 + 1) +
            " (queue active)\n";
    // Sessions of many listeners, more than have names of their own, that end much later.
    const auto process = [](int number) {
      return " mx postfix/in" + std::to_string(number % 60) + "/smtpd[" + std::to_string(number) +
             "]: ";
    };
    text += "Nov 21 10:00:02" + process(i) + "connect from c.example[192.0.2.1]\n";
    if (i >= 700) {
      text += "Nov 21 10:00:0" + std::to_string(2 + i % 8) + process(i - 700) +
              "disconnect from c.example[192.0.2.1] quit=1 commands=1\n";
    }
  }
  return text;
}

/// Lines of containers among others, with escapes and fragments.
std::string WithContainers(std::string text) {
  const std::string added =
      "2026-11-21T10:00:00.123456789Z stdout F Nov 21 10:00:00 mx postfix-x/smtpd[1]: connect from "
      "a.example[192.0.2.1]\n"
      "{\"log\":\"Nov 21 10:00:00 mx postfix-y\\/smtpd[1]: connect from "
      "b.example[192.0.2.1]\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T10:00:00Z\"}\n"
      "Nov 21 10:00:00 mx last message repeated 7 times\n"
      "no envelope\n";
  for (std::size_t at = text.size() / 7; at < text.size(); at += text.size() / 7)
    text.insert(text.find('\n', at) + 1, added);
  return text;
}

/// Fragments of both streams among lines of others, so far from each other that they are in
/// different pieces; in the end two that have no last part.
std::string WithFragments(std::string text) {
  const std::string fragments[] = {
      "2026-11-21T10:00:00.1Z stdout P Nov 21 10:00:00 mx postfix-x/smtpd[1]: connect \n",
      R"({"log":"Nov 21 10:00:00 mx postfix-y\/smtpd[1]: conn","stream":"stderr"})"
      "\n",
      "2026-11-21T10:00:00.2Z stdout F from a.example[192.0.2.1]\n",
      R"({"log":"ect from b.example[192.0.2.1]\n","stream":"stderr"})"
      "\n"};
  std::size_t turn = 0;
  for (std::size_t at = text.size() / 14; at < text.size(); at += text.size() / 14)
    text.insert(text.find('\n', at) + 1, fragments[turn++ % 4]);
  return text;
}

class Texts {
 public:
  explicit Texts(std::string_view text) : Texts(text, text.size()) {}
  Texts(std::string_view text, std::size_t block) : shard_("log", clock_) {
    // One salt for all, so that what is kept of names can be compared.
    shard_.Restore({.mails = std::make_shared<const SavedMails>(SavedMails{.salt = {1, 2}})});
    Consume(text, block);
    shard_.End();
  }
  /// Blocks of which each tells what the next one will be; `each`: those that do.
  Texts(std::string_view text, std::size_t block, int each) : shard_("log", clock_), each_(each) {
    shard_.Restore({.mails = std::make_shared<const SavedMails>(SavedMails{.salt = {1, 2}})});
    Consume(text, block);
    shard_.End();
  }
  /// `meanwhile` is what there is to do while each block is counted.
  Texts(std::string_view text, const std::function<void()>& meanwhile)
      : shard_("log", clock_), meanwhile_(&meanwhile) {
    Consume(text, text.size() / 9);
  }

  [[nodiscard]] std::string Exposition() const { return Exposed(shard_.Snapshot().samples); }
  /// What is saved of who did most.
  [[nodiscard]] std::string Activity() const {
    std::string text;
    const auto activity = shard_.Snapshot().saved.activity;
    if (activity == nullptr) return text;
    for (const auto& part : activity->parts) text += *part + "\n";
    return text;
  }

 private:
  void Consume(std::string_view text, std::size_t block) {
    while (!text.empty()) {
      const std::string_view messages = WholeMessages(text, block);
      text.remove_prefix(messages.size());
      const std::function<std::string_view()> ahead = [&] { return WholeMessages(text, block); };
      const bool tells = each_ > 0 && ++number_ % each_ == 0;
      shard_.Consume({.messages = messages,
                      .progress = Progress::kAtEnd,
                      .meanwhile = meanwhile_,
                      .ahead = tells ? &ahead : nullptr});
    }
  }
  /// As BlockBuffer cuts them: at least so many bytes, up to the end of what begins in them.
  static std::string_view WholeMessages(std::string_view text, std::size_t least) {
    std::string_view rest = text.substr(std::min(least, text.size()));
    while (!rest.empty()) {
      (void)TakeLine(rest);
      const std::string_view lines = TakenFrom(text, rest);
      if (WholeMessagesPrefix(lines) == lines.size()) return lines;
    }
    return text;
  }

  FakeClock clock_;
  Shard shard_;
  const std::function<void()>* meanwhile_ = nullptr;
  int each_ = 0;
  int number_ = 0;
};

TEST(SecondCounter, CountsWhatOneThreadCounts) {
  const std::string texts[] = {ReadWhole(CorpusPath("debian12/syslog/mail.log")), DependentLines(),
                               WithContainers(DependentLines()), ActivityLines(),
                               WithContainers(ActivityLines())};
  for (const std::string& text : texts) {
    ASSERT_GT(text.size(), 8 * SecondCounter::kWorthIt);
    const Texts alone(text, SecondCounter::kWorthIt / 16);
    for (int round = 0; round < (MayTakeLong() ? 10 : 3); ++round) {
      const Texts two(text);
      ASSERT_EQ(two.Exposition(), alone.Exposition()) << "round " << round;
      ASSERT_EQ(two.Activity(), alone.Activity()) << "round " << round;
    }
  }
}

TEST(SecondCounter, GoesOnWithTheNextText) {
  const std::string texts[] = {ReadWhole(CorpusPath("debian12/syslog/mail.log")), DependentLines(),
                               WithContainers(ActivityLines()), WithFragments(DependentLines())};
  for (const std::string& text : texts) {
    for (const std::size_t block : {SecondCounter::kWorthIt, 3 * SecondCounter::kWorthIt / 2}) {
      const Texts untold(text, block);
      for (const int each : {1, 2, 3}) {
        const Texts told(text, block, each);
        ASSERT_EQ(told.Exposition(), untold.Exposition()) << block << " each " << each;
        ASSERT_EQ(told.Activity(), untold.Activity()) << block << " each " << each;
      }
    }
  }
}

TEST(SecondCounter, FragmentsAreJoinedAcrossItsPieces) {
  const std::string text = WithFragments(DependentLines());
  const FakeClock clock;
  SpareProcessors none(0);
  Shard alone("log", clock, {}, {}, &none);
  alone.Consume({.messages = text, .progress = Progress::kAtEnd});
  const std::string expected = Exposed(alone.Snapshot().samples);
  EXPECT_NE(expected.find("outcome=\"malformed\"} 2\n"), std::string::npos) << "without an end";
  for (int round = 0; round < 3; ++round) {
    Shard two("log", clock);
    two.Consume({.messages = text, .progress = Progress::kAtEnd});
    ASSERT_EQ(Exposed(two.Snapshot().samples), expected) << "round " << round;
  }
}

/// Lines of about 150 kB.
std::string FrontOf(const std::string& log) { return log.substr(0, log.find('\n', 150'000) + 1); }

/// The lines of a log that depend on those before them, and others, in every possible wrapping,
/// entries of several lines among them.
TEST(SecondCounter, CountsTheSameInAllEnvelopes) {
  std::string text = FrontOf(DependentLines());
  text += FrontOf(ReadWhole(CorpusPath("debian12/syslog/mail.log")));
  int number = 0;
  for (const Rewrapping to : Rewrappings()) {
    if (!MayTakeLong() && ++number % 2 != 0) continue;  // how lines are cut is the same in most
    const std::string wrapped = Rewrap(text, to, 1);
    ASSERT_GT(wrapped.size(), 3 * SecondCounter::kWorthIt);
    const std::string alone = Texts(wrapped, SecondCounter::kWorthIt / 16).Exposition();
    EXPECT_EQ(Texts(wrapped).Exposition(), alone) << RewrappingName(to);
  }
}

TEST(SecondCounter, LeavesTimeForWhatElseThereIsToDo) {
  const std::string text = DependentLines();
  const std::string alone = Texts(text, SecondCounter::kWorthIt / 16).Exposition();
  int times = 0;
  const std::function<void()> meanwhile = [&times] { ++times; };
  for (int round = 0; round < 10; ++round) {
    times = 0;
    ASSERT_EQ(Texts(text, meanwhile).Exposition(), alone) << "round " << round;
    EXPECT_LE(times, 10);
    if (UsableProcessors() > 1) {
      EXPECT_GE(times, 9);
    }
  }
}

std::size_t Threads() {
  std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST(SecondCounter, ItsThreadEndsWithNothingToDoAndComesBack) {
  const std::string text = DependentLines();
  Tallies first;
  const std::size_t before = Threads();
  SecondCounter second(Format::kAuto, Counting::kAll, nullptr, std::chrono::milliseconds(1));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (int round = 0; round < 3; ++round) {
    while (Threads() > before && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    ASSERT_EQ(Threads(), before) << "it has ended";
    second.Begin({.text = text}, first, MailSalt{1, 2});
    while (!second.TakeFront().empty()) continue;
    while (second.NextBack() == nullptr && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    const SecondCounter::Piece* piece = second.TakeBack();
    ASSERT_NE(piece, nullptr);
    EXPECT_TRUE(piece->is_counted) << "it counts again";
    while (piece != nullptr) piece = second.TakeBack();
    second.End();
  }
}

// At first each has half of the pieces. An owner that takes longer gets fewer, and all are there.
TEST(SecondCounter, TakesPiecesOfTheFrontWhenItsOwnAreDone) {
  if (UsableProcessors() < 2) GTEST_SKIP() << "one processor";
  std::string text;
  while (text.size() < 20 * SecondCounter::kWorthIt) text += DependentLines();
  Tallies first;
  const auto scratch = std::make_unique<MessageScratch>();
  RecordParser parser;
  MessageCounts counts;
  std::size_t fronts = 0;
  std::size_t backs = 0;
  // Whether the thread wakes in time is up to the system.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  do {
    SecondCounter second(Format::kAuto, Counting::kAll);
    second.Begin({.text = text}, first, MailSalt{1, 2});
    std::size_t taken = 0;
    fronts = backs = 0;
    for (std::string_view front; !(front = second.TakeFront()).empty(); ++fronts) {
      ASSERT_EQ(front.data(), text.data() + taken);
      taken += front.size();
      for (int times = 0; times < 8; ++times) {
        MessageReader reader(front, *scratch);
        (void)CountMessages(reader, parser, counts,
                            [](const Record&, const Event&) { return true; });
      }
    }
    for (const SecondCounter::Piece* piece; (piece = second.TakeBack()) != nullptr; ++backs) {
      ASSERT_EQ(piece->text.data(), text.data() + taken);
      taken += piece->text.size();
    }
    second.End();
    ASSERT_EQ(taken, text.size());
  } while (fronts + 2 > backs && std::chrono::steady_clock::now() < deadline);
  EXPECT_LE(fronts + 2, backs);
}

// What it takes is counted in its tallies; what it may not count is passed on, in order.
TEST(SecondCounter, HandsOverWhatDependsOnTheLinesBefore) {
  const std::string text = WithContainers(DependentLines());
  Tallies first;
  SecondCounter second(Format::kAuto, Counting::kAll);
  std::size_t pieces = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  // Whether it wakes in time is up to the system.
  while (pieces == 0 && std::chrono::steady_clock::now() < deadline) {
    second.Begin({.text = text}, first, MailSalt{1, 2});
    std::string_view taken(text.data(), 0);
    const auto take = [&taken](std::string_view piece) {
      EXPECT_EQ(piece.data(), taken.data() + taken.size());
      taken = piece;
    };
    for (std::string_view front; !(front = second.TakeFront()).empty();) take(front);
    while (const SecondCounter::Piece* const piece = second.TakeBack()) {
      take(piece->text);
      if (!piece->is_counted) continue;
      ++pieces;
      EXPECT_FALSE(piece->later.empty());
      for (const SecondCounter::Later& later : piece->later)
        EXPECT_TRUE(std::holds_alternative<SmtpConnection>(later.event) ||
                    std::holds_alternative<AuthAttempt>(later.event) ||
                    std::holds_alternative<Pop3Session>(later.event));
      EXPECT_TRUE(piece->rest.empty() || piece->rest.starts_with('{') ||
                  piece->rest.starts_with("2026-"));
    }
    second.End();
    EXPECT_EQ(taken.data() + taken.size(), text.data() + text.size());
  }
  EXPECT_GT(pieces, 0U);
}

}  // namespace
}  // namespace maillog::test
