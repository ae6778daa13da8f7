// The two container runtimes' lines, one file each. A line is only taken apart here; JSON escapes
// are left as they are.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "parser/envelope/container.h"

namespace maillog {

/// cri.cc: `stamp stdout F text`. Nothing if the line is of another form.
[[nodiscard]] std::optional<ContainerLine> ReadCri(std::string_view line);

/// docker_json.cc: a JSON object with a text `log`, keys in any order, others passed over.
/// `content` is still escaped, without the `\n` at its end; if there is none, the line is partial.
/// Nothing if the line is of another form.
[[nodiscard]] std::optional<ContainerLine> ReadDockerJson(std::string_view line);

/// docker_json.cc: `text` without JSON's escapes, as UTF-8 (half a surrogate pair becomes U+FFFD);
/// `text` itself if it has none, otherwise in `scratch`, cut at its end. Nothing if an escape is
/// invalid.
[[nodiscard]] std::optional<std::string_view> Unescaped(std::string_view text,
                                                        std::span<char> scratch);

}  // namespace maillog
