// The words of a report, in both languages.
#pragma once

#include <string_view>

#include "exporter/config/options.h"

namespace maillog {

/// What a key of the report's JSON is called for a person; the key itself if it has no other name.
[[nodiscard]] std::string_view ReportWord(std::string_view key, Language language);

/// The language that the environment asks for: $LC_ALL, $LC_MESSAGES or $LANG, the first that is
/// set. What is printed is UTF-8, so a terminal with another encoding gets English.
[[nodiscard]] Language LanguageOfEnvironment();

}  // namespace maillog
