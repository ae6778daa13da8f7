// gzip (RFC 1952) in one go.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/http_message.h"

namespace maillog {

[[nodiscard]] std::string Gzip(std::string_view bytes);

/// Packs the body of a page where that saves a packet.
void Pack(Page& page);

}  // namespace maillog
