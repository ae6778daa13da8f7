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

std::string LaterLines(std::string_view stamp) {
  const std::string line = "qmgr: 5F1B2C3D0F: from=<x@y.example>, size=1, nrcpt=1 (queue active)";
  return Lines(std::vector<std::string>(MailMemory::kLookEvery, line), stamp);
}

}  // namespace maillog::test
