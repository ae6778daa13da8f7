// Text in HTML.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

/// For text and for attributes in double quotes. What is not valid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string HtmlText(std::string_view text);

/// The same, with text between backquotes as `<code>`.
[[nodiscard]] std::string HtmlWithCode(std::string_view text);

/// `html` with `text`, which is HTML, in place of each `mark`.
[[nodiscard]] std::string Filled(std::string html, std::string_view mark, std::string_view text);

}  // namespace maillog
