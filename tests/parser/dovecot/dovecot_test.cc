#include "parser/dialect/dovecot/dovecot.h"

#include <gtest/gtest.h>

#include "parser/event_text.h"
#include "tests/parser/dovecot/dovecot_lines.h"
#include "tests/support/cases.h"

namespace maillog::test {
namespace {

Record Said(std::string_view message, std::string_view program = "dovecot") {
  Record record;
  record.program = program;
  record.message = message;
  return record;
}

TEST(Dovecot, Cases) { CheckCases("dovecot"); }

TEST(Dovecot, NoRuleIsACatchAll) {
  CheckNoCatchAll("dovecot", [](const Record& record) {
    // A delivery begins as the site wants it (deliver_log_format).
    const bool is_delivery = std::holds_alternative<LdaAction>(EventOf(record));
    return is_delivery ? std::string_view{} : FirstFixedWord(record);
  });
}

TEST(Dovecot, SpeaksUnderItsOwnNamesOnly) {
  EXPECT_TRUE(dovecot::Speaks(Said("", "dovecot")));
  EXPECT_TRUE(dovecot::Speaks(Said("", "dovecot-old")));
  EXPECT_TRUE(dovecot::Speaks(Said("", "imap-login")));
  EXPECT_TRUE(dovecot::Speaks(Said("", "deliver(bob@b.example)")));
  // Cyrus has programs of these names; the parentheses are Dovecot's.
  for (const char* other : {"deliver", "imap", "pop3", "lmtp", "imapd", "imap(bob", "imap(bob)x",
                            "imap-login(bob)", "smtp(bob)", "auth", "master", "anvil", "(bob)"})
    EXPECT_FALSE(dovecot::Speaks(Said("", other))) << other;
  EXPECT_FALSE(dovecot::Speaks(Said("", "dovecotx")));
  EXPECT_FALSE(dovecot::Speaks(Said("", "Dovecot")));
  EXPECT_FALSE(dovecot::Speaks(Said("", "postfix/smtpd")));
  EXPECT_FALSE(dovecot::Speaks(Said("dovecot: imap-login: Login: user=<bob>", "")));

  Record own_file = Said("", "");
  own_file.speaker = Speaker::kDovecot;
  EXPECT_TRUE(dovecot::Speaks(own_file));
  Record other = Said("");
  other.speaker = Speaker::kEPost;
  EXPECT_FALSE(dovecot::Speaks(other));
}

TEST(Dovecot, LinesCutAnywhereAreRead) {
  for (const Case& c : ReadCases("dovecot")) {
    const std::string_view line = c.line;
    const std::size_t at = line.find("dovecot: ");
    if (at == std::string_view::npos) continue;
    const std::string_view message = line.substr(at + std::string_view("dovecot: ").size());
    for (std::size_t n = 0; n <= message.size(); ++n) {
      // A copy of its own, so that a read past its end is seen.
      const std::vector<char> cut(message.begin(), message.begin() + static_cast<long>(n));
      const Event event = EventOf(Said({cut.data(), cut.size()}));
      EXPECT_NE(OutcomeOf(event), Outcome::kForeign);
      EXPECT_NE(OutcomeOf(event), Outcome::kMalformed);
    }
  }
}

TEST(Dovecot, LongHostileLinesAreReadInTime) {
  for (const std::string_view part :
       {": ", ")<>", "): ", ",1.1): ", " in=", "(", ": user=<", "=,", "msgid=", ": saved mail to ",
        "sql(", ", 5", ": copy from ", "): Requested ", ", ", ": Host ", " in=5 ", "method="}) {
    for (const std::string_view front :
         {"imap(", "auth(", "auth: sql(", "lmtp(1): msgid=", "imap: Mailbox ", "pop3: Logged out",
          "imap: Logged out", "imap-login: Disconnected", "imap-login: Login: ", "imap: copy from ",
          "lmtp: sieve: msgid=", "service=", "director: "}) {
      std::string message(front);
      while (message.size() < 16 * 1024) message += part;
      message += '!';
      const Event event = EventOf(Said(message));
      EXPECT_FALSE(std::holds_alternative<ServiceEvent>(event)) << front << part;
      EXPECT_FALSE(std::holds_alternative<LogProblem>(event)) << front << part;
    }
  }
}

TEST(Dovecot, BadValuesDoNotWrap) {
  std::string message = "pop3(bob): Disconnected: Logged out top=x";
  for (int i = 0; i < 600; ++i) message += ", size=x";
  const Event event = EventOf(Said(message));
  EXPECT_EQ(std::get<Pop3Session>(event).bad_values, 255);
}

}  // namespace
}  // namespace maillog::test
