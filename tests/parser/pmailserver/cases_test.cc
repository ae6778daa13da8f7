#include "tests/support/cases.h"

#include <gtest/gtest.h>

#include <array>
#include <regex>
#include <string>

#include "parser/dialect/pmailserver/phrase.h"

namespace maillog::test {
namespace {

/// The last column of the report that looks like a code.
std::string_view ReportCode(std::string_view line) {
  static const std::regex code(R"re(([("\[]|code[=:])?-?[0-9]{1,2}[)"\]]?)re", std::regex::icase);
  std::string_view found;
  while (!line.empty()) {
    const std::string_view column = TakeUntilAny(line, ByteSet("\t, "));
    if (std::regex_match(column.begin(), column.end(), code)) found = column;
    if (!line.empty()) line.remove_prefix(1);
  }
  return found;
}

/// The word of trouble in a text that is recognised by nothing else.
std::string_view WordOfTrouble(std::string_view text) {
  for (const auto& phrase :
       {pmailserver::kError, pmailserver::kFailure, pmailserver::kRefusal, pmailserver::kTimeout}) {
    for (const std::string_view bytes : {phrase.utf8, phrase.cp932}) {
      const std::size_t at = text.find(bytes);
      if (at != std::string_view::npos) return text.substr(at, bytes.size());
    }
  }
  return {};
}

std::string_view FirstFixedWord(const Record& record) {
  if (record.program.empty()) return ReportCode(record.message);
  if (const auto trouble = WordOfTrouble(record.message); !trouble.empty()) return trouble;
  std::string_view text = record.message;
  if (Eat(text, '[')) (void)SkipPast(text, "] ");
  return TakeUntil(text, ' ');
}

TEST(PMailServer, Cases) { CheckCases("pmailserver"); }

TEST(PMailServer, NoRuleCatchesAll) { CheckNoCatchAll("pmailserver", &FirstFixedWord); }

TEST(PMailServer, NothingCutShortSaysMore) {
  for (const Case& c : ReadCases("pmailserver")) {
    for (std::size_t size = 0; size < c.line.size(); ++size) {
      (void)Explain(std::string(c.line, 0, size));  // does not read outside
    }
  }
}

TEST(PMailServer, Cp932IsReadCharacterByCharacter) {
  // 83 8b 91 94 db 40: the bytes of 拒否 (8b 91 94 db) span three other characters.
  const Record record{
      .program = "SMTP", .message = "\x83\x8b\x91\x94\xdb\x40", .speaker = Speaker::kPMailServer};
  EXPECT_TRUE(std::holds_alternative<Unknown>(EventOf(record)));
}

TEST(PMailServer, MtaReportCodesHaveTheReasonsOfTheContract) {
  constexpr std::array<std::string_view, MtaReportCode::kCount> kReasons{"other",
                                                                         "connection_refused",
                                                                         "helo_rejected",
                                                                         "sender_rejected",
                                                                         "recipient_rejected",
                                                                         "content",
                                                                         "content",
                                                                         "expired",
                                                                         "connection_lost",
                                                                         "expired",
                                                                         "dns_error",
                                                                         "auth",
                                                                         "connection_timeout",
                                                                         "host_not_found",
                                                                         "local_error",
                                                                         "local_error",
                                                                         "connection_timeout",
                                                                         "content"};
  for (std::size_t minus = 0; minus < MtaReportCode::kCount; ++minus) {
    const std::string line = "2012/03/04 10:00:00\ta@example.jp\tb@example.net\t" +
                             std::string(Label<MtaReportCode>::values[minus]);
    const Event event = EventOf({.message = line, .speaker = Speaker::kPMailServer});
    const auto* const report = std::get_if<MtaReport>(&event);
    ASSERT_NE(report, nullptr) << line;
    EXPECT_EQ(report->code.index(), minus);
    EXPECT_EQ(Text(report->reason), kReasons[minus]);
    EXPECT_EQ(report->status, minus == 0 ? DeliveryStatus::kSent : DeliveryStatus::kBounced);
  }
}

}  // namespace
}  // namespace maillog::test
