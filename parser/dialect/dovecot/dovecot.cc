#include "parser/dialect/dovecot/dovecot.h"

namespace maillog::dovecot {
bool Speaks(const Record& record) { return record.program == "dovecot"; }
Event Parse(const Record&) { return Unknown{}; }
}  // namespace maillog::dovecot
