// Numbers and times for a person to read.
#pragma once

#include <cstdint>
#include <string>

#include "parser/scan.h"

namespace maillog {

/// 1234567 as `1,234,567`.
[[nodiscard]] std::string Grouped(std::uint64_t number);

/// The two largest units: `3 d 4 h`, `12 min 5 s`.
[[nodiscard]] std::string AgeText(std::int64_t seconds);

/// `0.07 s`, `4.2 s`, `42 s`; from a minute on as an age.
[[nodiscard]] std::string TimeTakenText(Micros taken);

}  // namespace maillog
