#include "exporter/report/message_names.h"

#include "parser/dialect/postfix/line.h"

namespace maillog {

NamedAddress internal::TakeAnyAddress(std::string_view& text) {
  NamedAddress address;
  const std::string_view before = text;
  if (!postfix::SkipAddress(text)) return address;
  address.text = TakenFrom(before, text);
  (void)Eat(address.text, '<');
  (void)EatBack(address.text, ">");
  std::string_view local = address.text;
  address.domain = TakeBack(local, '@').value_or(std::string_view());
  return address;
}

bool internal::NamesOfAnyDelivery(std::string_view message, DeliveryNames& names) {
  constexpr std::string_view kRelay = ", relay=";
  names = {};
  if (!SkipPastRare(message, ": to=")) return false;
  names.to = TakeNamedAddress(message);
  names.has_relay = Eat(message, kRelay) || SkipPastRare(message, kRelay);
  if (names.has_relay) names.relay = message.substr(0, FindOneOf(message, ',', '['));
  return true;
}

QueuedNames NamesOfQueued(std::string_view message) {
  QueuedNames names;
  if (internal::NamesOfUsualQueued(message, names)) return names;
  std::string_view rest = message;
  names.id = TakeUntil(rest, ':');
  rest = message;
  names.mail = TakeUntil(rest, ", nrcpt=");
  std::string_view from = names.mail;
  names.has_sender = SkipPast(from, ": from=");
  if (names.has_sender) names.sender = TakeNamedAddress(from).text;
  return names;
}

std::string_view ClientIn(std::string_view text) {
  const std::size_t end = FindOneOf(text, ']');
  if (end == text.size()) return {};
  const std::string_view before = text.substr(0, end);
  std::string_view client = text.substr(0, end + 1);
  const std::size_t blank = FindLastWord(before, " ");
  if (blank != before.size()) client.remove_prefix(blank + 1);
  return FindOneOf(client, '[') == client.size() ? std::string_view() : client;
}

std::string_view UserOfUsualLogin(std::string_view text) {
  constexpr std::string_view kUser = "user=<";
  // The first bracket is that of the user, or there is another word in front that has one.
  const std::size_t open = FindOneOf(text, '<');
  if (open == text.size() || open + 1 < kUser.size()) return {};
  text.remove_prefix(open + 1 - kUser.size());
  if (!Eat(text, kUser)) return {};
  const std::string_view user = text.substr(0, FindOneOf(text, '>'));
  text.remove_prefix(user.size());
  return StartsWith(text, ">, method=") ? user : std::string_view();
}

}  // namespace maillog
