// What this program is and was built with.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

/// `0.1.0`
[[nodiscard]] std::string_view Version();

/// `GCC 12.2.0`
[[nodiscard]] std::string_view Compiler();

/// What the HTTP library lacks, as cmake/civetweb_check.cc found out: `whole`, or a list like
/// `no_ipv6,no_tls`.
[[nodiscard]] std::string_view HttpLibrary();

/// Version, compiler and what the HTTP library lacks in one line, for `--version`.
[[nodiscard]] std::string VersionText();

}  // namespace maillog
