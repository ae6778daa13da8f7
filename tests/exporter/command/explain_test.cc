#include "exporter/command/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "exporter/count/shard.h"
#include "metrics/exposition.h"
#include "tests/support/how_much.h"
#include "tests/support/stepped_waker.h"

namespace maillog {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kSent =
    "Apr 23 12:31:16 mx postfix/smtp[1]: 0A1B2C3D4E: to=<u@example.com>, "
    "relay=m.example.com[192.0.2.1]:25, "
    "delay=0.58, delays=0.07/0.01/0.3/0.2, dsn=2.0.0, status=sent (250 ok)\n";

struct Explained {
  std::string text;
  std::string summary;
};

Explained ExplainText(std::string_view lines) {
  std::ostringstream out;
  Explainer explainer(out);
  explainer.Explain(lines);
  explainer.Finish();
  return {out.str(), explainer.Summary()};
}

using Series = std::map<std::string, double>;

// Lines of an exposition that begin with `mark`, except buckets and zeros; added up.
Series AddUp(const std::string& text, const std::string& mark) {
  Series series;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(mark) || line.find("_bucket{") != std::string::npos) continue;
    const std::size_t blank = line.rfind(' ');
    const double value = std::stod(line.substr(blank + 1));
    if (value != 0) series[line.substr(mark.size(), blank - mark.size())] += value;
  }
  return series;
}

// What a source's own counters say is not explained.
Series Counted(std::string_view text) {
  test::FakeClock clock;
  Shard shard("log", clock);
  shard.Consume({.messages = text, .given_up = {}, .begun = {}, .forgotten = {}});
  shard.End();
  Series series = AddUp(ExpositionText(shard.Snapshot().samples), "maillog_");
  std::erase_if(series, [](const auto& one) {
    return one.first.find("{source=\"log\"") != std::string::npos;
  });
  return series;
}

TEST(ExplainTest, WhatItsLinesMoveAddsUpToWhatCountShows) {
  int logs = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(MAILLOG_TESTS_DIR) / "corpus")) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || (!name.starts_with("maillog") && !name.ends_with(".log"))) {
      continue;
    }
    SCOPED_TRACE(entry.path().string());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text = test::PartOf(std::string{std::istreambuf_iterator<char>(in), {}});
    const Series counted = Counted(text);
    const Series explained = AddUp(ExplainText(text).text, "  + maillog_");
    ASSERT_EQ(explained.size(), counted.size());
    for (const auto& [series, value] : counted) {
      ASSERT_TRUE(explained.contains(series)) << series;
      EXPECT_NEAR(explained.at(series), value, 1e-6 * value) << series;
    }
    ++logs;
  }
  EXPECT_GT(logs, 10);
}

TEST(ExplainTest, LineEventAndSeriesAreShown) {
  const Explained explained = ExplainText(kSent);
  EXPECT_THAT(explained.text, StartsWith(std::string(kSent) + "  = delivery server=postfix"));
  EXPECT_THAT(explained.text, HasSubstr("\n  + maillog_deliveries_total{"));
  EXPECT_THAT(explained.text, HasSubstr("\n  + maillog_delivery_delay_seconds_sum{"));
  EXPECT_THAT(explained.text, Not(HasSubstr("_bucket")));
  EXPECT_THAT(explained.text, Not(HasSubstr(" 0\n")));
  EXPECT_EQ(explained.summary, "1 messages, 0 unknown, 0 malformed\n");
}

