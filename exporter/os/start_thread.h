// Threads, of which the system may have no more (`ulimit -u`, systemd's TasksMax, a container's
// limit of pids).
#pragma once

#include <functional>

namespace maillog {

/// Starts a thread for the body, which nobody joins. False if the system has no room for one; the
/// body is dropped. Replaceable for tests.
using ThreadStarter = std::function<bool(std::function<void()> body)>;

/// A thread of this process.
[[nodiscard]] bool StartThread(std::function<void()> body);

/// The end of a sentence that says why something does not run.
inline constexpr const char* kNoThread =
    "no thread can be started; raise the limit of processes (ulimit -u, TasksMax)";

}  // namespace maillog
