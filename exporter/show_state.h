// `maillog_exporter state show`: what has been saved, for people.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"

namespace maillog {

/// Prints the state in the directory: its age, sources with their bookmarks, and the total of each
/// metric. Changes nothing; an exporter may be running. Fails with a sentence if there is none, or
/// if it is damaged.
[[nodiscard]] absl::Status ShowState(const std::string& directory, std::ostream& out);

}  // namespace maillog
