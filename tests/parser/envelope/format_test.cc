// A source that was told its format.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "parser/envelope/message_reader.h"

namespace maillog {
namespace {

struct Line {
  std::string_view text;
  Format format;  ///< besides kAuto, the one that takes it
  std::string_view envelope;
};

constexpr Line kLines[] = {
    {"Nov 21 10:00:00 mx postfix/qmgr[7]: 031B97815E: removed", Format::kSyslog, "syslog"},
    {"2026-11-21T10:00:00+09:00 mx postfix/qmgr[7]: 031B97815E: removed", Format::kSyslog,
     "syslog"},
    {"-- Boot 0123 --", Format::kSyslog, "journal_header"},
    {"Nov 21 10:00:00 imap-login: Info: Login: user=<u>", Format::kDovecot, "dovecot_file"},
    {"[SMTP] 2005/05/18 03:10:41 Connect from 192.0.2.1", Format::kPMailServer, "pmailserver_log"},
    {"[30/Nov/2017:08:20:44], (mx.example.jp), [203.0.113.9]:587, Client accept now.",
     Format::kEPost, "epost_log"},
};

bool Takes(std::string_view line, Format format) {
  Record record;
  return ParseEnvelope(line, record, format) != EnvelopeResult::kMalformed;
}

TEST(Format, EachTakesItsOwnLinesAndNoOthers) {
  for (const Line& line : kLines) {
    EXPECT_TRUE(Takes(line.text, Format::kAuto)) << line.text;
    for (const Format format :
         {Format::kSyslog, Format::kDovecot, Format::kPMailServer, Format::kEPost}) {
      EXPECT_EQ(Takes(line.text, format), format == line.format)
          << line.text << ' ' << kFormatNames[static_cast<std::size_t>(format)];
    }
    EXPECT_EQ(EnvelopeName(line.text), line.envelope) << line.text;
  }
}

TEST(Format, APriorityIsRfc5424AndSyslog) {
  constexpr std::string_view kLine = "<22>1 2026-11-21T10:00:00Z mx postfix/qmgr 7 - - Q: removed";
  EXPECT_TRUE(Takes(kLine, Format::kRfc5424));
  EXPECT_TRUE(Takes(kLine, Format::kSyslog));
  EXPECT_FALSE(Takes(kLine, Format::kDovecot));
  EXPECT_FALSE(Takes(kLines[0].text, Format::kRfc5424));
  EXPECT_EQ(EnvelopeName(kLine), "priority");
  EXPECT_EQ(EnvelopeName("no envelope"), "");
  EXPECT_EQ(EnvelopeName(""), "");
}

/// How many records, and how many malformed messages.
std::pair<int, int> Read(std::string_view block, Format format) {
  const auto scratch = std::make_unique<MessageScratch>();
  MessageReader reader(block, *scratch, {}, format);
  Record record;
  EnvelopeResult result = EnvelopeResult::kMalformed;
  std::pair<int, int> counts;
  while (reader.Next(record, result)) {
    ++(result == EnvelopeResult::kMalformed ? counts.second : counts.first);
  }
  return counts;
}

TEST(Format, ContainersAreToldApart) {
  const std::string block =
      "2026-11-21T10:00:00.0Z stdout F Nov 21 10:00:00 mx postfix/qmgr[7]: Q: removed\n"
      "{\"log\":\"Nov 21 10:00:00 mx postfix/qmgr[7]: Q: removed\\n\",\"stream\":\"stdout\","
      "\"time\":\"2026-11-21T10:00:00Z\"}\n"
      "Nov 21 10:00:00 mx postfix/qmgr[7]: Q: removed\n"
      "\n";
  using Counts = std::pair<int, int>;
  EXPECT_EQ(Read(block, Format::kAuto), Counts(3, 0));
  EXPECT_EQ(Read(block, Format::kCri), Counts(1, 2));
  EXPECT_EQ(Read(block, Format::kDocker), Counts(1, 2));
}

}  // namespace
}  // namespace maillog
