// A message as one line of text, for the case files of envelopes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maillog::test {

/// What MessageReader makes of a block, one text per message: `syslog stamp=[…] host=[…]
/// program=[…] message=[…]` (what is empty is left out; ` xN` at the end for a repeated one), or by
/// speaker `dovecot_file`, `pmailserver`, `epost`; `last_repeated xN`; `malformed`.
[[nodiscard]] std::vector<std::string> MessageTexts(std::string_view block);

/// Bytes as case files write them: `\xHH` for control characters, and for all bytes outside ASCII
/// if they are not UTF-8.
[[nodiscard]] std::string Escaped(std::string_view bytes);

}  // namespace maillog::test
