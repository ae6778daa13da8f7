// The shape of a message: its fixed words, with everything masked that may be personal. Messages of
// one form have one shape, and it can be shown to others.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

/// The longest shape in bytes; the rest is left out.
inline constexpr std::size_t kMaxShapeBytes = 400;

/// Where reading stopped in a message that no rule knows, `left` bytes before its end
/// (Unknown::left): the first byte of the word that is meant, or the message's size.
[[nodiscard]] std::size_t StoppedAt(std::string_view message, std::size_t left);

inline constexpr std::size_t kNowhere = std::string_view::npos;

/// Only words that mail servers' own messages are made of stay (IsPlainWord); every other word and
/// number, what is quoted or bracketed, and values after `=` become `*`. The input may be any
/// bytes; the result is printable ASCII.
///
///   `warning: alice@example.com: mailbox "x y" <a> over quota by 12`
///   `warning: *: mailbox "*" <*> over quota by *`
///
/// The word at `stopped_at` stays as well, since it is what a new rule is about, if it cannot be a
/// name or address by its form: lower-case letters (the first of a message may be a capital), not
/// where messages name somebody (`user alice`), nowhere else in the message.
[[nodiscard]] std::string ShapeOf(std::string_view message, std::size_t stopped_at = kNowhere);

}  // namespace maillog
