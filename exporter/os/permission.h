// Who may do what this process may not.
#pragma once

#include <string>

namespace maillog {

/// For a path that could not be opened for lack of a permission: what would help, as words for
/// parentheses: `it may be read by the group adm`, `it may be read by root only`, `the directory
/// /srv may be entered by the group mail`. Empty if the permissions seen are not what is in the
/// way.
[[nodiscard]] std::string WhoMayRead(const std::string& path);

/// Why this process could not make or change files in the directory, which need not exist yet, in
/// the system's words (`Permission denied`); empty if it could. Changes nothing.
[[nodiscard]] std::string WhyNotWrite(const std::string& directory);

}  // namespace maillog
