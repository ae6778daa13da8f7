// The mails in the queue, as far as the log tells.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mails/log_clock.h"
#include "mails/mail_memory.h"

namespace maillog {

enum class WaitingState : std::uint8_t { kActive, kDeferred, kHold };
inline constexpr std::array<std::string_view, 3> kWaitingStates{"active", "deferred", "hold"};

/// Nothing: it is not in the queue. A mail that has left it may still be kept for its parts, which
/// are there themselves.
[[nodiscard]] std::optional<WaitingState> WaitingStateOf(const Mail& mail);

struct MailsWaiting {
  /// Of each scope of the memory, by WaitingState.
  std::vector<std::array<std::uint64_t, kWaitingStates.size()>> of_scope;
  LogMinute oldest = 0;  ///< when the oldest was first seen; 0: there is none
};

/// Looks at each of them. Right only if `mails` covers the queue.
[[nodiscard]] MailsWaiting WaitingIn(const SavedMails& mails);

}  // namespace maillog
