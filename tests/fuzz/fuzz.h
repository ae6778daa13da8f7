// What the fuzz targets share: an assertion that stays in every build, and a reader of the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>

namespace maillog::fuzz {

/// Ends the process, which libFuzzer reports with the input, if it does not hold.
inline void Check(bool holds) {
  if (!holds) std::abort();
}

/// Whether `part` lies in `whole`. An empty view may point anywhere.
[[nodiscard]] inline bool LiesIn(std::string_view part, std::string_view whole) {
  constexpr std::less_equal<const char*> kNotAfter;
  return part.empty() || (kNotAfter(whole.data(), part.data()) &&
                          kNotAfter(part.data() + part.size(), whole.data() + whole.size()));
}

[[nodiscard]] inline std::string_view AsText(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
