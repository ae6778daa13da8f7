// The long tail: messages of normal operation, of tls_loglevel and of -v that are put together from
// fixed words and move nothing. One table for each family of programs, in the files forms_*.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/dialect/postfix/line.h"
#include "parser/message_forms.h"

namespace maillog::postfix {

/// What stands in front of the fixed words of a form. None of these looks like a plain word, so
/// that only a message with the fixed words themselves has the form.
enum class Lead : std::uint8_t {
  kNothing,   ///< the message begins with the fixed words
  kQueueId,   ///< `Q: ` or `NOQUEUE: `
  kFunction,  ///< `qmgr_active_done: `: lower case, with an underscore; `eval_command[2]: `
  kClient,    ///< `host[address]: `, `host[address]:port: `, `[address]:port: `
  kTable,     ///< `type:name `
};

/// Ignored if the message has a form of the tables; else Unknown. The forms of a library can come
/// from any program that is linked with it, so all tables are asked.
[[nodiscard]] Event ParseForms(const Line& line);

// The families. `text` is what stands behind the lead.
[[nodiscard]] bool HasLibraryForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasTablesForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasTlsForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasSmtpdForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasSmtpForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasQmgrForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasLocalForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasCleanupForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasPostscreenForm(Lead lead, std::string_view text);
[[nodiscard]] bool HasOtherForm(Lead lead, std::string_view text);

}  // namespace maillog::postfix
