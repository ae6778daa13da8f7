// One source of the configuration file.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "exporter/config/config_value.h"
#include "exporter/follow/source_options.h"

namespace maillog {

/// In the order in which they are documented.
[[nodiscard]] std::vector<ConfigKey> SourceKeys();

/// `defaults` applies where the file says nothing.
[[nodiscard]] absl::StatusOr<SourceOptions> ReadSource(const ConfigValue& value,
                                                       const SourceOptions& defaults);

}  // namespace maillog
