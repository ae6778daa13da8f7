// The rules of Dovecot's messages, a file for each family. A family's function gets the text after
// the process prefix and the level word, and returns what it is; none of them matches a text of
// which it does not know the first fixed words.
//
// Users, mailboxes, message ids and subjects are in these texts as their owners wrote them, so a
// rule takes what it counts only from where no such text can be: from the front, or as strict
// figures from the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/daemon.h"
#include "parser/event.h"
#include "parser/message_forms.h"
#include "parser/value_word.h"

namespace maillog::dovecot {

/// The word in front of the text. Syslog records of level info have none.
enum class Level : std::uint8_t { kUnmarked, kDebug, kInfo, kWarning, kError, kFatal, kPanic };

/// A message without its prefix: `imap(user)<pid><session>: Error: text`.
struct Line {
  Daemon service = Daemon::kDovecotMaster;  ///< master also where there is no prefix (1.x)
  Level level = Level::kUnmarked;
  std::string_view text;
};

/// Where a name may hold the separator after which a rule looks, so many places are tried. Names
/// are cut at 64 to 80 bytes, so that none has more.
inline constexpr int kMaxPlaces = 32;

/// Whether the text's first word can be a value in front of fixed words.
[[nodiscard]] inline bool BeginsWithValue(std::string_view text) {
  return IsValueWord(text.substr(0, text.find_first_of(" :")));
}

/// Takes apart the prefixes of 1.0 to 2.4, and a mail_log_prefix made of `service=`, `user=` and
/// `ip=[…]`. Nothing if the prefix names no service of Dovecot's. Level words come after the
/// prefix, in 1.x files before it.
[[nodiscard]] std::optional<Line> TakePrefix(std::string_view message);
/// Of a process that is named in front of its message: only a level word may come there.
[[nodiscard]] Line LineOf(Daemon service, std::string_view message);

/// `level` as a problem, if it is one.
[[nodiscard]] std::optional<ProblemLevel> ProblemOf(Level level);

/// Lines of imap-login and its siblings. Unknown if no rule matches.
[[nodiscard]] Event LoginEvent(Daemon service, std::string_view text);

/// The end of a session that was logged in: `Disconnected: Logged out in=1 out=2`. Unknown if it is
/// none.
[[nodiscard]] Event SessionEndEvent(Daemon service, std::string_view text);

/// What lda, lmtp or a Sieve script did with a message: `msgid=<…>: saved mail to INBOX`. Unknown
/// if it is none.
[[nodiscard]] Event DeliveryEvent(Daemon service, std::string_view text);
/// A script's action without `sieve: ` and a message id, as other formats of the site have it. For
/// lines that no other rule knows.
[[nodiscard]] Event BareScriptEvent(Daemon service, std::string_view text);

/// Start, stop and reload of the server, and what 1.x's master said without a level. Unknown if it
/// is none of these.
[[nodiscard]] Event MasterEvent(std::string_view text);

/// Lines of auth and auth-worker that repeat what a login line tells.
[[nodiscard]] bool IsAuthLine(std::string_view text);

/// Lines of the mail_log plugin, and mailboxes created, deleted and renamed.
[[nodiscard]] bool IsMailLogLine(std::string_view text);

/// The beginning or the end of an LMTP connection.
[[nodiscard]] bool IsConnectionLine(std::string_view text);

/// The same, and relayed and proxied messages.
[[nodiscard]] bool IsRelayLine(std::string_view text);

/// What doveadm and the Sieve tools print for whoever runs them.
[[nodiscard]] bool IsToolLine(std::string_view text);

/// What 1.0 and 1.1 said without a level word, though it was an error.
[[nodiscard]] bool IsUnmarkedError(std::string_view text);

/// The long tail: lines of any service that move nothing.
[[nodiscard]] bool IsOtherLine(std::string_view text);

// The families' forms, to find how far the text of an unknown line was read.
[[nodiscard]] const FormLookup& LoginForms();
[[nodiscard]] const FormLookup& MasterForms();
[[nodiscard]] const FormLookup& OtherForms();
[[nodiscard]] const FormLookup& AuthForms();
[[nodiscard]] const FormLookup& ScriptForms();
[[nodiscard]] const FormLookup& RelayForms();
[[nodiscard]] const FormLookup& EndForms();
[[nodiscard]] const FormLookup& ToolForms();
[[nodiscard]] const FormLookup& UnmarkedForms();
[[nodiscard]] const FormLookup& MailboxForms();

}  // namespace maillog::dovecot
