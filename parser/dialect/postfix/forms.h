// The long tail: messages of normal operation, of tls_loglevel and of -v that are put together from
// fixed words and move nothing. One table for each family of programs, in the files forms_*.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/dialect/postfix/line.h"
#include "parser/message_forms.h"

namespace maillog::postfix {

/// What comes in front of the fixed words of a form. None of these looks like a plain word, so
/// that only a message with the fixed words themselves has the form.
enum class Lead : std::uint8_t {
  kNothing,   ///< the message begins with the fixed words
  kQueueId,   ///< `Q: ` or `NOQUEUE: `
  kFunction,  ///< `qmgr_active_done: `: lower case, with an underscore; `eval_command[2]: `
  kClient,    ///< `host[address]: `, `host[address]:port: `, `[address]:port: `
};

/// Ignored if the message has a form of the tables; else Unknown, with how far the forms read. The
/// forms of a library can come from any program that is linked with it, so all tables are asked.
[[nodiscard]] Event ParseForms(const Line& line);

// The families: the forms after a lead; nullptr if it has none.
[[nodiscard]] const FormLookup* LibraryForms(Lead lead);
[[nodiscard]] const FormLookup* TablesForms(Lead lead);
[[nodiscard]] const FormLookup* TlsForms(Lead lead);
[[nodiscard]] const FormLookup* SmtpdForms(Lead lead);
[[nodiscard]] const FormLookup* SmtpForms(Lead lead);
[[nodiscard]] const FormLookup* QmgrForms(Lead lead);
[[nodiscard]] const FormLookup* LocalForms(Lead lead);
[[nodiscard]] const FormLookup* CleanupForms(Lead lead);
[[nodiscard]] const FormLookup* PostscreenForms(Lead lead);
[[nodiscard]] const FormLookup* OtherForms(Lead lead);
[[nodiscard]] const FormLookup* SaslForms(Lead lead);
/// Forms that begin with a value, after the lead. Tries each, so it is asked last.
[[nodiscard]] bool HasValueForm(Daemon daemon, Lead lead, std::string_view text);

}  // namespace maillog::postfix
