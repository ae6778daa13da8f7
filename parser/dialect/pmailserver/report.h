// The MTA report log: a line for each recipient to whom delivery has ended, with date, sender,
// recipient and a code of 0 to -17. Neither the order of the columns nor what separates them is
// published, so both are read tolerantly: columns are separated by TAB, else by commas (with quotes
// or without), else by blanks; the code is the last column that is a whole number of 0 to -17, also
// as `(-4)`, `[-4]` or `Code=-4`; and there must be an address.
#pragma once

#include <optional>
#include <string_view>

#include "parser/event.h"

namespace maillog::pmailserver {

/// A line that begins as the report does: with its date, an address or a code.
[[nodiscard]] std::optional<MtaReport> ReadReport(std::string_view line);

/// The text of a line of the MTA's log, if it is sender, recipient and code and nothing else.
[[nodiscard]] std::optional<MtaReport> ReadBareReport(std::string_view text);

}  // namespace maillog::pmailserver
