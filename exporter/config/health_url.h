// What `healthcheck` asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/os/listen_address.h"

namespace maillog {

struct HealthUrl {
  bool tls = false;
  /// Without a host: the machine's own, 127.0.0.1 and ::1.
  ListenAddress address{.host = {}, .port = 9025};
  std::string path = "/-/healthy";
};

/// `http` or `https`, a host, and what differs from the defaults above: a port, a path. Nothing if
/// the text has another form.
[[nodiscard]] std::optional<HealthUrl> ParseHealthUrl(std::string_view text);

/// As the user would write it.
[[nodiscard]] std::string ToText(const HealthUrl& url);

}  // namespace maillog
