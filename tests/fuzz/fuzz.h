// What the fuzz targets share: an assertion that stays in every build, and a reader of the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "parser/scan.h"

namespace maillog::fuzz {

/// Ends the process, which libFuzzer reports with the input, if it does not hold.
inline void Check(bool holds) {
  if (!holds) std::abort();
}

[[nodiscard]] inline std::string_view AsText(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
