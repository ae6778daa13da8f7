#include "parser/dialect/record_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "parser/event_text.h"

namespace maillog {
namespace {

/// More names than there are places, of all kinds and lengths.
std::vector<std::string> Names() {
  std::vector<std::string> names{
      "",         "p",       "postfix",       "postfix/",    "/smtpd",      "postfix/policyd-spf",
      "sshd",     "dovecot", "dovecot-old",   "dovecotx",    "postfix/a/b", "postfix//smtpd",
      "qmail/x/", "amavis",  "postfix-/lmtp", "a/b/c/smtpd", "smtpd"};
  for (int i = 0; i < 600; ++i) {
    const std::string n = std::to_string(i);
    names.push_back("pf" + n + "/smtpd");
    names.push_back("postfix/in" + n + "/smtpd");
    names.push_back("dovecot-" + n);
    names.push_back("other" + n);
    names.push_back(std::string(static_cast<std::size_t>(i), 'x') + "/qmgr");
  }
  return names;
}

// Of one that has seen nothing before.
std::string EventOf(const Record& record) {
  RecordParser parser;
  return EventText(parser.Parse(record));
}

TEST(RecordParser, WhatItRemembersChangesNoEvent) {
  RecordParser parser;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& name : Names()) {
      for (const std::string_view message :
           {"connect from a.example[192.0.2.1]", "031B97815E: removed", "no such thing"}) {
        const Record record{.program = name, .message = message};
        EXPECT_EQ(EventText(parser.Parse(record)), EventOf(record)) << name;
      }
    }
  }
}

TEST(RecordParser, AsksEveryDialectOfTheList) {
  struct Said {
    Record record;
    std::string_view dialect;
  };
  const Said all[] = {
      {{.program = "postfix/qmgr", .message = "031B97815E: removed"}, "postfix"},
      {{.program = "dovecot", .message = "master: Dovecot v2.3.19.1 starting up"}, "dovecot"},
      {{.program = "pmailserver", .message = "x", .speaker = Speaker::kPMailServer}, "pmailserver"},
      {{.program = "epost", .message = "x", .speaker = Speaker::kEPost}, "epost"},
  };
  for (const std::string_view server : Label<Server>::values) {
    EXPECT_TRUE(std::ranges::any_of(all, [&](const Said& said) { return said.dialect == server; }))
        << server << " has no record here, or its dialect has another name";
  }
  RecordParser parser;
  for (const Said& said : all) {
    const Dialect* const dialect = DialectOf(said.record);
    ASSERT_NE(dialect, nullptr) << said.dialect;
    EXPECT_EQ(dialect->name, said.dialect);
    EXPECT_NE(EventText(parser.Parse(said.record)), EventText(Foreign{})) << said.dialect;
  }
}

TEST(RecordParser, AsksTheSpeakerFirst) {
  RecordParser parser;
  for (const Speaker speaker : {Speaker::kProgram, Speaker::kDovecot, Speaker::kPMailServer,
                                Speaker::kEPost, Speaker::kProgram}) {
    const Record record{.program = "dovecot",
                        .message = "imap-login: Info: Aborted login (no auth attempts)",
                        .speaker = speaker};
    EXPECT_EQ(EventText(parser.Parse(record)), EventOf(record));
  }
}

}  // namespace
}  // namespace maillog
