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
    std::array<Micros, 5> times;
    if (!Eat(", delay=") || !TakeTime(times[0]) || !Eat(", delays=") || !TakeTime(times[1]) ||
        !Eat("/") || !TakeTime(times[2]) || !Eat("/") || !TakeTime(times[3]) || !Eat("/") ||
        !TakeTime(times[4]) || !Eat(", dsn="))
      return false;
    const char* const code = at_;
    while (at_ < end_ && *at_ != ',') ++at_;
    const std::string_view found(code, static_cast<std::size_t>(at_ - code));
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
  /// three.
  [[nodiscard, gnu::always_inline]] bool TakeTime(Micros& time) {
    constexpr std::array<Micros, 7> kUnits{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
    constexpr std::ptrdiff_t kMaxDigits = 9;
    const char* const begin = at_;
    Micros value = 0;
    for (; at_ < end_ && IsDigit(*at_); ++at_) {
      if (at_ - begin == kMaxDigits) return false;
      value = value * 10 + (*at_ - '0');
    }
    if (at_ == begin) return false;
    std::size_t decimals = 0;
    if (at_ < end_ && *at_ == '.') {
      for (++at_; at_ < end_ && IsDigit(*at_); ++at_, ++decimals) {
        if (decimals + 1 == kUnits.size()) return false;
        value = value * 10 + (*at_ - '0');
      }
      if (decimals == 0) return false;
    }
    time = value * kUnits[decimals];
    return true;
  }

  const char* at_;
  const char* end_;
};

}  // namespace maillog::postfix
