// The shape of a message: its fixed words, with all that may be somebody's masked. Messages of one
// form have one shape, and it can be shown to others.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

/// Longest shape in bytes; what comes after is left out.
inline constexpr std::size_t kMostShapeBytes = 400;

/// Only words that mail servers' own messages are made of stay (IsPlainWord); every other word and
/// number, what is quoted or bracketed, and values behind `=` become `*`. Any bytes may come in;
/// what comes out is printable ASCII.
///
///   `warning: alice@example.com: mailbox "x y" <a> over quota by 12`
///   `warning: *: mailbox "*" <*> over quota by *`
[[nodiscard]] std::string ShapeOf(std::string_view message);

}  // namespace maillog
