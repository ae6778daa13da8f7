// One queue of the configuration file:
//
//   queue:
//     - showq: /var/spool/postfix/public/showq
//     - showq: 192.0.2.10:10026
//       syslog_name: postfix-out
//       interval: 120
//       timeout: 60
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "exporter/config/config_value.h"
#include "exporter/queue/address.h"

namespace maillog {

/// In the order in which they are documented.
[[nodiscard]] std::vector<ConfigKey> QueueKeys();

/// The list under `queue:`; any fault is one sentence that begins with `file:line: `.
[[nodiscard]] absl::StatusOr<std::vector<QueueOptions>> ReadQueues(const ConfigValue& value);

}  // namespace maillog
