// Which stamps are of the same hour, by their texts: to read the time of each would take longer
// than all else that is done with a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog {

/// The hour of one stamp: `Nov 21 17:20:00`, or `2026-11-21T17:20:00` with anything after it, of
/// which the zone counts.
class StampHour {
 public:
  /// No stamp is of it, if this one has another form, or minutes or seconds that are not numbers.
  void Set(std::string_view stamp) {
    size_ = 0;
    const std::size_t size = SizeOf(stamp);
    if (stamp.size() < size || !StartsLike<":00:00">(stamp.substr(size - 6))) return;
    front_ = internal::Load<std::uint64_t>(stamp.data());
    middle_ = internal::Load<std::uint64_t>(stamp.data() + size - 14);
    clock_ = internal::Load<std::uint64_t>(stamp.data() + size - 8) & kFixed;
    zone_ = ZoneOf(stamp.substr(size));
    size_ = size;
  }
  void Forget() { size_ = 0; }

  /// False: it may be of another.
  [[nodiscard]] bool Has(std::string_view stamp) const {
    const std::size_t size = SizeOf(stamp);
    if (size != size_ || stamp.size() < size) return false;
    const char* const end = stamp.data() + size;
    const std::uint64_t others = (internal::Load<std::uint64_t>(stamp.data()) ^ front_) |
                                 (internal::Load<std::uint64_t>(end - 14) ^ middle_);
    // A digit is a number up to 9, once what all digits have in common is taken off.
    const std::uint64_t clock = internal::Load<std::uint64_t>(end - 8) ^ (clock_ | kZeros);
    const std::uint64_t not_digits = (clock | (clock + kSixes)) & kHighHalves;
    if ((others | (clock & kFixed) | not_digits) != 0) return false;
    return size == kShort || HasZone(stamp.substr(size));
  }

 private:
  static constexpr std::size_t kShort = 15;
  static constexpr std::size_t kLong = 19;
  // Bytes of `17:20:00`, the first one lowest: those that all stamps of the hour have in common.
  static constexpr std::uint64_t kFixed = 0x0000'ff00'00ff'ffff;
  // `0` for each digit of minutes and seconds.
  static constexpr std::uint64_t kZeros = 0x3030'0030'3000'0000;
  // What makes two hexadecimal digits of 10 and more.
  static constexpr std::uint64_t kSixes = 0x0606'0006'0600'0000;
  // The second hexadecimal digit of each.
  static constexpr std::uint64_t kHighHalves = 0xf0f0'00f0'f000'0000;

  [[nodiscard]] static std::size_t SizeOf(std::string_view stamp) {
    return stamp.size() == kShort ? kShort : kLong;
  }
  [[nodiscard, gnu::noinline]] bool HasZone(std::string_view rest) const {
    return SameText(ZoneOf(rest), zone_);
  }
  [[nodiscard]] static std::string_view ZoneOf(std::string_view rest) {
    return rest.substr(FindOneOf(rest, '+', '-', 'Z'));
  }

  std::size_t size_ = 0;  ///< of the time without zone; 0: it has no stamps
  std::uint64_t front_ = 0;
  std::uint64_t middle_ = 0;  ///< together with `front_` and `clock_`, all bytes of the hour
  std::uint64_t clock_ = 0;
  std::string zone_;
};

}  // namespace maillog
