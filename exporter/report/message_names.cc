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
  std::string_view rest = text;
  const std::string_view before = TakeUntil(rest, ']');
  if (rest.empty()) return {};
  std::string_view client = text.substr(0, before.size() + 1);
  const std::size_t blank = before.rfind(' ');
  if (blank != std::string_view::npos) client.remove_prefix(blank + 1);
  return client.find('[') == std::string_view::npos ? std::string_view() : client;
}

}  // namespace maillog
