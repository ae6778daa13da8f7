#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "exporter/command/report_forms.h"
#include "exporter/command/report_words.h"
#include "parser/encoding.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Report Hostile() {
  Report report;
  report.totals.push_back({.title = "deliveries", .counts = {{"sent", 1234}}});
  ReportTable table{
      .key = "senders", .group = "senders", .columns = {"mails", "bytes"}, .rows = {}};
  table.rows.push_back({.name = "<script>\x1b[2J\"&'\xff@example.com", .counts = {5, 6000}});
  table.rows.push_back(
      {.name = std::string(60, 'x') + "利用者利用者@example.jp", .counts = {1, 1}});
  table.others = NameTable::Counts{7, 8};
  report.tables.push_back(table);
  report.slowest.push_back({.delay = Micros{90'000'000},
                            .stamp = "Nov 21 10:00:00",
                            .to = "<b>@example.com",
                            .relay = "mx.example.com"});
  report.days.emplace_back("2026-11-21", HourCounts{1, 2, 3, 4, 5, 6});
  return report;
}

TEST(ReportForms, NoLineIsLongerThanATerminal) {
  for (const Language language : {Language::kEnglish, Language::kJapanese}) {
    std::string_view text;
    const std::string whole = ReportText(Hostile(), language);
    for (text = whole; !text.empty();) {
      const std::string_view line = TakeLine(text);
      EXPECT_LE(DisplayWidth(line), 80U) << line;
      EXPECT_TRUE(IsValidUtf8(line)) << line;
    }
    EXPECT_THAT(whole, Not(HasSubstr("\x1b")));
    EXPECT_THAT(whole, HasSubstr("\\x1b[2J"));
  }
}

TEST(ReportForms, UnlikeThingsAreNotAddedUp) {
  Report report;
  report.totals.push_back(
      {.title = "over SMTP", .counts = {{"connections", 70}, {"messages", 50}}, .has_sum = false});
  const std::string text = ReportText(report, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr("\n            over SMTP\n        70    connections\n"));
  EXPECT_THAT(text, Not(HasSubstr("120")));
  const std::string html = ReportHtml(report, Language::kEnglish);
  EXPECT_THAT(html, HasSubstr("over SMTP"));
  EXPECT_THAT(html, Not(HasSubstr("120<")));
}

TEST(ReportForms, LargeNumbersStayApart) {
  Report report = Hostile();
  report.days[0].second = HourCounts{10'000'000, 2'000'000'000, 3, 4, 5, 6};
  report.tables[0].rows[0].counts = {40'000'000'000, 6000};
  const std::string text = ReportText(report, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr(" 10,000,000 2,000,000,000         3 "));
  EXPECT_THAT(text, HasSubstr("\n 40,000,000,000    6.0 kB  "));
}

TEST(ReportForms, ADayWithoutMailIsNamed) {
  Report report;
  report.zone = absl::UTCTimeZone();
  EXPECT_THAT(ReportText(report, Language::kEnglish), testing::StartsWith("Mail report\nnothing"));
  report.asked = {.since = absl::FromUnixSeconds(1'795'824'000),
                  .until = absl::FromUnixSeconds(1'795'910'400)};
  EXPECT_THAT(ReportText(report, Language::kEnglish),
              testing::StartsWith("Mail report: 2026-11-28 00:00:00 - 2026-11-29 00:00:00\n"));
  EXPECT_THAT(ReportHtml(report, Language::kEnglish), HasSubstr("<p>2026-11-28 00:00:00 – "));
}

TEST(ReportForms, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(DisplayWidth("メールa"), 7U);
  EXPECT_EQ(CutToWidth("メールレポート", 8), "メール..");
  EXPECT_EQ(CutToWidth("メールレポート", 9), "メール..");
  EXPECT_EQ(CutToWidth("mail", 4), "mail");
  EXPECT_EQ(CutToWidth("\xe3\x83", 1), "..");
}

TEST(ReportForms, HtmlEscapesEverything) {
  const std::string html = ReportHtml(Hostile(), Language::kJapanese);
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, HasSubstr(R"(&lt;script&gt;\x1b[2J&quot;&amp;&#39;\xff@example.com)"));
  EXPECT_THAT(html, HasSubstr("<html lang=\"ja\">"));
  EXPECT_THAT(html, Not(HasSubstr("http:")));
  EXPECT_THAT(html, Not(HasSubstr("https:")));
  EXPECT_TRUE(IsValidUtf8(html));
}

TEST(ReportForms, ANameDoesNotTurnTheTextAroundIt) {
  constexpr std::string_view kTurn = "\u202E";
  Report report = Hostile();
  report.tables[0].rows[0].name = "user" + std::string(kTurn) + "gnp.exe@example.com";
  EXPECT_THAT(ReportHtml(report, Language::kEnglish), Not(HasSubstr(kTurn)));
  EXPECT_THAT(ReportText(report, Language::kEnglish), Not(HasSubstr(kTurn)));
  EXPECT_THAT(ReportJson(report), Not(HasSubstr(kTurn)));
  EXPECT_THAT(ReportJson(report), HasSubstr(R"("user\u202egnp.exe@example.com")"));
  report.tables[0].rows[0].name = "a\u061C\u2010\u2069";
  EXPECT_THAT(ReportJson(report), HasSubstr("\"a\\u061c\u2010\\u2069\""));
}

TEST(ReportForms, AnonymousNamesAreTheSameEverywhere) {
  Report report = Hostile();
  report.tables[0].rows.push_back({.name = "<b>@example.com", .counts = {1, 1}});
  MakeAnonymous(report);
  EXPECT_EQ(report.tables[0].rows[0].name, "user-1@domain-1");
  EXPECT_EQ(report.tables[0].rows[2].name, report.slowest[0].to);
  EXPECT_EQ(report.slowest[0].relay, "domain-3");
  EXPECT_THAT(ReportJson(report), Not(HasSubstr("example")));
}

TEST(ReportForms, ATerminalThatIsNotUtf8GetsEnglish) {
  const auto language_of = [](const char* locale) {
    ::setenv("LC_ALL", locale, 1);
    const Language language = LanguageOfEnvironment();
    ::unsetenv("LC_ALL");
    return language;
  };
  for (const char* const locale : {"ja", "ja_JP", "ja_JP.UTF-8", "ja_JP.utf8", "ja_JP.utf8@x"})
    EXPECT_EQ(language_of(locale), Language::kJapanese) << locale;
  for (const char* const locale : {"C", "C.UTF-8", "en_US.UTF-8", "ja_JP.eucJP", "ja_JP.SJIS"})
    EXPECT_EQ(language_of(locale), Language::kEnglish) << locale;
}

TEST(ReportForms, EveryWordOfATableHasBothLanguages) {
  for (const NameListDeclaration& list : kNameLists) {
    EXPECT_NE(ReportWord(list.key, Language::kJapanese), list.key);
    for (const std::string_view column : list.columns) {
      if (!column.empty()) {
        EXPECT_NE(ReportWord(column, Language::kJapanese), column);
      }
    }
  }
  for (const std::string_view count : kHourCounts)
    EXPECT_NE(ReportWord(count, Language::kJapanese), count);
}

}  // namespace
}  // namespace maillog::test
