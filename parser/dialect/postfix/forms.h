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

/// The forms of a family of programs, by what comes in front of them; nullptr: it has none.
struct FormFamily {
  const FormLookup* nothing = nullptr;
  const FormLookup* queue_id = nullptr;
  const FormLookup* function = nullptr;
  const FormLookup* client = nullptr;

  [[nodiscard]] constexpr const FormLookup* After(Lead lead) const {
    const FormLookup* const by_lead[] = {nothing, queue_id, function, client};
    return by_lead[static_cast<std::size_t>(lead)];
  }
};

/// Ignored if the message has a form of any family; else Unknown, with how far the forms read.
[[nodiscard]] Event ParseForms(const Line& line);

extern const FormFamily kCleanupForms;
extern const FormFamily kLibraryForms;
extern const FormFamily kLocalForms;
extern const FormFamily kOtherForms;
extern const FormFamily kPostscreenForms;
extern const FormFamily kQmgrForms;
extern const FormFamily kSaslForms;
extern const FormFamily kSmtpForms;
extern const FormFamily kSmtpdForms;
extern const FormFamily kTablesForms;
extern const FormFamily kTlsForms;

/// Forms that begin with a value, after the lead. Tries each, so it is asked last.
[[nodiscard]] bool HasValueForm(Daemon daemon, Lead lead, std::string_view text);

}  // namespace maillog::postfix
