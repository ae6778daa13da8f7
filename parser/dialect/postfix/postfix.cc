#include "parser/dialect/postfix/postfix.h"

namespace maillog::postfix {
bool Speaks(const Record& record) { return record.program.find('/') != std::string_view::npos; }
Event Parse(const Record&) { return Unknown{}; }
}  // namespace maillog::postfix
