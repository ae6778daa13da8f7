#include "parser/encoding.h"

#include <cstdint>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

constexpr bool IsIn(char c, unsigned low, unsigned high) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= low && byte <= high;
}

/// What RFC 3629's table allows: length by the first byte, and a narrower range for the second one
/// where overlong forms, surrogates or too high values would begin.
struct Form {
  unsigned first_low, first_high;
  unsigned second_low, second_high;
  std::size_t length;
};
constexpr Form kForms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool IsContinuation(char c) { return IsIn(c, 0x80, 0xBF); }

/// The first character of a text that is not empty; an empty view if its first byte is not a part
/// of one.
std::string_view FirstCharacter(std::string_view text) {
  if (IsIn(text.front(), 0x00, 0x7F)) return text.substr(0, 1);
  for (const Form& form : kForms) {
    if (!IsIn(text.front(), form.first_low, form.first_high)) continue;
    std::string_view tail = text.substr(1, form.length - 1);
    if (tail.size() + 1 < form.length) return {};
    if (!IsIn(tail.front(), form.second_low, form.second_high)) return {};
    return TakeWhile(tail, IsContinuation).size() + 1 == form.length ? text.substr(0, form.length)
                                                                     : std::string_view{};
  }
  return {};
}

bool IsControl(std::string_view character) {
  if (character.size() == 1) return IsIn(character.front(), 0, 0x1F) || character.front() == 0x7F;
  return character.front() == '\xC2' && IsIn(character.back(), 0x80, 0x9F);
}

}  // namespace

std::size_t LeadingTurn(std::string_view text) {
  if (text.starts_with("\xD8\x9C")) return 2;
  if (text.size() < 3 || text[0] != '\xE2') return 0;
  const bool turns = text[1] == '\x81' ? IsIn(text[2], 0xA6, 0xA9)
                                       : text[1] == '\x80' && (IsIn(text[2], 0x8E, 0x8F) ||
                                                               IsIn(text[2], 0xA8, 0xAE));
  return turns ? 3 : 0;
}

bool IsValidUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view character = FirstCharacter(bytes);
    if (character.empty()) return false;
    bytes.remove_prefix(character.size());
  }
  return true;
}

void AppendValidUtf8(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view character = FirstCharacter(bytes);
    if (!IsControl(character.empty() ? kReplacement : character)) {
      out += character.empty() ? kReplacement : character;
    }
    bytes.remove_prefix(character.empty() ? 1 : character.size());
  }
}

std::string Printable(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    std::string_view character = FirstCharacter(bytes);
    const bool shown = !character.empty() && !IsControl(character) && LeadingTurn(character) == 0;
    if (character.empty()) character = bytes.substr(0, 1);
    bytes.remove_prefix(character.size());
    if (shown) {
      out += character;
      continue;
    }
    for (const char c : character) {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'\\', 'x', kHexDigits[byte >> 4U], kHexDigits[byte & 15U]});
    }
  }
  return out;
}

std::string AsLabelValue(std::string_view bytes) {
  return IsValidUtf8(bytes) ? std::string(bytes) : Printable(bytes);
}

}  // namespace maillog
