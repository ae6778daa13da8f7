#include "exporter/os/json_text.h"

#include "parser/encoding.h"

namespace maillog {

std::string JsonText(std::string_view bytes) {
  std::string valid;
  AppendValidUtf8(valid, bytes);
  std::string text = "\"";
  for (const char c : valid) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
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
