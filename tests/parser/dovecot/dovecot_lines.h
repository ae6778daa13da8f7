// Lines of Dovecot from the corpora, and the words that its rules rest on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog::test {

/// All lines of one file of the corpus, without newlines: `debian12/syslog/mail.log`.
[[nodiscard]] std::vector<std::string> CorpusLines(std::string_view file);

/// Files of the corpora in which Dovecot logs.
[[nodiscard]] const std::vector<std::string>& DovecotCorpusFiles();

/// The first word of a message that its rule rests on: the level word where that decides, else the
/// first word after the prefix. Empty where the first words are not fixed.
[[nodiscard]] std::string_view FirstFixedWord(const Record& record);

}  // namespace maillog::test
