// What nearly all deliveries have between relay and status, read in one go with one pointer that
// stays in a register. It decides nothing of its own: whatever is not exactly of this form is left
// to the reader of all forms, which gives the same for what is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "parser/event/delivery.h"
#include "parser/find.h"
#include "parser/scan.h"

namespace maillog::postfix {

/// `, delay=0.58, delays=0.14/0/0.1/0.33, dsn=2.0.0, status=`
class UsualDelivery {
 public:
  explicit UsualDelivery(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  /// Sets the delays and `dsn`. False: it is another form, and nothing is set.
  [[nodiscard, gnu::always_inline]] bool Read(Delivery& delivery, std::string_view& dsn) {
    // With such a byte at the end, no number and no word of the form reaches up to it.
    if (at_ == end_ || !(end_[-1] == ')' || IsAlpha(end_[-1]))) return false;
    std::array<Micros, 5> times;
    if (!Eat(", delay=") || !TakeTime(times[0]) || !Eat(", delays=") || !TakeTime(times[1]) ||
        !Eat("/") || !TakeTime(times[2]) || !Eat("/") || !TakeTime(times[3]) || !Eat("/") ||
        !TakeTime(times[4]) || !Eat(", dsn="))
      return false;
    const std::string_view found = rest().substr(0, FindOneOf(rest(), ','));
    at_ += found.size();
    if (!Eat(", status=")) return false;
    dsn = found;
    delivery.delay = times[0];
    for (std::size_t i = 0; i < delivery.delays.size(); ++i) delivery.delays[i] = times[i + 1];
    return true;
  }
  /// From after `status=`.
  [[nodiscard]] std::string_view rest() const {
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }

 private:
  /// Without a call: where `word` has 9 to 15 bytes, some are compared twice.
  template <std::size_t N>
  [[nodiscard, gnu::always_inline]] bool Eat(const char (&word)[N]) {
    constexpr std::size_t kSize = N - 1;
    static_assert(kSize == 1 || (kSize >= 4 && kSize <= 16));
    if (static_cast<std::size_t>(end_ - at_) < kSize) return false;
    if constexpr (kSize == 1) {
      if (*at_ != word[0]) return false;
    } else {
      using Number = std::conditional_t<(kSize < 8), std::uint32_t, std::uint64_t>;
      if (!internal::SameEnds<Number>(at_, word, kSize)) return false;
    }
    at_ += kSize;
    return true;
  }
  /// `0.58`, `3`: up to nine digits, and up to six after the point. Digit by digit: most have
  /// three. A byte that is no part of it comes before the end.
  [[nodiscard, gnu::always_inline]] bool TakeTime(Micros& time) {
    static constexpr std::array<std::uint64_t, 7> kUnits{1'000'000, 100'000, 10'000, 1'000,
                                                         100,       10,      1};
    constexpr std::ptrdiff_t kMaxDigits = 9;
    const char* const begin = at_;
    std::uint64_t value = 0;  // wraps around where there are too many
    TakeDigits(value);
    const std::ptrdiff_t digits = at_ - begin;
    if (digits == 0 || digits > kMaxDigits) return false;
    std::size_t decimals = 0;
    if (*at_ == '.') {
      const char* const point = at_++;
      TakeDigits(value);
      decimals = static_cast<std::size_t>(at_ - point - 1);
      if (decimals == 0 || decimals >= kUnits.size()) return false;
    }
    time = static_cast<Micros>(value * kUnits[decimals]);
    return true;
  }
  [[gnu::always_inline]] void TakeDigits(std::uint64_t& value) {
    for (unsigned digit; (digit = static_cast<unsigned char>(*at_) - unsigned{'0'}) <= 9; ++at_)
      value = value * 10 + digit;
  }

  const char* at_;
  const char* end_;
};

}  // namespace maillog::postfix
