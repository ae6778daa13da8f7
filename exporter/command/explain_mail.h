// What a line does to its mail, in plain words.
#pragma once

#include <string>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

/// `4F1B2C3D0A: begins, from a client of the Internet; was 3E0A1B2C3D before`. Empty if the line
/// does nothing to a mail. Views are not kept. Queue ids are letters and digits.
[[nodiscard]] std::string MailWords(const Record& record, const Event& event);

}  // namespace maillog
