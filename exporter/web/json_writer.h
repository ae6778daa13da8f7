// JSON (RFC 8259), written from the front to the back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace maillog {

/// Values follow each other as they are added; in an object, each after its Key(). Commas are
/// added. What is opened has to be closed.
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }
  JsonWriter& Key(std::string_view key);
  /// Accepts any bytes. What is not valid UTF-8 becomes U+FFFD, control characters are left out:
  /// file names may hold both.
  JsonWriter& String(std::string_view bytes);
  JsonWriter& Number(std::uint64_t number);
  /// A value that JSON cannot express (NaN, infinity) is null.
  JsonWriter& Number(double number);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  void Separate();
  void Quote(std::string_view bytes);

  std::string text_;
};

}  // namespace maillog
