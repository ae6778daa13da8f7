// Each message that Postfix and Dovecot can write, of all their versions, filled in four ways: how
// many of them the rules know. tests/forms/*.tsv has the forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "parser/dialect/record_parser.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::size_t kFillings = 3;
/// One word wherever there is no number, whatever it stands for.
constexpr std::size_t kPlainFilling = kFillings;

/// What stands for a value: something usual, something with blanks and punctuation, something odd.
const std::map<std::string, std::array<std::string, kFillings>, std::less<>> kValues = {
    {"action", {"replace", "warning", "prepend"}},
    {"addr_port", {"[192.0.2.5]:4711", "[2001:db8::9]:25", "[198.51.100.1]:1"}},
    {"address", {"user@b.example", "\"john doe\"@b.example", ""}},
    {"cause", {"lost connection", "timeout", "too many errors"}},
    {"client", {"mx.b.example[192.0.2.7]", "unknown[2001:db8::1]", "unknown[unknown]"}},
    {"client_port", {"mx.b.example[192.0.2.7]:25", "mx[2001:db8::1]:587", "x[192.0.2.1]:24"}},
    {"command", {"RCPT", "EHLO", "/usr/bin/prog -x"}},
    {"context", {"main.cf", "/etc/postfix/master.cf: line 7", "master.cf"}},
    {"delay", {"0.6", "12", "0"}},
    {"delays", {"0.1/0/0.2/0.3", "1/2/3/4", "0/0/0/0"}},
    {"error", {"Connection refused", "lookup error: bad (x)", "Host not found, try again"}},
    {"expiry", {"expired", "force-expired", "expired"}},
    {"fraction", {"0.5", "3", "10.001"}},
    {"func", {"qmgr_active_done", "dict_open3", "tls_log_x"}},
    {"header", {"Subject: hello", "X-Y: z; from=<q>", "Subject: "}},
    {"helo", {"mx.b.example", "[192.0.2.1]", "localhost"}},
    {"hex", {"1f", "deadbeef", "0"}},
    {"host", {"mx.b.example", "192.0.2.9", "localhost"}},
    {"ip", {"192.0.2.44", "2001:db8::44", "127.0.0.1"}},
    {"letter", {"X", "a", "5"}},
    {"mapname", {"/etc/postfix/access", "virtual", "/etc/mail/t-1.cf"}},
    {"maptype", {"hash", "pgsql", "cdb"}},
    {"mech", {"PLAIN", "LOGIN", "CRAM-MD5"}},
    {"msgid", {"1@b.example", "x", "a$b@c"}},
    {"name", {"mx1.b.example", "unknown", "n-1"}},
    {"number", {"5", "0", "120"}},
    {"octal", {"755", "600", "0"}},
    {"path", {"/var/spool/postfix/x", "private/lmtp", "/home/a/Mail (x)"}},
    {"place", {"header", "mime-header", "body"}},
    {"pointer", {"0x55d0c0ffee10", "0x1", "0x7ffc00"}},
    {"port_part", {":25", ":4711", ""}},
    {"proxied", {"accept", "reject", "reject"}},
    {"queue_id", {"4B2A1C0F3D", "3ZkXyW1bHpz9Ld", "0A1B2C3"}},
    {"queue_id_long", {"3ZkXyW1bHpz9Ld", "4WsLQ21k5Dz1Y", "3b2T8S1KPRz1N"}},
    {"relay", {"mx.b.example[192.0.2.1]:25", "none", "b.example[private/lmtp]"}},
    {"reply", {"250 2.0.0 Ok", "550 5.1.1 no such user", "421 4.3.2 x"}},
    {"session", {"AbC1+/x", "k2Jd83Hd9QDAAAAB", "s1"}},
    {"side", {"client", "server", "CA"}},
    {"size", {"1234", "0", "98765432"}},
    {"stage", {"RCPT", "CONNECT", "END-OF-MESSAGE"}},
    {"status", {"bounced", "75", "5.1.1"}},
    {"text", {"some text", "text: with (parens), commas; semi", "550 5.1.1 <a@b> x"}},
    {"user", {"bob", "bob@b.example", "a.b"}},
};

