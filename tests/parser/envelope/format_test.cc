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

/// What EnvelopesOf() says, in one text.
std::string Names(std::string_view line) {
  const EnvelopeNames names = EnvelopesOf(line);
  std::string text;
  for (std::size_t i = 0; i < names.count; ++i) {
    text += (text.empty() ? "" : "+") + std::string(names.names[i]);
  }
  return text;
}

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
    EXPECT_EQ(Names(line.text), line.envelope) << line.text;
  }
}

TEST(Format, APriorityIsRfc5424AndSyslog) {
  constexpr std::string_view kLine = "<22>1 2026-11-21T10:00:00Z mx postfix/qmgr 7 - - Q: removed";
  EXPECT_TRUE(Takes(kLine, Format::kRfc5424));
  EXPECT_TRUE(Takes(kLine, Format::kSyslog));
  EXPECT_FALSE(Takes(kLine, Format::kDovecot));
  EXPECT_FALSE(Takes(kLines[0].text, Format::kRfc5424));
  EXPECT_EQ(Names(kLine), "priority");
  EXPECT_EQ(Names("no envelope"), "");
  EXPECT_EQ(Names(""), "");
}

TEST(Format, NamesAllThatIsRoundAMessage) {
  constexpr std::string_view kLine = "Nov 21 10:00:00 mx postfix/qmgr[7]: 031B97815E: removed";
  const std::string line(kLine);
  EXPECT_EQ(Names("mail-1  | " + line), "compose+syslog");
  EXPECT_EQ(Names("2026-11-21T10:00:00Z " + line), "syslog+syslog");
  EXPECT_EQ(Names("@400000005f0e1b2c0a1b2c3d Nov 21 10:00:00 imap-login: Info: x"),
            "tai64n+dovecot_file");
  EXPECT_EQ(Names("Nov 21 10:00:00 h docker/m[1]: " + line), "syslog+syslog");
  EXPECT_EQ(Names("Nov 21 10:00:00 h docker/m[1]: Nov 21 10:00:00 x"), "syslog");
  EXPECT_EQ(Names("postfix/qmgr[7]: 031B97815E: removed"), "bare_tag");
  EXPECT_EQ(Names("2026/11/21 10:00:00 text"), "slash_stamp");
  EXPECT_EQ(Names("mail-1  | text"), "");
}

TEST(Format, OfWhatIsPutBeforeLinesNeedsIt) {
  const std::string line = "Nov 21 10:00:00 mx postfix/qmgr[7]: 031B97815E: removed";
  const std::string compose = "mail-1  | " + line;
  const std::string pod = "[pod/m/c] " + line;
  const std::string tai64n = "@400000005f0e1b2c0a1b2c3d " + line;
  EXPECT_TRUE(Takes(compose, Format::kCompose));
  EXPECT_TRUE(Takes(pod, Format::kCompose));
  EXPECT_FALSE(Takes(line, Format::kCompose));
  EXPECT_FALSE(Takes(tai64n, Format::kCompose));
  EXPECT_TRUE(Takes(tai64n, Format::kTai64n));
  EXPECT_FALSE(Takes(line, Format::kTai64n));
  EXPECT_FALSE(Takes(compose, Format::kTai64n));
  for (const std::string& prefixed : {compose, pod, tai64n}) {
    EXPECT_TRUE(Takes(prefixed, Format::kAuto));
    EXPECT_FALSE(Takes(prefixed, Format::kSyslog));
    EXPECT_FALSE(Takes(prefixed, Format::kDovecot));
  }
  EXPECT_TRUE(Takes("/var/log/mail.log:" + line, Format::kSyslog));
  EXPECT_FALSE(Takes("/var/log/mail.log:" + line, Format::kPMailServer));
}

std::string ProgramOf(std::string_view line, Format format) {
  Record record;
  return ParseEnvelope(line, record, format) == EnvelopeResult::kRecord
             ? std::string(record.program)
             : "malformed";
}

TEST(Format, RelayedLooksIntoEveryMessageButPostfixs) {
  const std::string inner = "Nov 21 10:00:01 mx postfix/qmgr[7]: 031B97815E: removed";
  for (const std::string_view tag : {"mail[12]", "postfix[12]", "dovecot"}) {
    const std::string line = "Nov 21 10:00:00 h " + std::string(tag) + ": " + inner;
    EXPECT_EQ(ProgramOf(line, Format::kRelayed), "postfix/qmgr") << tag;
    EXPECT_NE(ProgramOf(line, Format::kAuto), "postfix/qmgr") << tag;
    EXPECT_NE(ProgramOf(line, Format::kSyslog), "postfix/qmgr") << tag;
  }
  EXPECT_EQ(ProgramOf("Nov 21 10:00:00 h postfix/smtpd[1]: " + inner, Format::kRelayed),
            "postfix/smtpd");
  EXPECT_EQ(ProgramOf(inner, Format::kRelayed), "postfix/qmgr");
  EXPECT_EQ(ProgramOf("Nov 21 10:00:00 h mail[1]: text", Format::kRelayed), "mail");
}

TEST(Format, BareTakesLinesWithoutStamps) {
  EXPECT_EQ(ProgramOf("postfix/qmgr[7]: 031B97815E: removed", Format::kBare), "postfix/qmgr");
  EXPECT_EQ(ProgramOf("auth: passwd-file(u): unknown user", Format::kBare), "dovecot");
  EXPECT_EQ(ProgramOf("auth: passwd-file(u): unknown user", Format::kAuto), "malformed");
  EXPECT_EQ(ProgramOf("Nov 21 10:00:00 mx postfix/qmgr[7]: removed", Format::kBare), "malformed");
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

TEST(Format, ObjectsAndEntriesAreToldApart) {
  const std::string block =
      "{\"MESSAGE\":\"removed\",\"SYSLOG_IDENTIFIER\":\"postfix/qmgr\"}\n"
      "Nov 21 10:00:00 mx postfix/qmgr[7]: Q: removed\n"
      "__CURSOR=s=1\nMESSAGE=removed\nSYSLOG_IDENTIFIER=postfix/qmgr\n\n";
  using Counts = std::pair<int, int>;
  EXPECT_EQ(Read(block, Format::kAuto), Counts(3, 0));
  EXPECT_EQ(Read(block, Format::kJson), Counts(1, 2));
  EXPECT_EQ(Read(block, Format::kJournal), Counts(1, 2));
  EXPECT_EQ(Read(block, Format::kSyslog), Counts(1, 2));
  EXPECT_EQ(Read(block, Format::kDocker), Counts(0, 3));
}

}  // namespace
}  // namespace maillog
