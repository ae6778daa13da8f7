// What `explain --unknown` shows of a log: nothing personal.
#include "exporter/command/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <sstream>

#include "exporter/command/explain.h"
#include "exporter/command/plain_words.h"
#include "exporter/command/unknown_shapes.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/envelopes.h"
#include "parser/scan.h"
#include "tests/corpus/corpus.h"
#include "tests/parser/dovecot/dovecot_lines.h"
#include "tests/parser/postfix/first_word.h"
#include "tests/support/how_much.h"
#include "tests/support/rewrap.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;

struct Shaped {
  std::string_view message;
  std::string_view shape;
};

TEST(Shape, WordsOfTheServersStayAndAllElseIsMasked) {
  const Shaped kCases[] = {
      {"", ""},
      {"connect from unknown", "connect from unknown"},
      {"warning: connect to Milter service unix:/run/milter.sock: No such file",
       "warning: connect to Milter service *: No such file"},
      {"warning: alice@example.com: mailbox \"x y\" <a> over quota by 12 bytes",
       "warning: *: mailbox \"*\" <*> over quota by * bytes"},
      {"4fYk2m3xYzz1: to=<bob>, relay=mx.example.com[192.0.2.1]:25, delay=0.58, status=sent (ok)",
       "*: to=<*>, relay=*, delay=*, status=* (*)"},
      {"BdfGhjKlmNpz: removed", "*: removed"},
      {"pop3(alice)<12><ab+/>: Disconnected", "*(*)<*><*>: Disconnected"},
      {"user alice bob carol unknown", "user * unknown"},
      {"alice bob, carol: dave", "*, *: *"},
      {"table 'a b' `c d' [1]: it's didn't", "table '*' `*' [*]: it's didn't"},
      {"open <never closed alice", "open <*"},
      {"open (a (nested) alice) end", "open (*) *) end"},
      {"a=\"x y\" b='z' c=, d", "a=\"*\" *='*' *=, *"},
      {"2001:db8::1 ::ffff:192.0.2.1 192.0.2.1/24", "*"},
      {"\xE5\xB1\xB1\xE7\x94\xB0 \x83\x81 user", "* user"},
      {"sent\tto  you", "sent to you"},
      {"postfix/smtpd end-of-data", "postfix/smtpd end-of-data"},
  };
  for (const Shaped& shaped : kCases) {
    const std::string shape = ShapeOf(shaped.message);
    EXPECT_EQ(shape, shaped.shape) << shaped.message;
  }
}

TEST(Shape, TheWordAtWhichReadingStoppedStaysIfItCanBeNobodys) {
  struct Stopped {
    std::string_view message;
    std::string_view word;
    std::string_view shape;
  };
  const Stopped kCases[] = {
      {"NOQUEUE: rejekt: RCPT from unknown", "rejekt", "NOQUEUE: rejekt: RCPT from unknown"},
      {"Diskonnected: Logged out", "Diskonnected", "Diskonnected: Logged out"},
      {"zzz alice", "zzz", "zzz *"},
      {"zzz=alice, size=3", "zzz", "zzz=*, size=*"},
      // What may be personal by its form, its place or the rest of the message.
      {"warning: Alice: removed", "Alice", "warning: *: removed"},
      {"warning: alice@example.com: removed", "alice", "warning: *: removed"},
      {"warning: mx.example.com: removed", "mx", "warning: *: removed"},
      {"warning: bob3: removed", "bob3", "warning: *: removed"},
      {"4fYk2m3xYzz1: removed", "4fYk2m3xYzz1", "*: removed"},
      {"BdfGhjKlmNpz: removed", "BdfGhjKlmNpz", "*: removed"},
      {"user alice unknown", "alice", "user * unknown"},
      {"login for: alice", "alice", "login for: *"},
      {"alice: mailbox of <alice@example.com>", "alice", "*: mailbox of <*>"},
      {"imap(alice): removed", "alice", "imap(*): removed"},
      {"removed (alice)", "alice", "removed (*)"},
      {"removed \"alice\"", "alice", "removed \"*\""},
      {"size=alice", "alice", "size=*"},
      {"removed ab", "ab", "removed *"},
  };
  for (const Stopped& stopped : kCases) {
    const std::size_t at = stopped.message.find(stopped.word);
    EXPECT_EQ(ShapeOf(stopped.message, StoppedAt(stopped.message, stopped.message.size() - at)),
              stopped.shape)
        << stopped.message;
  }
  EXPECT_EQ(ShapeOf("removed", StoppedAt("removed", 0)), "removed");
}

