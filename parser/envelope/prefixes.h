// What is put before whole lines by programs that print or keep lines of others: THE LIST of
// prefixes. Each is taken off where no wrapping reads the line as it stands, and the rest is read
// as if it had been alone. None of these programs prints a part of a message before it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace maillog {

struct Prefix {
  std::string_view name;
  /// Moves past the prefix, if the line begins with it; then `stamp` is its stamp, if it has one.
  bool (*eat)(std::string_view& line, std::string_view& stamp);
};

/// `mailserver-1  | `: docker compose; `[mailserver] | `: podman-compose; `mail_smtp.1.x7k3j9@node
/// | `: docker service logs. Perhaps in colours.
[[nodiscard]] bool EatCompose(std::string_view& line, std::string_view& stamp);
/// `[pod/mail-0/postfix] `: kubectl logs --prefix.
[[nodiscard]] bool EatPod(std::string_view& line, std::string_view& stamp);
/// `mail-0 postfix `: stern; before a line with a stamp.
[[nodiscard]] bool EatPodAndContainer(std::string_view& line, std::string_view& stamp);
/// `@400000005f0e1b2c0a1b2c3d `: multilog, s6-log, svlogd.
[[nodiscard]] bool EatTai64n(std::string_view& line, std::string_view& stamp);
/// `/var/log/mail.log:`, `mail.log:17:`: grep over files; `mail.log-17-`: the lines around a match.
[[nodiscard]] bool EatPath(std::string_view& line, std::string_view& stamp);
/// `mail.info<22>: `, `192.0.2.1: mail.info: `: before a line with a stamp.
[[nodiscard]] bool EatPriorityPrefix(std::string_view& line, std::string_view& stamp);
/// `- 1131524071 2005.11.09 mx1 `: archives of clusters' logs.
[[nodiscard]] bool EatArchiveColumns(std::string_view& line, std::string_view& stamp);
/// `2026-11-21 10:00:00<TAB>Mail.Info<TAB>192.0.2.1<TAB>`: Kiwi Syslog Server.
[[nodiscard]] bool EatKiwi(std::string_view& line, std::string_view& stamp);
/// `17 `: cat -n, nl; before a line with a stamp.
[[nodiscard]] bool EatLineNumber(std::string_view& line, std::string_view& stamp);
/// Blanks and tabs.
[[nodiscard]] bool EatBlanks(std::string_view& line, std::string_view& stamp);

inline constexpr Prefix kPrefixes[] = {
    {"compose", &EatCompose},        {"pod", &EatPod},   {"pod_container", &EatPodAndContainer},
    {"tai64n", &EatTai64n},          {"path", &EatPath}, {"priority_word", &EatPriorityPrefix},
    {"archive", &EatArchiveColumns}, {"kiwi", &EatKiwi}, {"line_number", &EatLineNumber},
    {"blanks", &EatBlanks},
};

}  // namespace maillog
