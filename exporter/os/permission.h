// Who has the permissions that this process lacks.
#pragma once

#include <string>

namespace maillog {

/// For a path that could not be opened for lack of permission: what would help, as words to put in
/// parentheses: `it may be read by the group adm`, `it may be read by root only`,
/// `the directory /srv may be entered by the group mail`. Empty if the permissions seen are not the
/// reason.
[[nodiscard]] std::string WhoMayRead(const std::string& path);

/// Why this process could not create or change files in the directory, which need not exist yet, in
/// the system's words (`Permission denied`); empty if it could. Changes nothing.
[[nodiscard]] std::string WhyNotWrite(const std::string& directory);

}  // namespace maillog
