// Names that log rotation gives to what was `maillog`: `maillog.1`, `maillog-20261121`,
// `maillog.2.gz`; with an extension kept, `mail-20261121.log` for `mail.log`; of svlogd and
// multilog,
// `@4000000065b2….s` for `current`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillog {

/// Whether the name ends as a packed file's: `.gz`, `.xz`, `.zst`, …
[[nodiscard]] bool IsPackedName(std::string_view name);

/// The name without such an ending.
[[nodiscard]] std::string_view UnpackedName(std::string_view name);

/// Whether `a` is younger than `b`, by the numbers or dates in their names; both are rotated or
/// packed forms of `base`. Nothing if the names do not show it.
[[nodiscard]] std::optional<bool> IsYounger(std::string_view a, std::string_view b,
                                            std::string_view base);

/// The names that `name` may be a rotated or packed form of, without directory. Few: whether one of
/// them is there decides.
[[nodiscard]] std::vector<std::string> RotationBases(std::string_view name);

}  // namespace maillog
