// The two container runtimes' lines, one file each. A line is only taken apart here; JSON escapes
// are left as they are.
#pragma once

#include <optional>
#include <string_view>

#include "parser/envelope/container.h"

namespace maillog {

/// cri.cc: `stamp stdout F text`. Nothing if the line is of another form.
[[nodiscard]] std::optional<ContainerLine> ReadCri(std::string_view line);

/// docker_json.cc: a JSON object with a text `log`, and none but Docker's keys, in any order.
/// `content` is still escaped, without the `\n` at its end; if there is none, the line is partial.
/// Nothing if the line is of another form.
[[nodiscard]] std::optional<ContainerLine> ReadDockerJson(std::string_view line);

}  // namespace maillog
