// RFC 5424: `1 2026-11-21T10:00:00.123456+09:00 mx postfix/smtpd 1234 - [id name="value"] message`.
#include <optional>

#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr ByteSet kElementStop("\"]");

/// A field and the blank after it; `-` is an empty one.
std::optional<std::string_view> TakeField(std::string_view& text) {
  const std::optional<std::string_view> field = TakePast(text, " ");
  if (!field || field->empty()) return std::nullopt;
  return *field == "-" ? std::string_view{} : *field;
}

/// What follows `[`, up to and with the `]` outside quotes. In quotes `\"`, `\\` and `\]` are
/// escapes.
bool SkipElement(std::string_view& text) {
  while (true) {
    (void)TakeUntilAny(text, kElementStop);
    if (Eat(text, ']')) return true;
    if (!Eat(text, '"') || !TakeQuoted(text)) return false;
  }
}

bool SkipStructuredData(std::string_view& text) {
  if (Eat(text, '-')) return true;
  if (!text.starts_with('[')) return false;
  while (Eat(text, '[')) {
    if (!SkipElement(text)) return false;
  }
  return true;
}

}  // namespace

bool ReadRfc5424(std::string_view text, Record& record) {
  if (!EatLike<"0 ">(text)) return false;
  const std::optional<std::string_view> stamp = TakeField(text);
  if (!stamp || (!stamp->empty() && !StartsLike<"0000-00-00T">(*stamp))) return false;
  const std::optional<std::string_view> host = TakeField(text);
  const std::optional<std::string_view> program = TakeField(text);
  const std::optional<std::string_view> pid = TakeField(text);
  const std::optional<std::string_view> message_id = TakeField(text);
  if (!host || !program || !pid || !message_id || !SkipStructuredData(text)) return false;
  if (!text.empty() && !Eat(text, ' ')) return false;
  (void)Eat(text, "\xEF\xBB\xBF");
  SkipSpaces(text);  // rsyslog's built-in template keeps the blank after the tag
  record.stamp = *stamp;
  record.host = *host;
  record.program = *program;
  record.message = text;
  return true;
}

bool ReadBareRfc5424(std::string_view line, Record& record) {
  return StartsLike<"0 0000-00-00T">(line) && ReadRfc5424(line, record);
}

}  // namespace maillog
