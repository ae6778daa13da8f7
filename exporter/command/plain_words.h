// The words that the messages of mail servers are made of. What is none of them may be a name.
#pragma once

#include <string_view>

namespace maillog {

/// Letters and perhaps an apostrophe, in any case: `connect`, `SASL`, `didn't`.
[[nodiscard]] bool IsPlainWord(std::string_view word);

}  // namespace maillog
