// What the process gives up once it has started: what a fault in it, or whoever takes it over
// through one, could do beyond reading logs and answering.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace maillog {

struct SandboxNeeds {
  std::vector<std::string> written;  ///< directories whose files are made, written and removed
  std::vector<std::string> sockets;  ///< directories in which sockets are made and removed
  std::vector<std::uint16_t> connected_ports;  ///< of TCP, on any host, that are connected to
};

/// For this thread and those that it starts from then on, for good, as far as the kernel can:
/// no new privileges; by Landlock (Linux 5.13), writing and making nothing but what is needed,
/// starting no program and (6.7) opening no TCP connection but to what is needed; by seccomp, none
/// of the system calls that serve only to take over a machine. Reading is as before: logs may be
/// anywhere, and come with a new configuration. Answers with what is in force: `no_new_privs`,
/// `landlock`, `seccomp`.
[[nodiscard]] std::vector<std::string> EnterSandbox(const SandboxNeeds& needs);

}  // namespace maillog
