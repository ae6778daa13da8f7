// Lists of words that come before messages.
#pragma once

#include <algorithm>
#include <string_view>

namespace maillog {

template <class List>
[[nodiscard]] bool HasWord(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace maillog
