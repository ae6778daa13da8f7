#include "tests/support/cases.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/scan.h"

namespace maillog::test {
namespace {

std::string_view WordAfter(std::string_view text, std::string_view mark) {
  return SkipPast(text, mark) ? TakeUntil(text, ' ') : std::string_view{};
}

/// `, (local), …, Client accept now.` and `…,<id>,status`
std::string_view AcceptLogWord(std::string_view text) {
  if (text.ends_with("Client accept now."))
    return WordAfter(text, "]:").empty() ? std::string_view{}
                                         : text.substr(text.rfind("Client"), 6);
  return text.substr(text.rfind(',') + 1);
}

std::string_view SenderLogWord(std::string_view text) {
  while (Eat(text, '[')) {
    if (!SkipPast(text, "] ")) return {};
  }
  return TakeUntil(text, ' ');
}

std::string_view FirstFixedWord(const Record& record) {
  std::string_view text = record.message;
  if (text.starts_with(", (")) return AcceptLogWord(text);
  if (Eat(text, ", ") && SkipPast(text, ", ")) return TakeUntil(text, ' ');
  if (text.starts_with('[') || StartsLike<"00:">(record.stamp)) return SenderLogWord(text);
  if (text.find(">, [") == 12) return {};  // a debug line has no fixed words
  if (text.starts_with('<')) return WordAfter(text, "] ");
  if (text.find(" sent on [") != std::string_view::npos) return WordAfter(text, " ");
  if (text.find(" send fail on [") != std::string_view::npos) return WordAfter(text, " ");
  // The command is the client's own word; what E-Post says of it comes after.
  if (text.ends_with("[invalid command]")) return text.substr(text.rfind("invalid"), 7);
  if (SkipPast(text, " from ") && SkipPast(text, ' ')) return TakeUntil(text, ' ');
  text = record.message;
  return TakeUntil(text, ' ');  // inlog of EMWAC IMS
}

TEST(EPost, Cases) { CheckCases("epost"); }

TEST(EPost, NoRuleCatchesAll) { CheckNoCatchAll("epost", &FirstFixedWord); }

TEST(EPost, LinesCutAnywhereAreSurvived) {
  for (const Case& c : ReadCases("epost")) {
    for (std::size_t size = 0; size < c.line.size(); ++size) {
      (void)Explain(std::string(c.line, 0, size));
    }
  }
}

TEST(EPost, NoTextOfALineIsInItsEvent) {
  for (const std::string line : {
           "[30/Nov/2017:08:20:51], 00000000, USER=[SECRET] PASS=[SECRET]",
           "[30/Nov/2017:08:20:51], 0014500A, PASS SECRET",
           "[30/Nov/2017:08:20:51], 0014500A, AUTH PLAIN SECRET",
           "[30/Nov/2017:08:20:44] SECRET from 192.0.2.1 LOGIN SECRET SECRET Success",
           "SECRET from 192.0.2.1 PASS SECRET [30/Nov/2017:08:20:44] -ERR SECRET",
           "[30/Nov/2017:08:22:06], (SECRET), SECRET[192.0.2.1], AUTH-SECRET:SECRET [failed],<>,ok",
       }) {
    const std::string text = Explain(line);
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    EXPECT_NE(text, "unknown") << line;
    EXPECT_NE(text, "malformed") << line;
  }
}

}  // namespace
}  // namespace maillog::test
