// The other side of /-/healthy, for where there is no curl: an image that holds nothing but the
// program.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "exporter/config/health_url.h"

namespace maillog {

/// Asks once, and says in one sentence what shows that the exporter is alive: status 200, or that
/// it wants a password, a client's certificate or fewer requests, which nobody asks who is dead.
/// Fails with kUnavailable and one sentence. Takes `timeout` at most, but for the look-up of a
/// name. A server's certificate is not verified: this asks about life, and tells nothing.
[[nodiscard]] absl::StatusOr<std::string> AskHealth(const HealthUrl& url,
                                                    std::chrono::milliseconds timeout);

}  // namespace maillog
