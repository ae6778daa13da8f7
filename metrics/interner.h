// Gives the values of an open label small numbers, up to the label's limit; what comes beyond is
// `other`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/find.h"

namespace maillog {

class Interner {
 public:
  /// Longest value that is kept; a longer one is `other`. Real values are names of services.
  static constexpr std::size_t kMostBytes = 64;
  static constexpr std::size_t kOther = 0;
  static constexpr std::size_t kEmpty = 1;

  explicit Interner(std::size_t limit) : limit_(limit), values_{"other", ""} {}

  /// Below limit + 2.
  [[nodiscard]] std::size_t IdOf(std::string_view value) {
    if (SameText(value, values_[last_])) return last_;
    const std::size_t id = Find(value);
    if (id != kOther) last_ = id;
    return id;
  }

  /// Takes a value up as if it had been seen; one beyond the limit is left out.
  void Know(std::string_view value);
  /// The values that have a number of their own, in the order in which they came; raw bytes.
  [[nodiscard]] std::span<const std::string> known() const {
    return std::span(values_).subspan(kEmpty + 1);
  }

  /// Valid UTF-8 without control characters.
  [[nodiscard]] std::string TextOf(std::size_t id) const;
  /// How often a value was shown as `other`.
  [[nodiscard]] std::uint64_t overflows() const { return overflows_; }

 private:
  [[nodiscard]] std::size_t Find(std::string_view value);

  std::size_t limit_;
  std::vector<std::string> values_;  ///< by id; raw bytes
  std::size_t last_ = kEmpty;        ///< most lines say what the line before said; never kOther
  std::uint64_t overflows_ = 0;
};

}  // namespace maillog
