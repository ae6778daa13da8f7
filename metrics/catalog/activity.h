// Who does most, without saying who. Set by the program itself.
#pragma once

#include <array>
#include <string_view>

#include "metrics/row.h"

namespace maillog {

inline constexpr std::array<std::string_view, 3> kTopSenderLabels{"source", "sender", "window"};
inline constexpr std::array<std::string_view, 2> kActivityLabels{"source", "window"};

inline constexpr RowInfo kTopSenderRecipients =
    GaugeRow("maillog_top_sender_recipients",
             "Recipients that the busiest sender wrote to in the last hour or day: of the users "
             "that had authenticated, of the unauthenticated clients of private networks, or of "
             "the users of the host itself (Postfix).",
             kTopSenderLabels);
inline constexpr RowInfo kAuthFailedClients = GaugeRow(
    "maillog_auth_failed_clients",
    "Different clients that failed to log in in the last hour or day, estimated.", kActivityLabels);
inline constexpr RowInfo kAuthFailedUsers =
    GaugeRow("maillog_auth_failed_users",
             "Different user names with which somebody failed to log in in the last hour or day, "
             "estimated, as far as the log names them.",
             kActivityLabels);
inline constexpr RowInfo kTopAuthFailures = GaugeRow(
    "maillog_top_auth_failures",
    "Failed logins of the client that had the most in the last hour or day.", kActivityLabels);

inline constexpr std::array<const RowInfo*, 4> kActivityGauges{
    &kTopSenderRecipients, &kAuthFailedClients, &kAuthFailedUsers, &kTopAuthFailures};

}  // namespace maillog
