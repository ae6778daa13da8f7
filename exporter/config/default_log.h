// The machine's own mail log, if the user names none.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/os/file_system.h"

namespace maillog {

/// Where the syslog daemons of Linux, the BSDs and old Unix systems write mail.
inline constexpr std::array<std::string_view, 4> kUsualLogs{
    "/var/log/maillog", "/var/log/mail.log", "/var/adm/maillog", "/var/adm/syslog/mail.log"};

/// The usual log that was written to last; nothing if there is none.
[[nodiscard]] std::optional<std::string> FindUsualLog(FileSystem& files);

}  // namespace maillog