TEST(Shape, AnyBytesGivePrintableAsciiOfBoundedLength) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  for (const std::string& text :
       {all, std::string(100'000, ','), std::string(100'000, '<'), std::string(100'000, 'a'),
        std::string(100'000, '='), std::string(100'000, ' ')}) {
    const std::string shape = ShapeOf(text);
    EXPECT_LE(shape.size(), kMaxShapeBytes);
    for (const char c : shape) EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
  }
}

/// The journal's recordings say the same as those of syslog.
void ForEachCorpusRecord(const std::function<void(const Record&)>& see) {
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(MAILLOG_TESTS_DIR "/corpus")) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || name.find("log") == std::string::npos) continue;
    if (entry.path().string().find("/journald/") != std::string::npos) continue;
    std::istringstream lines(ReadWhole(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      Record record;
      if (ParseEnvelope(line, record) == EnvelopeResult::kRecord) see(record);
    }
  }
}

std::string_view WordOf(const Record& record) {
  const Dialect* const dialect = DialectOf(record);
  if (dialect == nullptr) return {};
  if (dialect->name == "postfix") return postfix::test::FirstFixedWord(record);
  if (dialect->name == "dovecot") return FirstFixedWord(record);
  return record.message.substr(0, record.message.find(' '));
}

bool LooksLikeQueueId(std::string_view word) {
  const bool hex = std::all_of(word.begin(), word.end(),
                               [](char c) { return IsDigit(c) || (c >= 'A' && c <= 'F'); });
  return word.size() >= 6 && (hex || word.find_first_of("aeiouAEIOU") == std::string_view::npos);
}

bool IsNameKey(std::string_view key) {
  return key == "user" || key == "sasl_username" || key == "orig_to" || key == "to" ||
         key == "from" || key == "helo";
}

/// The addresses and their local parts, user names, hosts and queue ids in a message.
void CollectPersonal(std::string_view message, std::set<std::string, std::less<>>& personal) {
  constexpr ByteSet kEnd(" <>()[],;=:\"'");
  std::string_view rest = message;
  std::string_view key;
  while (!rest.empty()) {
    std::string_view between = rest;
    (void)TakeWhile(rest, [&](char c) { return kEnd.has(c); });
    between = TakenFrom(between, rest);
    const std::string_view word = TakeUntilAny(rest, kEnd);
    if (word.empty()) break;
    const std::size_t at = word.find('@');
    if (at != std::string_view::npos) {
      personal.emplace(word.substr(0, at));
      personal.emplace(word.substr(at + 1));
    }
    const bool of_key = (between == "=" || between == "=<") && IsNameKey(key);
    const bool alone = between.ends_with('(') && (rest.starts_with(')') || rest.starts_with(','));
    if (of_key || alone || word.find('.', 1) < word.size() - 1 || LooksLikeQueueId(word)) {
      personal.emplace(word);
    }
    key = word;
  }
}

// What the patterns above take for names but is not personal: words in parentheses, the
// laboratory's recipients that are named after what happens to their mail, and what every host has.
bool IsNobodys(const std::string& word) {
  static const std::set<std::string> kNobodys{
      "root",      "postmaster", "unknown", "unavailable", "a",    "closed", "discard",
      "discarded", "file",       "filter",  "hold",        "info", "listed", "no",
      "reject",    "test",       "user",    "localhost",   "Mail", "TLSRPT", "empty"};
  return word.empty() || kNobodys.contains(word);
}

