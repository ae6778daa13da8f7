// From the flags as they were written to options, or to the fault that is in them.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "exporter/config/flags.h"
#include "exporter/config/options.h"

namespace maillog {

/// Of what the user asked for wrongly: one sentence.
[[nodiscard]] EarlyExit UsageFault(std::string sentence);

/// `options` has the command and the paths; `command_name` is as it was written, empty if none was.
[[nodiscard]] std::variant<Options, EarlyExit> TakeFlags(const GivenFlags& given,
                                                         std::string_view command_name,
                                                         Options options);

}  // namespace maillog
