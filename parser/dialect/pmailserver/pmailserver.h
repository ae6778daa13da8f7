// PMailServer and PMailServer2 (A.K.I Software): the SMTP, POP3, IMAP4 and MTA logs, in the line
// forms up to 1.26, from 1.27 (`[000]`) and from 1.88a (`[000-00123]`), and the MTA report log.
// Texts are UTF-8 or CP932, recognised by their bytes, line by line.
//
// Only parts of the texts are documented: lines are recognised by commands, replies, `Connect from`
// and `Disconnect from`, and few Japanese phrases. The rest is unknown.
#pragma once

#include "parser/event.h"
#include "parser/record.h"

namespace maillog::pmailserver {

[[nodiscard]] bool Speaks(const Record& record);

[[nodiscard]] Event Parse(const Record& record);

}  // namespace maillog::pmailserver
