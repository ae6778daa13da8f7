// Messages whose parts are in named fields: the JSON that journalctl and collectors write, an
// object a line, and the journal's export, an entry of several lines.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "parser/envelope/envelopes.h"
#include "parser/record.h"

namespace maillog {

/// Views into what was read or into the scratch.
struct LogFields {
  std::string_view message;
  std::string_view program;  ///< empty: the message is a whole line
  std::string_view host;
  std::string_view stamp;
};

/// Scratch that holds any fields: a message of one byte more than is allowed, and the names.
inline constexpr std::size_t kFieldsScratchBytes = kMaxMessageBytes + 1 + 2048;

/// json_fields.cc: the fields of an object, by the keys that journalctl, rsyslog, syslog-ng, Fluent
/// Bit, Vector, Filebeat, Logstash and GELF use. Nothing if the line is not an object, has no
/// message, or has one of these keys twice: a message that was put in unescaped can make keys.
[[nodiscard]] std::optional<LogFields> ReadJsonFields(std::string_view line,
                                                      std::span<char> scratch);

/// An object and the stamp that comes before it.
struct JsonLine {
  std::string_view object;  ///< empty: the line holds none
  std::string_view stamp;
};

/// json_line.cc: a line that is an object, or one with what Fluentd and Fluent Bit write around an
/// object in files.
[[nodiscard]] JsonLine FindJson(std::string_view line);

/// The program of a field that may hold the whole tag: `postfix/smtpd[110]:`.
[[nodiscard]] std::string_view ProgramOf(std::string_view tag);

/// What the fields say. Newlines at the end of the message are cut off; those within it must be
/// gone (OneLine).
[[nodiscard]] EnvelopeResult ReadFields(const LogFields& fields, Record& record, Format format);

/// The message without newlines at its end; those within it become blanks, in `scratch`.
[[nodiscard]] std::string_view OneLine(std::string_view message, std::span<char> scratch);

}  // namespace maillog
