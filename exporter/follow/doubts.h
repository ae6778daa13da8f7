// Reasons to doubt the numbers of a log that was read to its end.
#pragma once

#include <string>
#include <vector>

#include "metrics/samples.h"

namespace maillog {

/// One sentence for each source in which more than half of the messages are malformed or foreign:
/// it may not be a mail log at all.
[[nodiscard]] std::vector<std::string> DoubtsOf(const Samples& samples);

}  // namespace maillog
