#include "tests/parser/dovecot/dovecot_lines.h"

#include <fstream>

#include "parser/dialect/dovecot/dovecot.h"
#include "parser/dialect/dovecot/rules.h"
#include "parser/scan.h"

namespace maillog::test {
namespace {

using dovecot::Level;

std::string_view WordOf(Level level) {
  switch (level) {
    case Level::kDebug:
      return "Debug";
    case Level::kWarning:
      return "Warning";
    case Level::kError:
      return "Error";
    case Level::kFatal:
      return "Fatal";
    case Level::kPanic:
      return "Panic";
    default:
      return {};
  }
}

/// The level word in front of the text, or (1.x) in front of everything.
std::string_view LevelWordIn(std::string_view message, const dovecot::Line& line) {
  const std::string_view word = WordOf(line.level);
  if (const std::size_t at = message.find(word); message.substr(0, at) == "dovecot: ") {
    return message.substr(at, word.size());
  }
  if (message.starts_with(word)) return message.substr(0, word.size());
  const std::size_t text_at = message.size() - line.text.size();
  return message.substr(text_at - word.size() - 2, word.size());
}

/// Session ids of lmtp 2.0 to 2.2, and the subjects of the cases: databases, mailboxes, directors.
bool BeginsWithFreeText(std::string_view text) {
  if (text.starts_with("alpha") || text.starts_with("word ")) return true;
  const std::string_view word = TakeUntil(text, ": ");
  if (word == "sieve") return false;
  return text.starts_with(": msgid=") || text.starts_with(": sieve: ") || word == "INBOX" ||
         word == "bob/INBOX" || word == "mysql(localhost)" || word == "mysql(127.0.0.1)" ||
         word == "director(192.0.2.1:9090/left)";
}

}  // namespace

std::vector<std::string> CorpusLines(std::string_view file) {
  std::ifstream in(std::string(MAILLOG_TESTS_DIR) + "/corpus/" + std::string(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

const std::vector<std::string>& DovecotCorpusFiles() {
  static const std::vector<std::string> files = {
      "debian12/syslog/mail.log",
      "debian12/journald/mail.log",
      "debian12/maillog/dovecot-info.log",
      "debian12/maillog/dovecot.log",
      "debian12/maillog/dovecot-old.repeated.log",
      "current/syslog/mail.log",
      "current/journald/mail.log",
      "current/maillog/dovecot-info.log",
      "current/maillog/dovecot.log",
      "current/maillog/dovecot-old.repeated.log",
      "published/postfix-dovecot-blog.log",
  };
  return files;
}

std::string_view FirstFixedWord(const Record& record) {
  const auto line = dovecot::TakePrefix(record.message);
  if (!line) return {};
  if (!WordOf(line->level).empty()) return LevelWordIn(record.message, *line);
  std::string_view text = line->text;
  (void)Eat(text, "alpha: ");
  if (BeginsWithFreeText(text)) return {};
  return TakeWhile(text, [](char c) { return IsAlnum(c) || c == '-' || c == '_'; });
}

}  // namespace maillog::test
