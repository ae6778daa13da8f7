// Text in JSON (RFC 8259).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maillog {

/// In quotes. Control characters are left out, and what is not UTF-8 becomes U+FFFD. Characters
/// that turn the direction of text are written as `\uHHHH`, which is the same to whoever reads the
/// JSON.
[[nodiscard]] std::string JsonText(std::string_view bytes);

/// An object or a list, part by part.
class JsonParts {
 public:
  void Text(std::string_view key, std::string_view value) { Add(key, JsonText(value)); }
  void Number(std::string_view key, std::uint64_t value) { Add(key, std::to_string(value)); }
  /// `json` is a value in JSON.
  void Add(std::string_view key, std::string_view json);
  /// The same in a list.
  void Add(std::string_view json);
  [[nodiscard]] std::string Object() const { return "{" + text_ + "}"; }
  [[nodiscard]] std::string List() const { return "[" + text_ + "]"; }

 private:
  std::string text_;
};

}  // namespace maillog
