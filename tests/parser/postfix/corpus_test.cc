// Every Postfix line of the recorded corpora: all are known, and none is known without its fixed
// words.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include "parser/dialect/postfix/postfix.h"
#include "parser/envelope/envelopes.h"
#include "parser/event_text.h"
#include "tests/parser/postfix/first_word.h"
#include "tests/support/cases.h"
#include "tests/support/how_much.h"

namespace maillog::postfix {
namespace {

constexpr std::array kFiles = {
    "debian12/syslog/mail.log",
    "debian12/journald/mail.log",
    "debian12/maillog/maillog",
    "debian12/maillog/maillog.postfix-out",
    "debian12/maillog/maillog.postfix-edge",
    "current/syslog/mail.log",
    "current/journald/mail.log",
    "current/maillog/maillog",
    "current/maillog/maillog.postfix-out",
    "current/maillog/maillog.postfix-edge",
};

/// Calls `see` with each record of Postfix's; returns how many.
std::size_t ForEachRecord(std::string_view file, const std::function<void(const Record&)>& see) {
  std::ifstream in(std::filesystem::path(MAILLOG_TESTS_DIR) / "corpus" / file);
  EXPECT_TRUE(in) << file;
  std::size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    Record record;
    if (ParseEnvelope(line, record) != EnvelopeResult::kRecord || !Speaks(record)) continue;
    ++count;
    see(record);
  }
  return count;
}

TEST(PostfixCorpus, HasNoUnknownLine) {
  std::size_t records = 0;
  for (const std::string_view file : kFiles) {
    records += ForEachRecord(file, [&](const Record& record) {
      EXPECT_NE(EventText(maillog::test::EventOf(record)), "unknown")
          << record.program << ": " << record.message;
    });
  }
  EXPECT_GT(records, 18'000U);
}

std::string With(const Record& record, std::string_view word) {
  std::string changed(record.message);
  changed.replace(static_cast<std::size_t>(word.data() - record.message.data()), word.size(),
                  "zzz");
  return changed;
}

TEST(PostfixCorpus, NeedsTheFirstFixedWordOfEachLine) {
  int number = 0;
  for (const std::string_view file : kFiles) {
    ForEachRecord(file, [&number](const Record& record) {
      if (!maillog::test::MayTakeLong() && ++number % 3 != 0) return;
      if (std::holds_alternative<Foreign>(maillog::test::EventOf(record))) return;
      const std::string_view first = record.message.substr(0, record.message.find(' '));
      for (const std::string_view word : {test::FirstFixedWord(record), first}) {
        const std::string changed = With(record, word);
        Record other = record;
        other.message = changed;
        EXPECT_EQ(EventText(maillog::test::EventOf(other)), "unknown")
            << record.program << ": " << changed;
      }
    });
  }
}

/// Accepted and total of a command, as `"postfix/smtpd rcpt": [1, 3]` in a corpus's TRUTH.json.
std::pair<std::uint64_t, std::uint64_t> TrueTally(const std::string& truth, std::string_view key) {
  const std::regex entry('"' + std::string(key) + R"(":\s*\[\s*(\d+),\s*(\d+)\s*\])");
  std::smatch match;
  if (!std::regex_search(truth, match, entry)) return {};
  return {std::stoull(match[1]), std::stoull(match[2])};
}

TEST(PostfixCorpus, GivesTheTalliesOfTheTruth) {
  for (const std::string folder : {"debian12/syslog/", "current/syslog/"}) {
    std::ifstream in(std::filesystem::path(MAILLOG_TESTS_DIR) / "corpus" / folder / "TRUTH.json");
    const std::string truth{std::istreambuf_iterator<char>(in), {}};
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> tallies;
    ForEachRecord(folder + "mail.log", [&](const Record& record) {
      const Event event = maillog::test::EventOf(record);
      const auto* const end = std::get_if<SmtpDisconnection>(&event);
      for (std::size_t i = 0; end != nullptr && i < end->tally_count; ++i) {
        auto& tally =
            tallies[std::string(record.program) + ' ' + std::string(Text(end->tallies[i].verb))];
        tally.first += end->tallies[i].accepted;
        tally.second += end->tallies[i].total;
      }
    });
    EXPECT_GT(tallies.size(), 20U);
    for (const auto& [key, tally] : tallies) EXPECT_EQ(tally, TrueTally(truth, key)) << key;
  }
}

TEST(PostfixCorpus, GivesFewReasonsThatAreOther) {
  std::size_t reasons = 0;
  std::size_t other = 0;
  for (const std::string_view file : kFiles) {
    ForEachRecord(file, [&](const Record& record) {
      const std::string text = EventText(maillog::test::EventOf(record));
      const std::size_t at = text.find(" reason=");
      if (at == std::string::npos) return;
      ++reasons;
      if (!text.substr(at).starts_with(" reason=other")) return;
      ++other;
    });
  }
  EXPECT_GT(reasons, 1'500U);
  EXPECT_LT(other * 100, reasons * 3) << other << " of " << reasons;
}

}  // namespace
}  // namespace maillog::postfix
