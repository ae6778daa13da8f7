// What this program is, and what it was built with.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

/// `0.1.0`
[[nodiscard]] std::string_view Version();

/// `GCC 12.2.0`
[[nodiscard]] std::string_view Compiler();

/// Version and compiler in one line, for `--version`.
[[nodiscard]] std::string VersionText();

}  // namespace maillog
