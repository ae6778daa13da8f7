// gzip (RFC 1952) in one call.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/http_message.h"

namespace maillog {

[[nodiscard]] std::string Gzip(std::string_view bytes);

/// Compresses the body of a page if that saves a packet.
void Pack(Page& page);

}  // namespace maillog
