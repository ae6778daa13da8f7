// Pictures of the first bytes of a text, compared at compile time (scan.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "parser/scan/bytes.h"

namespace maillog {

/// A picture of the first bytes of a text, as a template argument: `0` stands for a digit, `A` for
/// an ASCII letter, `_` for any byte, each other character for itself.
template <std::size_t N>
struct Shape {
  std::array<char, N> picture{};
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is the shape
  consteval Shape(const char (&text)[N]) { std::copy_n(text, N, picture.begin()); }
  static constexpr std::size_t size = N - 1;
};

/// Whether a byte may be where the shape has `kPictured`.
template <char kPictured>
[[nodiscard]] constexpr bool Fits(char c) {
  if constexpr (kPictured == '0') return IsDigit(c);
  if constexpr (kPictured == 'A') return IsAlpha(c);
  return kPictured == '_' || kPictured == c;
}

/// Whether the text begins as the shape says.
template <Shape kShape>
[[nodiscard]] constexpr bool StartsLike(std::string_view text) {
  if (text.size() < kShape.size) return false;
  return [text]<std::size_t... i>(std::index_sequence<i...>) {
    return (Fits<kShape.picture[i]>(text[i]) && ...);
  }
  (std::make_index_sequence<kShape.size>{});
}

/// Moves past what the shape describes, if the text begins like it.
template <Shape kShape>
[[nodiscard]] constexpr bool EatLike(std::string_view& text) {
  if (!StartsLike<kShape>(text)) return false;
  text.remove_prefix(kShape.size);
  return true;
}

}  // namespace maillog
