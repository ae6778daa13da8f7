#include "parser/reason.h"

namespace maillog {
Reason ReasonOf(std::string_view, DsnCode, ReplyCode) { return Reason::kOther; }
Receiver ReceiverOf(std::string_view) { return Receiver::kOther; }
}  // namespace maillog
