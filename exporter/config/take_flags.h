// Turns the flags as they were written into options, or says what is wrong with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "exporter/config/flags.h"
#include "exporter/config/options.h"

namespace maillog {

/// A mistake of the user's: one sentence.
[[nodiscard]] EarlyExit UsageFault(std::string sentence);

/// A value as the user would quote it, so that an empty one is visible.
[[nodiscard]] std::string AsGiven(const std::string& value);
/// A whole number from 1 to `most`; nothing if the text is anything else.
[[nodiscard]] std::optional<std::uint64_t> NumberUpTo(std::uint64_t most, std::string_view text);

/// `options` has the command and the paths; `command_name` is as it was written, empty if none was.
[[nodiscard]] std::variant<Options, EarlyExit> TakeFlags(const GivenFlags& given,
                                                         std::string_view command_name,
                                                         Options options);

}  // namespace maillog
