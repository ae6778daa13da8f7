// Turns the flags as they were written into options, or says what is wrong with them.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "exporter/config/flags.h"
#include "exporter/config/options.h"

namespace maillog {

/// A mistake of the user's: one sentence.
[[nodiscard]] EarlyExit UsageFault(std::string sentence);

/// `options` has the command and the paths; `command_name` is as it was written, empty if none was.
[[nodiscard]] std::variant<Options, EarlyExit> TakeFlags(const GivenFlags& given,
                                                         std::string_view command_name,
                                                         Options options);

}  // namespace maillog
