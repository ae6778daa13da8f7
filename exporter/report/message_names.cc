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
