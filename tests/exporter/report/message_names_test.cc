#include "exporter/report/message_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "activity/login_names.h"
#include "parser/dialect/postfix/line.h"

namespace maillog::test {
namespace {

// What the usual forms are must be what these say.
struct PlainNames {
  std::string to;
  std::string domain;
  std::string relay;
  std::string mail;
  std::string sender;
  bool operator==(const PlainNames&) const = default;
};

std::string PlainAddress(std::string_view& text) {
  const std::string_view before = text;
  if (!postfix::SkipAddress(text)) return {};
  std::string_view address = TakenFrom(before, text);
  (void)Eat(address, '<');
  (void)EatBack(address, ">");
  return std::string(address);
}

PlainNames Plain(std::string_view message) {
  PlainNames names{.to = "-", .domain = {}, .relay = "-", .mail = {}, .sender = "-"};
  std::string_view text = message;
  if (SkipPast(text, ": to=")) {
    names.to = PlainAddress(text);
    std::string_view local = names.to;
    names.domain = TakeBack(local, '@').value_or(std::string_view());
    if (SkipPast(text, ", relay=")) {
      std::string_view relay = TakeUntil(text, ',');
      names.relay = TakeUntil(relay, '[');
    }
  }
  text = message;
  std::string_view mail = TakeUntil(text, ", nrcpt=");
  names.mail = mail;
  if (SkipPast(mail, ": from=")) names.sender = PlainAddress(mail);
  return names;
}

PlainNames Read(std::string_view message) {
  PlainNames names{.to = "-", .domain = {}, .relay = "-", .mail = {}, .sender = "-"};
  if (DeliveryNames delivery; NamesOfDelivery(message, delivery)) {
    names.to = delivery.to.text;
    names.domain = delivery.to.domain;
    if (delivery.has_relay) names.relay = delivery.relay;
  }
  const QueuedNames queued = NamesOfQueued(message);
  std::string_view text = message;
  EXPECT_EQ(queued.id, TakeUntil(text, ':'));
  names.mail = queued.mail;
  if (queued.has_sender) names.sender = queued.sender;
  return names;
}

const std::vector<std::string>& Lines() {
  static const std::vector<std::string> lines = [] {
    std::vector<std::string> all;
    const std::string long_name(40, 'n');
    for (const std::string& address :
         {std::string("<a@example.com>"), std::string("<>"), std::string("<root>"),
          std::string("a@example.com"), std::string("<\"a b>c\"@example.com>"),
          std::string("<\"a@b\"@example.com>"), std::string("<a@b@example.com>"),
          std::string("<<a@example.com>>"), std::string("<a@example.com>>"), std::string("<a@>"),
          std::string("<@>"), std::string("<a, relay=b@example.com>"),
          std::string("<a: to=<b@example.com>"), "<" + long_name + "@example.com>",
          "<a@" + long_name + ".example>", std::string("<a, nrcpt=2@example.com>"),
          std::string("<a@example.com")}) {
      const std::string to = "4bV7Qy1Qb9z12: to=" + address;
      all.push_back(to + ", relay=mx.example.com[192.0.2.1]:25, delay=5, dsn=2.0.0, status=sent");
      all.push_back(to + ", orig_to=<x@example.org>, relay=local, delay=5, status=sent (x: to=y)");
      all.push_back(to + ", relay=none, delay=5");
      all.push_back(to + ", relay=mx[192.0.2.1");
      const std::string from = "0A10000000: from=" + address;
      all.push_back(from + ", size=2820, nrcpt=1 (queue active)");
      all.push_back(from + ", nrcpt=1, nrcpt=2");
      all.push_back(from + ",size=2820,nrcpt=1");
    }
    all.emplace_back("no id, nrcpt=1: from=<a@example.com>");
    all.emplace_back("A, nrcpt=1: from=<a@example.com>, size=1, nrcpt=2 (queue active)");
    all.emplace_back("A: B: from=<a@example.com>, nrcpt=1");
    all.emplace_back("A:: to=<a@example.com>, , relay=x, relay=y[");
    return all;
  }();
  return lines;
}

TEST(MessageNamesTest, EveryCutReadsAsThePlainVerbsReadIt) {
  for (const std::string& line : Lines()) {
    for (std::size_t size = 0; size <= line.size(); ++size) {
      // A text of its own, so that whoever reads beyond it is seen.
      const std::vector<char> cut(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string_view message(cut.data(), cut.size());
      EXPECT_EQ(Read(message), Plain(message)) << message;
    }
  }
}

TEST(MessageNamesTest, DoubledAndMissingBytesReadAsThePlainVerbsReadThem) {
  for (const std::string& line : Lines()) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      std::string doubled = line;
      doubled.insert(at, 1, line[at]);
      EXPECT_EQ(Read(doubled), Plain(doubled)) << doubled;
      std::string missing = line;
      missing.erase(at, 1);
      EXPECT_EQ(Read(missing), Plain(missing)) << missing;
    }
  }
}

TEST(MessageNamesTest, TheNamesOfUsualLines) {
  const PlainNames names =
      Read("0A10000000: to=<\"a b\"@Example.com>, relay=mx.example.com[192.0.2.1]:25, delay=5");
  EXPECT_EQ(names.to, "\"a b\"@Example.com");
  EXPECT_EQ(names.domain, "Example.com");
  EXPECT_EQ(names.relay, "mx.example.com");
  const QueuedNames queued = NamesOfQueued("0A1: from=<a@b.example>, size=1, nrcpt=2 (x)");
  EXPECT_EQ(queued.id, "0A1");
  EXPECT_EQ(queued.mail, "0A1: from=<a@b.example>, size=1");
  EXPECT_EQ(queued.sender, "a@b.example");
}

TEST(MessageNamesTest, TheClientIsTheFirstWordWithAnAddress) {
  EXPECT_EQ(ClientIn("RCPT from c27.example[198.51.100.27]: 450 4.7.1 [x]"),
            "c27.example[198.51.100.27]");
  EXPECT_EQ(ClientIn("c27.example[198.51.100.27]"), "c27.example[198.51.100.27]");
  EXPECT_EQ(ClientIn("NOQUEUE: reject: RCPT from a-client-with-a-rather-long-name.example.com"
                     "[2001:db8:1::4]: 450"),
            "a-client-with-a-rather-long-name.example.com[2001:db8:1::4]");
  EXPECT_EQ(ClientIn(" ]"), "");
  EXPECT_EQ(ClientIn("no address]"), "");
  EXPECT_EQ(ClientIn("none"), "");
}

// Where it says none, NamesOfLogin is asked.
TEST(MessageNamesTest, TheUserOfALoginIsThatOfNamesOfLogin) {
  AuthAttempt attempt;
  attempt.server = Server::kDovecot;
  const std::string line =
      "imap-login: Login: user=<a@example.com>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, mpid=1";
  EXPECT_EQ(UserOfUsualLogin(line), "a@example.com");
  const auto check = [&](const std::string& text) {
    const std::string_view user = UserOfUsualLogin(text);
    if (!user.empty()) {
      EXPECT_EQ(user, NamesOfLogin({.message = text}, attempt).user) << text;
    }
  };
  for (const std::string_view user : {"<a>", "a>b", "a<b", "user=<a", "a>, method=b", ""}) {
    std::string other = line;
    check(other.replace(25, 13, user));
  }
  for (std::size_t at = 0; at < line.size(); ++at) {
    check(line.substr(at));
    check(line.substr(0, at));
    for (const char c : {'<', '>', 'x'}) {
      std::string other = line;
      other[at] = c;
      check(other);
    }
  }
}

}  // namespace
}  // namespace maillog::test
