// The names in messages whose events are known: who sends, where to, by whom. For each such line of
// a log, so the usual forms are read in the place where they are asked for.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog {

/// Moves past the first `word`, as SkipPast does. For words whose first byte is rare before them:
/// mostly it is theirs.
[[nodiscard, gnu::always_inline]] constexpr bool SkipPastRare(std::string_view& text,
                                                              std::string_view word) {
  std::string_view rest = text;
  while (SkipPast(rest, word.front())) {
    if (!Eat(rest, word.substr(1))) continue;
    text = rest;
    return true;
  }
  return false;
}

struct NamedAddress {
  std::string_view text = {};    ///< without brackets
  std::string_view domain = {};  ///< after the last `@`
  bool has_comma = false;        ///< in the usual form
};

namespace internal {

/// Where the first `>` is, and what is before it.
struct AddressEnds {
  std::size_t end = 0;
  std::size_t domain = 0;  ///< from where on it is: after the last `@`; 0: there is none
  bool has_comma = false;
};
[[nodiscard, gnu::always_inline]] inline AddressEnds EndsOfAddress(std::string_view inside) {
#ifdef __SSE2__
  // Most are short: one look for each.
  if (inside.size() > 32) {
    const auto found = [&](char c) { return FoundIn32(inside.data(), c); };
    if (const unsigned ends = found('>'); ends != 0) {
      const unsigned before = (ends & -ends) - 1;
      return {static_cast<std::size_t>(std::countr_zero(ends)),
              static_cast<std::size_t>(std::bit_width(found('@') & before)),
              (found(',') & before) != 0};
    }
  }
#endif
  const std::size_t end = FindOneOf(inside, '>');
  inside = inside.substr(0, end);
  const std::size_t at = inside.rfind('@');
  return {end, at == std::string_view::npos ? 0 : at + 1,
          inside.find(',') != std::string_view::npos};
}

/// False: TakeAnyAddress is to be asked.
[[nodiscard, gnu::always_inline]] inline bool TakeUsualAddress(std::string_view& text,
                                                               NamedAddress& address) {
  std::string_view inside = text;
  // A quoted name may have brackets in it, and collected logs have them within brackets.
  if (!Eat(inside, '<') || inside.empty() || inside.front() == '"' || inside.front() == '<')
    return false;
  const auto [end, domain, has_comma] = EndsOfAddress(inside);
  if (end + 1 >= inside.size() || inside[end + 1] == '>') return false;
  address.text = {inside.data(), end};
  if (domain != 0) address.domain = {inside.data() + domain, end - domain};
  address.has_comma = has_comma;
  text.remove_prefix(end + 2);
  return true;
}
[[nodiscard]] NamedAddress TakeAnyAddress(std::string_view& text);

}  // namespace internal

/// `<a@example.com>, …`; moves past it.
[[nodiscard, gnu::always_inline]] inline NamedAddress TakeNamedAddress(std::string_view& text) {
  NamedAddress address;
  return internal::TakeUsualAddress(text, address) ? address : internal::TakeAnyAddress(text);
}

/// `0A10000000: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25, …`
struct DeliveryNames {
  NamedAddress to = {};
  bool has_relay = false;
  std::string_view relay = {};  ///< its name, which is the same for all its addresses
};

namespace internal {

/// False: NamesOfAnyDelivery is to be asked. Most have all that is looked for near.
[[nodiscard, gnu::always_inline]] inline bool NamesOfUsualDelivery(std::string_view message,
                                                                   DeliveryNames& names) {
#ifdef __SSE2__
  constexpr std::string_view kTo = ": to=<";
  constexpr std::string_view kRelay = ">, relay=";
  // The three are looked for in 16, 32 and 32 bytes.
  constexpr std::size_t kMostRead = 16 + kTo.size() + 32 + kRelay.size() + 32;
  if (message.size() < kMostRead) return false;
  const unsigned colons = FoundIn16(message.data(), ':');
  if (colons == 0) return false;
  message.remove_prefix(static_cast<std::size_t>(std::countr_zero(colons)));
  if (!Eat(message, kTo) || message.front() == '"' || message.front() == '<') return false;
  const unsigned ends = FoundIn32(message.data(), '>');
  if (ends == 0) return false;
  const unsigned before = (ends & -ends) - 1;
  const auto domain =
      static_cast<std::size_t>(std::bit_width(FoundIn32(message.data(), '@') & before));
  names.to.text = message.substr(0, static_cast<std::size_t>(std::countr_zero(ends)));
  if (domain != 0) names.to.domain = names.to.text.substr(domain);
  message.remove_prefix(names.to.text.size());
  if (!Eat(message, kRelay)) return false;
  const unsigned relay_ends = FoundIn32(message.data(), ',', '[');
  if (relay_ends == 0) return false;
  names.has_relay = true;
  names.relay = message.substr(0, static_cast<std::size_t>(std::countr_zero(relay_ends)));
  return true;
#else
  (void)message;
  (void)names;
  return false;
#endif
}
[[nodiscard]] bool NamesOfAnyDelivery(std::string_view message, DeliveryNames& names);

}  // namespace internal

/// False: the line does not say to whom.
[[nodiscard, gnu::always_inline]] inline bool NamesOfDelivery(std::string_view message,
                                                              DeliveryNames& names) {
  return internal::NamesOfUsualDelivery(message, names) ||
         internal::NamesOfAnyDelivery(message, names);
}

/// `0A10000000: from=<a@example.com>, size=100, nrcpt=1 (queue active)`
struct QueuedNames {
  std::string_view id = {};
  std::string_view mail = {};  ///< with sender and size: the same whenever the mail is tried again
  bool has_sender = false;
  std::string_view sender = {};  ///< without brackets
};
[[nodiscard]] QueuedNames NamesOfQueued(std::string_view message);

namespace internal {

/// False: NamesOfQueued is to be asked. The first `, nrcpt=` is at the second comma.
[[nodiscard, gnu::always_inline]] inline bool NamesOfUsualQueued(std::string_view message,
                                                                 QueuedNames& names) {
  std::string_view rest = message;
  rest.remove_prefix(FindOneOf(rest, ':', ','));
  names.id = TakenFrom(message, rest);
  NamedAddress sender;
  if (!Eat(rest, ": from=") || !TakeUsualAddress(rest, sender) || sender.has_comma ||
      !Eat(rest, ", size="))
    return false;
  rest.remove_prefix(FindOneOf(rest, ','));
  if (!StartsWith(rest, ", nrcpt=")) return false;
  names.mail = TakenFrom(message, rest);
  names.has_sender = true;
  names.sender = sender.text;
  return true;
}

}  // namespace internal

/// `from c27.example[198.51.100.27]: 450 …`, `warning: unknown[203.0.113.30]: SASL …`: the first
/// word that ends in an address in brackets, with its name.
[[nodiscard]] std::string_view ClientIn(std::string_view text);

/// The user that Dovecot names as in `imap-login: Login: user=<a@example.com>, method=PLAIN, …`;
/// empty: the line has another form.
[[nodiscard]] std::string_view UserOfUsualLogin(std::string_view text);

}  // namespace maillog
