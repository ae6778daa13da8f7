#include "exporter/web/json_writer.h"

#include <cmath>

#include "metrics/numbers.h"
#include "parser/encoding.h"

namespace maillog {

JsonWriter& JsonWriter::Begin(char bracket) {
  Separate();
  text_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  text_ += bracket;
  return *this;
}

void JsonWriter::Separate() {
  if (text_.empty()) return;
  const char last = text_.back();
  if (last != '{' && last != '[' && last != ':') text_ += ',';
}

void JsonWriter::Quote(std::string_view bytes) {
  std::string valid;
  AppendValidUtf8(valid, bytes);
  text_ += '"';
  for (const char c : valid) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  Quote(key);
  text_ += ':';
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view bytes) {
  Separate();
  Quote(bytes);
  return *this;
}

JsonWriter& JsonWriter::Number(std::uint64_t number) {
  Separate();
  AppendNumber(text_, number);
  return *this;
}

JsonWriter& JsonWriter::Number(double number) {
  if (!std::isfinite(number)) return Null();
  Separate();
  AppendNumber(text_, number);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  text_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  text_ += "null";
  return *this;
}

}  // namespace maillog
