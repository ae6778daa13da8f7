// A record is one message with its envelope taken off: who said it, when, and what.
#pragma once

#include <cstdint>
#include <string_view>

namespace maillog {

/// Who wrote the record, as far as the envelope alone shows.
enum class Speaker : std::uint8_t {
  kProgram,      ///< whoever `program` names
  kDovecot,      ///< a file of Dovecot's own (log_path, info_log_path): no host, no program
  kPMailServer,  ///< `[SMTP] 2005/05/18 03:10:41 …`
  kEPost,        ///< the bracketed stamps of E-Post Mail Server and its ancestors
  kRelay,        ///< nobody: the message is a line of another log that could not be read
};

/// All views point into the line that was parsed (or the scratch space given to ParseEnvelope), and
/// live as long.
struct Record {
  std::string_view
      stamp;  ///< as written; empty if the envelope has none. Never decides anything but one gauge.
  std::string_view host;  ///< as written; may hold any bytes; empty if there is none
  std::string_view
      program;  ///< the whole tag without `[pid]`: `postfix-out/submission/smtpd`, `dovecot`
  std::string_view message;  ///< without trailing CR, LF, NUL
  std::uint32_t times = 1;   ///< N of `message repeated N times: [ … ]`, at most kMaxRepeats
  Speaker speaker = Speaker::kProgram;
};

/// What `message repeated N times` may claim; more is not believed, and counts as this.
inline constexpr std::uint32_t kMaxRepeats = 100'000;

}  // namespace maillog
