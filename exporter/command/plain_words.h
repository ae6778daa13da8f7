// The words that the messages of mail servers are made of. Any other word may be a name.
#pragma once

#include <string_view>

namespace maillog {

/// Letters and perhaps an apostrophe, in any case: `connect`, `SASL`, `didn't`.
[[nodiscard]] bool IsPlainWord(std::string_view word);

}  // namespace maillog