bool IsNumber(std::string_view name) {
  constexpr std::array<std::string_view, 14> kNumbers = {
      "count",  "gid",   "lineno", "param_value", "pid",  "port",  "seconds",
      "signal", "small", "uid",    "number",      "size", "octal", "hex"};
  return std::find(kNumbers.begin(), kNumbers.end(), name) != kNumbers.end();
}

std::string ValueOf(std::string_view name, std::size_t filling) {
  if (filling == kPlainFilling) return IsNumber(name) ? "5" : "example";
  static const std::array<std::string, kFillings> numbers = {"7", "25", "5000"};
  static const std::array<std::string, kFillings> words = {"alpha", "a word (x)", "b-1"};
  for (const std::string_view number : {"count", "gid", "lineno", "param_value", "pid", "port",
                                        "seconds", "signal", "small", "uid"}) {
    if (name == number) return numbers[filling];
  }
  const auto value = kValues.find(name);
  return value == kValues.end() ? words[filling] : value->second[filling];
}

/// `{queue_id}: removed` with values.
std::string Filled(std::string_view form, std::size_t filling) {
  std::string text;
  while (!form.empty()) {
    text += TakeUntil(form, '{');
    if (!Eat(form, '{')) break;
    text += ValueOf(TakeUntil(form, '}'), filling);
    (void)Eat(form, '}');
  }
  return text;
}

struct Form {
  std::string program;
  bool is_normal = false;  ///< of normal operation; else of -v, of tools, or with a level word
  std::string message;
};

std::vector<Form> ReadForms(const std::string& name) {
  std::ifstream in(std::string(MAILLOG_TESTS_DIR) + "/forms/" + name + ".tsv");
  std::vector<Form> forms;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::string_view rest = line;
    Form form;
    form.program = TakeUntil(rest, '\t');
    (void)Eat(rest, '\t');
    form.is_normal = TakeUntil(rest, '\t') == "normal";
    (void)Eat(rest, '\t');
    form.message = rest;
    forms.push_back(std::move(form));
  }
  return forms;
}

struct Share {
  int unknown = 0;
  int all = 0;
  [[nodiscard]] double percent() const { return 100.0 * unknown / all; }
};

struct Shares {
  Share normal;
  Share all;
};

void Check(const std::string& name, std::size_t filling, Shares& shares) {
  RecordParser parser;
  for (const Form& form : ReadForms(name)) {
    Record record;
    const std::string program = name == "dovecot" ? name : name + "/" + form.program;
    const std::string message = Filled(form.message, filling);
    record.program = program;
    record.message = message;
    const bool unknown = OutcomeOf(parser.Parse(record)) == Outcome::kUnknown;
    ++shares.all.all;
    shares.all.unknown += unknown;
    if (!form.is_normal) continue;
    ++shares.normal.all;
    shares.normal.unknown += unknown;
    if (unknown) std::printf("unknown: %s: %s\n", form.program.c_str(), message.c_str());
  }
}

TEST(EveryForm, IsKnownButForAFew) {
  for (std::size_t filling = 0; filling <= kPlainFilling; ++filling) {
    Shares shares;
    Check("postfix", filling, shares);
    Check("dovecot", filling, shares);
    std::printf(
        "filling %zu: unknown %d of %d of normal operation (%.2f %%), %d of all %d (%.2f %%)\n",
        filling, shares.normal.unknown, shares.normal.all, shares.normal.percent(),
        shares.all.unknown, shares.all.all, shares.all.percent());
    EXPECT_GT(shares.normal.all, 1000);
    EXPECT_LT(shares.normal.percent(), 1.0);
    // Lines of -v that are nothing but values can only be recognised by values of their kind.
    if (filling != kPlainFilling) {
      EXPECT_LT(shares.all.percent(), 3.0);
    }
  }
}

}  // namespace
}  // namespace maillog
