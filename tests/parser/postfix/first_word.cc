#include "tests/parser/postfix/first_word.h"

#include <array>
#include <regex>
#include <string>

namespace maillog::postfix::test {

std::string_view FirstFixedWord(const Record& record) {
  // What can come in front, each written apart from the parser's own idea of it.
  static const std::array kLeads = {
      std::regex("^(NOQUEUE|[0-9A-F*]{6,}|[0-9A-Za-z]{8,}): "),
      std::regex("^[a-z0-9]+_[a-z0-9_]*(\\[[0-9]+\\])?: "),
      std::regex("^[^ \\[]*\\[[^ \\]]*\\](:[0-9]+)?:? "),
      std::regex("^[a-z0-9]+:[^ ]+ "),
      std::regex("^/[^ ]+: "),
  };
  std::string_view text = record.message;
  for (const std::regex& lead : kLeads) {
    std::match_results<std::string_view::const_iterator> match;
    if (std::regex_search(text.begin(), text.end(), match, lead)) {
      text.remove_prefix(static_cast<std::size_t>(match.length()));
      break;
    }
  }
  // The values that forms begin with in the cases.
  static const std::array kValues = {
      std::regex("^(alpha|word)(\\([^)]*\\)|\\[7\\])?:?( (beta|word):?)? "),
      std::regex("^alpha\\("),
  };
  for (const std::regex& value : kValues) {
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_search(text.begin(), text.end(), match, value)) continue;
    text.remove_prefix(static_cast<std::size_t>(match.length()));
    break;
  }
  const std::string_view word = text.substr(0, text.find_first_of(" =:(\""));
  return word.empty() ? text.substr(0, 1) : word;
}

}  // namespace maillog::postfix::test
