// Lists of texts that others begin with, asked one by one: rows are told apart by eight bytes at
// once, so that one that is not meant costs no call.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/scan.h"

namespace maillog {

/// Made at compile time: `constexpr Beginnings kWords(std::to_array<Row>({…}))`. `Row` has a member
/// `text`, of one byte or more.
template <class Row, std::size_t N>
class Beginnings {
 public:
  consteval explicit Beginnings(const std::array<Row, N>& rows) : rows_(rows) {
    for (std::size_t i = 0; i < N; ++i) {
      const std::string_view text = rows[i].text;
      if (text.empty()) throw "anything begins with nothing";
      fronts_[i].mask = ~std::uint64_t{0} >> (64 - 8 * std::min<std::size_t>(text.size(), 8));
      fronts_[i].bytes = FirstEight(text);
    }
  }

  /// The first row of the list with whose text `text` begins; nullptr if there is none. Not
  /// inlined: where it is asked in a loop, compilers would load all rows in front of it.
  [[nodiscard, gnu::noinline]] const Row* Find(std::string_view text) const {
    const std::uint64_t front = FirstEight(text);
    for (std::size_t i = 0; i < N; ++i) {
      if ((front & fronts_[i].mask) != fronts_[i].bytes) continue;
      const std::string_view begins = rows_[i].text;
      if (SameText(text.substr(0, begins.size()), begins)) return &rows_[i];
    }
    return nullptr;
  }
  [[nodiscard]] constexpr const std::array<Row, N>& rows() const { return rows_; }

 private:
  /// The first bytes of a row, and which of eight they are.
  struct Front {
    std::uint64_t bytes = 0;
    std::uint64_t mask = 0;
  };
  std::array<Row, N> rows_;
  std::array<Front, N> fronts_{};
};

}  // namespace maillog
