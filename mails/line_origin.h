// What a line's envelope says of where it comes from, for the folds over mails and activity. Apart
// from their events: many lines in a row have it in common.
#pragma once

#include <string_view>

#include "parser/find.h"
#include "parser/record.h"
#include "parser/scan.h"

namespace maillog {

/// Views into the record, or into an earlier one of the same text.
struct LineOrigin {
  std::string_view host;
  std::string_view stamp;
  std::string_view syslog_name;  ///< of an instance of Postfix: its syslog_name, or a constant
};

/// First part of a program's name. The usual one is not a view into the line: whoever reads it in
/// another thread would have to fetch the line for it.
[[nodiscard]] inline std::string_view SyslogNameOf(std::string_view program) {
  constexpr std::string_view kUsual = "postfix/";
  if (StartsWith(program, kUsual)) return FirstBytes(kUsual, kUsual.size() - 1);
  return FirstBytes(program, FindOneOf(program, '/'));
}

[[nodiscard]] inline LineOrigin LineOriginOf(const Record& record) {
  return {InParts(record.host), InParts(record.stamp), SyslogNameOf(record.program)};
}

}  // namespace maillog
