// The section `tls_server_config` of the web configuration.
#pragma once

#include "absl/status/status.h"
#include "exporter/config/config_value.h"
#include "exporter/web/web_config_draft.h"

namespace maillog {

/// Makes `draft.config.tls` of its keys. A section without keys asks for none.
[[nodiscard]] absl::Status TakeTls(const ConfigValue& section, WebDraft& draft);

}  // namespace maillog
