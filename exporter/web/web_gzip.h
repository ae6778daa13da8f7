// gzip (RFC 1952) in one go.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

[[nodiscard]] std::string Gzip(std::string_view bytes);

}  // namespace maillog
