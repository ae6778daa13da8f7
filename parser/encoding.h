// Bytes of a log made fit for a label value. Lines themselves are never decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace maillog {

/// Whether the bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
/// U+10FFFF.
[[nodiscard]] bool IsValidUtf8(std::string_view bytes);

/// Appends the bytes as UTF-8 fit to be shown: each byte that is not a part of a valid character
/// becomes U+FFFD, and control characters (U+0000 to U+001F, U+007F to U+009F) are left out.
void AppendValidUtf8(std::string& out, std::string_view bytes);

/// The length of the character at the beginning of `text` if it turns the direction of the text
/// around it (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069) or ends a line (U+2028,
/// U+2029); 0 if it is another one.
[[nodiscard]] std::size_t LeadingTurn(std::string_view text);

/// Bytes of a file, or an error that quotes them, as one line that is safe to print, and does not
/// change how the text around it looks: control characters, those that turn the direction of text
/// or end a line, and what is not valid UTF-8 become `\xHH` for each byte; all else stays as it is.
[[nodiscard]] std::string Printable(std::string_view bytes);

/// Any bytes as a label value that tells them from others: as they are where they are valid UTF-8,
/// else as Printable has them.
[[nodiscard]] std::string AsLabelValue(std::string_view bytes);

}  // namespace maillog
