// A story's end in plain words.
#pragma once

#include <string>

#include "exporter/trace/mails.h"
#include "exporter/trace/outcome.h"

namespace maillog {

/// `delivered to 2 of 3 recipients in 4.2 s; 1 bounced: mailbox full`. Safe to display.
[[nodiscard]] std::string StoryWords(const Story& story, const StoryOutcome& outcome);

}  // namespace maillog
