#include "exporter/os/json_text.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

/// `\u202e` for a character of two or three bytes.
std::string EscapedCharacter(std::string_view utf8) {
  const bool is_two = utf8.size() == 2;
  unsigned code = static_cast<unsigned char>(utf8.front()) & (is_two ? 0x1FU : 0x0FU);
  for (const char c : utf8.substr(1)) code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return absl::StrFormat("\\u%04x", code);
}

}  // namespace

std::string JsonText(std::string_view bytes) {
  std::string valid;
  AppendValidUtf8(valid, bytes);
  std::string text = "\"";
  for (std::string_view rest = valid; !rest.empty();) {
    const std::size_t turn = LeadingTurn(rest);
    if (turn > 0) {
      text += EscapedCharacter(rest.substr(0, turn));
    } else {
      if (rest.front() == '"' || rest.front() == '\\') text += '\\';
      text += rest.front();
    }
    rest.remove_prefix(std::max<std::size_t>(turn, 1));
  }
  return text + '"';
}

void JsonParts::Add(std::string_view key, std::string_view json) {
  if (!text_.empty()) text_ += ',';
  text_ += JsonText(key) + ":";
  text_ += json;
}

void JsonParts::Add(std::string_view json) {
  if (!text_.empty()) text_ += ',';
  text_ += json;
}

}  // namespace maillog
