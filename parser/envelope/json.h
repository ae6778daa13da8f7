// JSON as loggers write it, an object a line. Nothing is built: members are visited one after the
// other, and their texts are left as they are until one is wanted.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace maillog {

enum class JsonKind : unsigned char { kText, kObject, kArray, kOther };

struct JsonMember {
  std::string_view key;  ///< still escaped
  JsonKind kind = JsonKind::kOther;
  /// Of a text what is in the quotes, still escaped; of others everything.
  std::string_view value;
};

/// The next member of an object whose opening brace, or the comma before, has been passed. Nothing
/// if there is none.
[[nodiscard]] std::optional<JsonMember> TakeJsonMember(std::string_view& text);

/// `text` without JSON's escapes, as UTF-8 (half a surrogate pair becomes U+FFFD); `text` itself if
/// it has none, otherwise in `scratch`, cut at its end. Nothing if an escape is invalid.
[[nodiscard]] std::optional<std::string_view> Unescaped(std::string_view text,
                                                        std::span<char> scratch);

/// An array of numbers (`[67,111,…]`), as journalctl writes what is not UTF-8, as the bytes that
/// they are, in `scratch`, cut at its end. Nothing if it is another array.
[[nodiscard]] std::optional<std::string_view> BytesOf(std::string_view array,
                                                      std::span<char> scratch);

}  // namespace maillog
