// The ids of E-Post's messages, which its envelope and its dialect look for.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "parser/scan.h"

namespace maillog::epost {

/// `B0000123123-T001-R0001-E001`: B with 10 to 12 letters or digits, and branches that say what has
/// become of the mail.
struct MessageId {
  std::string_view last_branch;  ///< `E001`; empty if there is none
};

/// Moves past it. Nothing if there is none: the text is left as it was.
[[nodiscard]] inline std::optional<MessageId> TakeMessageId(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, 'B')) return std::nullopt;
  const std::size_t length = TakeWhile(rest, IsAlnum).size();
  if (length < 10 || length > 12) return std::nullopt;
  MessageId id;
  while (Eat(rest, '-')) id.last_branch = TakeWhile(rest, IsAlnum);
  text = rest;
  return id;
}

}  // namespace maillog::epost
