// What the process gives up once it has started: whatever a fault in it, or an attacker who
// exploits one, could do beyond reading logs and answering requests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace maillog {

struct SandboxNeeds {
  std::vector<std::string> written;  ///< directories whose files are created, written and removed
  std::vector<std::string> sockets;  ///< directories in which sockets are created and removed
  std::vector<std::uint16_t> connected_ports;  ///< TCP ports, on any host, that it connects to
  bool connects_anywhere = false;              ///< to ports that are not known before
};

/// For this thread and those that it starts from then on, permanently, as far as the kernel can: no
/// new privileges; by Landlock (Linux 5.13), no writing and creating except what is needed, no
/// starting of programs and (6.7) no TCP connections except those needed; by seccomp, none of the
/// system calls that serve only to take over a machine. Reading stays as it was: logs may be
/// anywhere, and a new configuration may name others. Returns what is in force: `no_new_privs`,
/// `landlock`, `seccomp`.
[[nodiscard]] std::vector<std::string> EnterSandbox(const SandboxNeeds& needs);

}  // namespace maillog