TEST(ExplainTest, SessionsAreTimed) {
  const std::string begin =
      "Apr 23 12:31:16 mx postfix/smtpd[110]: connect from c.example[192.0.2.1]\n";
  const std::string end =
      "Apr 23 12:31:19 mx postfix/smtpd[110]: disconnect from c.example[192.0.2.1]\n";
  const std::string text = ExplainText(begin + end + end).text;
  EXPECT_THAT(text, HasSubstr("\n  ~ session postfix/smtpd[110]: begins\n" + end));
  EXPECT_THAT(text, HasSubstr("\n  ~ session postfix/smtpd[110]: ends\n"
                              "  + maillog_smtp_session_seconds_count{server=\"postfix\","
                              "syslog_name=\"postfix\"} 1\n"
                              "  + maillog_smtp_session_seconds_sum{server=\"postfix\","
                              "syslog_name=\"postfix\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(": ends, its beginning was not seen\n"));
}

TEST(ExplainTest, AllThatIsRoundAMessageIsNamed) {
  const std::string line(kSent);
  const auto envelope = [](const std::string& text) {
    const std::string explained = ExplainText(text).text;
    const std::size_t at = explained.find("  : envelope=") + 13;
    return explained.substr(at, explained.find(' ', at) - at);
  };
  EXPECT_EQ(envelope(line), "syslog");
  EXPECT_EQ(envelope("mail-1  | " + line), "compose+syslog");
  EXPECT_EQ(envelope("Apr 23 12:31:16 h docker/mail[1]: " + line), "syslog+syslog");
  EXPECT_EQ(envelope(R"({"MESSAGE":"x","SYSLOG_IDENTIFIER":"dovecot"})"), "json");
  EXPECT_EQ(envelope(R"(mail: [1795222800.1, {"log":"x","ident":"dovecot"}])"), "json");
  EXPECT_EQ(envelope("2026-11-21T10:00:00.1Z stdout F dovecot: x\n"), "cri+bare_tag");
}

TEST(ExplainTest, AnEntryOfTheJournalIsOneMessage) {
  const std::string entry =
      "__CURSOR=s=1\nSYSLOG_IDENTIFIER=postfix/qmgr\nMESSAGE=0A1B2C3D4E: removed\n\n";
  const Explained explained = ExplainText(entry + entry);
  EXPECT_THAT(explained.text, StartsWith(entry + "  = queue_removed server=postfix"));
  EXPECT_THAT(explained.text, HasSubstr("\n  : envelope=journal_export program=postfix/qmgr "));
  EXPECT_EQ(explained.summary, "2 messages, 0 unknown, 0 malformed\n");
}

TEST(ExplainTest, UnknownAndMalformedAreMarked) {
  const Explained explained =
      ExplainText("Apr 23 12:31:16 mx postfix/smtp[1]: zzz\n\xff\xff no log");
  EXPECT_THAT(explained.text, HasSubstr("zzz\n  ! unknown"));
  EXPECT_THAT(explained.text, HasSubstr("no log\n  ! malformed"));
  EXPECT_THAT(explained.text, HasSubstr("\n  ? no rule for: zzz\n"));
  EXPECT_EQ(explained.summary, "2 messages, 1 unknown, 1 malformed\n");
}

TEST(ExplainTest, UnknownLinesTellWhereReadingStopped) {
  const auto stopped = [](std::string_view said) {
    const std::string text = ExplainText("Apr 23 12:31:16 mx " + std::string(said) + "\n").text;
    const std::size_t at = text.find("  ? reading stopped at ");
    return at == std::string::npos ? text : text.substr(at + 23, text.find('\n', at) - at - 23);
  };
  EXPECT_EQ(stopped("postfix/smtp[1]: zzz"), "column 1 of the message, in: zzz");
  // A field that a rule does not know.
  EXPECT_EQ(stopped("postfix/smtp[1]: 0A1B2C3D4E: to=<a@b.example>, relay=none, zzz=1, delay=2, "
                    "dsn=2.0.0, status=sent (ok)"),
            "column 43 of the message, in: zzz=1,");
  // A form that continues differently.
  EXPECT_EQ(stopped("postfix/master[1]: statistics: max zzz size 4"),
            "column 17 of the message, in: zzz");
  EXPECT_EQ(stopped("postfix/cleanup[1]: 0A1B2C3D4E: zzz"), "column 13 of the message, in: zzz");
  EXPECT_EQ(stopped("postfix/qmgr[1]: 0A1B2C3D4E: from=<a@b.example>, zzz=4"),
            "column 33 of the message, in: zzz=4");
  EXPECT_EQ(stopped("dovecot: imap(bob)<1><x>: Disconnected: Logged out in=1 zzz"),
            "column 48 of the message, in: zzz");
  EXPECT_EQ(stopped("dovecot: indexer-worker(bob): Indexed zzz messages in INBOX"),
            "column 30 of the message, in: zzz");
}

TEST(ExplainTest, EnvelopeProgramAndDialectAreNamed) {
  EXPECT_THAT(ExplainText(kSent).text,
              HasSubstr("\n  : envelope=syslog program=postfix/smtp dialect=postfix\n"));
  EXPECT_THAT(ExplainText("2026-04-23T12:31:16.0Z stdout F " + std::string(kSent)).text,
              HasSubstr("\n  : envelope=cri+syslog program=postfix/smtp dialect=postfix\n"));
  EXPECT_THAT(ExplainText("Apr 23 12:31:16 mx sshd[1]: hello\n").text,
              HasSubstr("\n  : envelope=syslog program=sshd dialect=none\n"));
}

TEST(ExplainTest, RepeatsSayHowOften) {
  const Explained explained = ExplainText(
      "Apr 23 12:31:16 mx postfix/qmgr[1]: message repeated 3 times: [ 0A1B2C3D4E: removed]\n"
      "Apr 23 12:31:17 mx last message repeated 4 times\n");
  EXPECT_THAT(explained.text, HasSubstr(" times=3\n"));
  EXPECT_THAT(explained.text, HasSubstr("\n  + maillog_queue_removed_total{"));
  EXPECT_THAT(explained.text, HasSubstr("} 3\n"));
  EXPECT_THAT(explained.text, HasSubstr("  = last_repeated times=4\n"));
}

TEST(ExplainTest, FragmentsOfAContainerAreOneMessage) {
  const std::string whole(kSent.substr(0, kSent.size() - 1));
  const Explained explained =
      ExplainText("2026-04-23T12:31:16.0Z stdout P " + whole.substr(0, 70) +
                  "\n2026-04-23T12:31:16.1Z stdout F " + whole.substr(70) + "\n");
  EXPECT_THAT(explained.text, HasSubstr("  = delivery server=postfix"));
  EXPECT_EQ(explained.summary, "1 messages, 0 unknown, 0 malformed\n");
}

// Removes the colours again.
std::string WithoutColors(std::string text) {
  for (std::size_t at; (at = text.find('\x1b')) != std::string::npos;) {
    text.erase(at, text.find('m', at) + 1 - at);
  }
  return text;
}

TEST(ExplainTest, ColoursAddNothingButColours) {
  const std::string lines = std::string(kSent) + "Apr 23 12:31:16 mx postfix/smtp[1]: zzz\n" +
                            "Apr 23 12:31:17 mx last message repeated 4 times\nno log\n";
  std::ostringstream out;
  Explainer(out, ExplainWhat::kEveryLine, kColors).Explain(lines);
  EXPECT_THAT(out.str(), HasSubstr("\x1b[1;34m  = delivery\x1b[0m"));
  EXPECT_THAT(out.str(), HasSubstr("\x1b[32mmaillog_deliveries_total\x1b[0m"));
  EXPECT_THAT(out.str(), HasSubstr("\x1b[33mpostfix\x1b[0m"));
  EXPECT_THAT(out.str(), HasSubstr("\x1b[1;31m  ! malformed\x1b[0m"));
  EXPECT_THAT(out.str(), HasSubstr("in: \x1b[1;31mzzz\x1b[0m"));
  EXPECT_EQ(WithoutColors(out.str()), ExplainText(lines).text);
}

TEST(ExplainTest, ControlCharactersOfALogReachNoTerminal) {
  Palette palette = kColors;
  palette.raw_controls = false;
  std::ostringstream out;
  Explainer(out, ExplainWhat::kEveryLine, palette)
      .Explain(
          "Apr 23 12:31:16 mx postfix/smtp\x1b[2J[1]: zz\x1bz \x07 \xc2\x9b\n"
          "Apr 23 12:31:16 mx postfix/smtp[1]: \x1b]0;title\x07 zzz\n");
  EXPECT_EQ(WithoutColors(out.str()).find_first_of("\x1b\x07"), std::string::npos);
  EXPECT_THAT(out.str(), Not(HasSubstr("\xc2\x9b")));
  EXPECT_THAT(out.str(), HasSubstr("\\x1b]0;title\\x07 zzz\n"));
  EXPECT_EQ(WithVisibleControls("a\tb\n\xe5\xb1\xb1\xc3\x9b\x7f\r"),
            "a\tb\n\xe5\xb1\xb1\xc3\x9b\\x7f\\x0d");
  EXPECT_EQ(WithVisibleControls("\xc2\x9b\xc2\xa9"), "\\xc2\\x9b\xc2\xa9");
  EXPECT_EQ(WithVisibleControls("a\u202Eb\u2010\xe2\x80"), "a\\xe2\\x80\\xaeb\u2010\xe2\x80");
}

TEST(ColorTest, IsForTerminalsUnlessSomebodySaysOtherwise) {
  const Terminal terminal{.is_one = true, .no_color = nullptr, .term = "xterm"};
  EXPECT_TRUE(WantsColor(ColorWhen::kAuto, terminal));
  EXPECT_FALSE(WantsColor(ColorWhen::kAuto, {.no_color = nullptr, .term = "xterm"}));
  EXPECT_FALSE(WantsColor(ColorWhen::kAuto, {.is_one = true, .no_color = "1", .term = "xterm"}));
  EXPECT_TRUE(WantsColor(ColorWhen::kAuto, {.is_one = true, .no_color = "", .term = "xterm"}));
  EXPECT_FALSE(WantsColor(ColorWhen::kAuto, {.is_one = true, .term = "dumb"}));
  EXPECT_FALSE(WantsColor(ColorWhen::kAuto, {.is_one = true}));
  EXPECT_FALSE(WantsColor(ColorWhen::kNever, terminal));
  EXPECT_TRUE(WantsColor(ColorWhen::kAlways, {.no_color = "1", .term = "dumb"}));
}

TEST(ExplainTest, NothingIsExplainedAsNothing) {
  EXPECT_EQ(ExplainText("").text, "");
  EXPECT_EQ(ExplainText("").summary, "0 messages, 0 unknown, 0 malformed\n");
}

TEST(ExplainTest, SaysWhatALineDoesToItsMail) {
  const std::string stamp = "Nov 21 10:00:00 mx postfix/";
  const std::string text =
      ExplainText(
          stamp + "smtpd[7]: 4F1B2C3D0A: client=a.example[192.0.2.1], orig_queue_id=3E0A1B2C3D\n" +
          stamp + "qmgr[7]: 4F1B2C3D0A: from=<a@example.com>, size=900, nrcpt=1 (queue active)\n" +
          stamp +
          "smtp[7]: 4F1B2C3D0A: to=<b@example.org>, relay=mx[192.0.2.2]:25, delay=1, "
          "delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n" +
          stamp + "qmgr[7]: 4F1B2C3D0A: removed\n" + stamp +
          "postsuper[7]: 4F1B2C3D0B: placed on hold\n" + stamp +
          "anvil[7]: statistics: max connection rate 1/60s for (smtp:192.0.2.1) at Nov 21 "
          "10:00:00\n")
          .text;
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n  ~ mail 4F1B2C3D0A: begins, from a client of the Internet; was 3E0A1B2C3D before\n"));
  EXPECT_THAT(text, HasSubstr("\n  ~ mail 4F1B2C3D0A: in the active queue\n"));
  EXPECT_THAT(text, HasSubstr("\n  ~ mail 4F1B2C3D0A: delivered to a recipient\n"));
  EXPECT_THAT(text, HasSubstr("\n  ~ mail 4F1B2C3D0A: leaves the queue\n  + "
                              "maillog_mail_attempts_count{direction=\"relayed\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\n  ~ mail 4F1B2C3D0B: on hold\n"));
  std::size_t marks = 0;
  for (std::size_t at = 0; (at = text.find("\n  ~ ", at)) != std::string::npos; ++at) ++marks;
  EXPECT_EQ(marks, 5);
}

}  // namespace
}  // namespace maillog
