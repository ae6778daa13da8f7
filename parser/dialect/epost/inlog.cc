#include <algorithm>

#include "parser/dialect/epost/logs.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

bool IsMailAddress(std::string_view word) {
  return word.find('@') != std::string_view::npos || word == "<>" || word == "-";
}

/// Moves past the HELO name. Logs of 2008 have none; a name may hold blanks, or look like an
/// address: then, of three words and more, the first one is it.
void SkipHelo(std::string_view& text) {
  std::string_view rest = text;
  const bool is_name = !IsMailAddress(TakeUntil(rest, ' '));
  if (!is_name && CountWords(rest) < 2) return;
  if (!Eat(rest, ' ')) return;
  text = rest;
  for (;;) {
    const std::string_view word = TakeUntil(rest, ' ');
    if (word.empty() || IsMailAddress(word) || !Eat(rest, ' ')) return;
    if (rest.find('@') == std::string_view::npos) return;  // names of local users
    text = rest;
  }
}

}  // namespace

Event InLogEvent(std::string_view text) {
  if (!IsAddressLike(TakeUntil(text, ' ')) || !Eat(text, ' ')) return Unknown{};
  SkipHelo(text);
  // The sender, which may be empty; where one address is left, it is the recipient.
  std::string_view recipients = text;
  (void)TakeUntil(recipients, ' ');
  const bool is_cut = text.find('@') == std::string_view::npos && CountWords(text) < 2;
  if (is_cut) return Unknown{};
  auto message = Ours<SmtpMessage>();
  message.recipients = std::max(CountWords(recipients), 1U);
  return message;
}

}  // namespace maillog::epost
