// The word that was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maillog {

/// The candidate with the fewest edits from `word`; empty if none is near enough to be worth a
/// suggestion (at most a third of the word).
[[nodiscard]] std::string Nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

}  // namespace maillog
