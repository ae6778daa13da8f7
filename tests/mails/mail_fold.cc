#include "tests/mails/mail_fold.h"

namespace maillog::test {

std::string Lines(const std::vector<std::string>& lines, std::string_view stamp) {
  std::string text;
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(": ");
    std::string program = line.substr(0, colon);
    program = program.starts_with("out/") ? "postfix-" + program : "postfix/" + program;
    text += std::string(stamp) + " mx " + program + "[77]" + line.substr(colon) + "\n";
  }
  return text;
}

}  // namespace maillog::test
