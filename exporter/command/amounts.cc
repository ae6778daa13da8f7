#include "exporter/command/amounts.h"

#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace maillog {

std::string Grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string AgeText(std::int64_t seconds) {
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  static constexpr std::array<Unit, 4> kUnits{{{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};
  std::string text;
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    const std::int64_t count = seconds / kUnits[i].seconds;
    if (count == 0 && i + 1 < kUnits.size()) continue;
    absl::StrAppend(&text, count, " ", std::string(kUnits[i].name));
    const std::int64_t rest = seconds % kUnits[i].seconds;
    if (i + 1 < kUnits.size() && rest / kUnits[i + 1].seconds > 0) {
      absl::StrAppend(&text, " ", rest / kUnits[i + 1].seconds, " ",
                      std::string(kUnits[i + 1].name));
    }
    break;
  }
  return text;
}

std::string TimeTakenText(Micros taken) {
  constexpr Micros kSecond = 1'000'000;
  if (taken >= 60 * kSecond) return AgeText(static_cast<std::int64_t>(taken / kSecond));
  const double seconds = static_cast<double>(taken) / kSecond;
  return seconds < 10 ? absl::StrFormat("%.2g s", seconds) : absl::StrFormat("%.0f s", seconds);
}

}  // namespace maillog
