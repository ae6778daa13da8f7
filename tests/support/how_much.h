// How much a test does that could run for a long time: how many random scripts, with which seeds,
// and how much of a recorded log.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace maillog::test {

/// $MAILLOG_SEED, with which a failure can be reproduced; otherwise 1.
[[nodiscard]] inline std::uint32_t FirstSeed() {
  const char* const seed = std::getenv("MAILLOG_SEED");
  return seed == nullptr ? 1 : static_cast<std::uint32_t>(std::strtoul(seed, nullptr, 10));
}

/// Whether tests may take as long as they like: with `--all`.
[[nodiscard]] inline bool MayTakeLong() {
  const char* const is_long = std::getenv("MAILLOG_LONG");
  return is_long != nullptr && std::string_view(is_long) == "yes";
}

/// $MAILLOG_SCRIPTS; otherwise 150, or 10,000 if it may take long.
[[nodiscard]] inline int ScriptCount() {
  const char* const count = std::getenv("MAILLOG_SCRIPTS");
  if (count != nullptr) return static_cast<int>(std::strtol(count, nullptr, 10));
  return MayTakeLong() ? 10'000 : 150;
}

/// The whole log if it may take long; otherwise 40 of every 320 lines, so that lines that belong
/// together stay together. Which ones: `turn` modulo 8.
[[nodiscard]] inline std::string PartOf(std::string_view log, std::size_t turn = 0) {
  if (MayTakeLong()) return std::string(log);
  std::string part;
  for (std::size_t line = 0; !log.empty(); ++line) {
    const std::size_t size = std::min(log.find('\n'), log.size() - 1) + 1;
    if (line / 40 % 8 == turn % 8) part += log.substr(0, size);
    log.remove_prefix(size);
  }
  return part;
}

}  // namespace maillog::test
