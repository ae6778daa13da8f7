// How many random scripts a model test runs, and with which seeds.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace maillog::test {

/// $MAILLOG_SEED, with which a failure is seen again; else 1.
[[nodiscard]] inline std::uint32_t FirstSeed() {
  const char* const seed = std::getenv("MAILLOG_SEED");
  return seed == nullptr ? 1 : static_cast<std::uint32_t>(std::strtoul(seed, nullptr, 10));
}

/// $MAILLOG_SCRIPTS; else 1,000, and 10,000 where MAILLOG_LONG is `yes`.
[[nodiscard]] inline int ScriptCount() {
  const char* const count = std::getenv("MAILLOG_SCRIPTS");
  if (count != nullptr) return static_cast<int>(std::strtol(count, nullptr, 10));
  const char* const is_long = std::getenv("MAILLOG_LONG");
  return is_long != nullptr && std::string(is_long) == "yes" ? 10'000 : 1'000;
}

}  // namespace maillog::test