// Makes unknown lines of all known ones, as the test against catch-all rules does: the first fixed
// word becomes zzz.
TEST(Shape, NothingPersonalOfTheCorporaIsShown) {
  std::set<std::string, std::less<>> personal;
  std::set<std::string> shapes;
  int words = 0;
  int changed_lines = 0;
  int shown_words = 0;
  RecordParser parser;
  ForEachCorpusRecord([&](const Record& record) {
    const std::string_view word = WordOf(record);
    std::string changed(record.message);
    CollectPersonal(changed, personal);
    if (word.empty() || (!MayTakeLong() && ++words % 3 != 0)) return;
    changed.replace(static_cast<std::size_t>(word.data() - record.message.data()), word.size(),
                    "zzz");
    // With the word that explain shows: usually the zzz, sometimes one of the message's own.
    Record unknown = record;
    unknown.message = changed;
    const Event event = parser.Parse(unknown);
    const auto* const parsed = std::get_if<Unknown>(&event);
    const std::size_t left = parsed == nullptr ? 0 : parsed->left;
    shapes.insert(ShapeOf(changed, StoppedAt(changed, left)));
    shown_words += ShapeOf(changed, StoppedAt(changed, left)) == ShapeOf(changed) ? 0 : 1;
    ++changed_lines;
  });
  EXPECT_GT(changed_lines, 5'000);
  EXPECT_GT(shown_words, 1'000);
  EXPECT_GT(personal.size(), 500U);
  EXPECT_GT(shapes.size(), 100U);
  EXPECT_LT(shapes.size(), 3'000U) << "lines of one form should have one shape";
  std::set<std::string> leaked;
  for (const std::string& shape : shapes) {
    EXPECT_EQ(shape.find_first_of("0123456789@"), std::string::npos) << shape;
    std::string_view rest = shape;
    while (!rest.empty()) {
      const std::string text(TakeWhile(rest, IsAlpha));
      if (personal.contains(text) && !IsNobodys(text)) leaked.insert(text);
      if (!rest.empty()) rest.remove_prefix(1);
    }
  }
  EXPECT_THAT(leaked, testing::IsEmpty());
}

TEST(UnknownShapes, TheMostFrequentComesFirst) {
  UnknownShapes shapes;
  Record record;
  record.program = "postfix-acme/submission/smtpd";
  for (const std::string_view message : {"open alice", "open bob", "close carol"}) {
    record.message = message;
    shapes.Add("postfix", record);
  }
  record.times = 5;
  record.message = "close";
  shapes.Add("postfix", record);
  const std::string text = shapes.Text();
  EXPECT_THAT(text, HasSubstr("of your log"));
  EXPECT_THAT(text, HasSubstr("\n       5  postfix smtpd: close\n"
                              "       2  postfix smtpd: open *\n"
                              "       1  postfix smtpd: close *\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("acme")));
}

TEST(UnknownShapes, AreWhatExplainShowsWhenAsked) {
  std::ostringstream out;
  Explainer explainer(out, ExplainWhat::kUnknownShapes);
  explainer.Explain(
      "Apr 23 12:31:16 mx postfix/smtp[1]: zzz alice\n"
      "Apr 23 12:31:16 mx postfix/qmgr[1]: 031B97815E: removed\n"
      "no envelope\n");
  explainer.Finish();
  EXPECT_THAT(out.str(), testing::EndsWith("       1  postfix smtp: zzz *\n"));
  EXPECT_THAT(out.str(), testing::StartsWith("# Unknown lines of your log"));
  EXPECT_EQ(explainer.Summary(), "3 messages, 1 unknown, 1 malformed\n");
}

std::string ShapesOf(const std::string& log) {
  std::ostringstream out;
  Explainer explainer(out, ExplainWhat::kUnknownShapes);
  explainer.Explain(log);
  explainer.Finish();
  return out.str();
}

// Nothing of an envelope is shown: no host, container, file or field.
TEST(UnknownShapes, AreTheSameInAllEnvelopes) {
  const std::string log =
      "Nov 21 10:00:00 mx postfix/smtp[1]: zzz alice\n"
      "Nov 21 10:00:00 mx postfix/smtpd[1]: zzz from bob@example.com\n"
      "Nov 21 10:00:00 mx postfix/smtpd[1]: zzz from carol@example.com\n"
      "Nov 21 10:00:00 mx dovecot[1]: imap(alice)<1><a/b>: zzz alice\n";
  const std::string shapes = ShapesOf(log);
  EXPECT_THAT(shapes, HasSubstr("       2  postfix smtpd: zzz from *\n"));
  EXPECT_THAT(shapes, HasSubstr("       1  dovecot dovecot: imap(*)<*><*>: zzz *\n"));
  for (const Rewrapping to : Rewrappings()) {
    // The daemon is unknown, or two messages are explained together.
    if (to == Rewrapping::kRfc5424CutTag || ChangesOrder(to)) continue;
    EXPECT_EQ(ShapesOf(Rewrap(log, to, 1)), shapes) << RewrappingName(to);
  }
}

TEST(PlainWords, AreFoundInAnyCase) {
  for (const std::string_view word : {"connect", "SASL", "Disconnected", "didn't"}) {
    EXPECT_TRUE(IsPlainWord(word)) << word;
  }
  for (const std::string_view word : {"", "alice", "x", "connectt", "example"}) {
    EXPECT_FALSE(IsPlainWord(word)) << word;
  }
}

}  // namespace
}  // namespace maillog::test
