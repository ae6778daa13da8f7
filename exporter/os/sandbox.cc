#include "exporter/os/sandbox.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace maillog {
namespace {

// ---- Landlock, as in the kernel's documentation (userspace-api/landlock): the numbers and
// structures are those of its interface, of which older headers know only a part.

constexpr std::uint64_t kExecute = 1U << 0U;
constexpr std::uint64_t kWriteFile = 1U << 1U;
constexpr std::uint64_t kRemoveDirectory = 1U << 4U;
constexpr std::uint64_t kRemoveFile = 1U << 5U;
constexpr std::uint64_t kMakeCharacterDevice = 1U << 6U;
constexpr std::uint64_t kMakeDirectory = 1U << 7U;
constexpr std::uint64_t kMakeRegular = 1U << 8U;
constexpr std::uint64_t kMakeSocket = 1U << 9U;
constexpr std::uint64_t kMakeFifo = 1U << 10U;
constexpr std::uint64_t kMakeBlockDevice = 1U << 11U;
constexpr std::uint64_t kMakeLink = 1U << 12U;
constexpr std::uint64_t kTruncate = 1U << 14U;  // from version 3
constexpr std::uint64_t kConnectTcp = 1U << 1U;
constexpr std::uint64_t kAbstractSockets = 1U << 0U;
constexpr std::uint64_t kSignals = 1U << 1U;

constexpr long kTruncateVersion = 3;
constexpr long kNetworkVersion = 4;
constexpr long kScopeVersion = 6;
constexpr unsigned kAskVersion = 1;
constexpr int kPathBeneath = 1;
constexpr int kPort = 2;

struct Ruleset {
  std::uint64_t files;
  std::uint64_t network;  // from version 4
  std::uint64_t scope;    // from version 6
};
struct __attribute__((packed)) PathRule {
  std::uint64_t allowed;
  std::int32_t directory;
};

struct PortRule {
  std::uint64_t allowed;
  std::uint64_t port;
};

std::size_t SizeOfRuleset(long version) {
  if (version >= kScopeVersion) return sizeof(Ruleset);
  return version >= kNetworkVersion ? offsetof(Ruleset, scope) : offsetof(Ruleset, network);
}

// Without it (it is gone, or may not be looked at), nothing in it can be written, nor in one that
// is made in its place later.
void Allow(int ruleset, const std::string& directory, std::uint64_t what) {
  const int opened = ::open(directory.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY);
  if (opened < 0) return;
  const PathRule rule{.allowed = what, .directory = opened};
  (void)::syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0);
  ::close(opened);
}

bool Landlock(const SandboxNeeds& needs) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  if (version < 1) return false;
  const std::uint64_t truncate = version >= kTruncateVersion ? kTruncate : 0;
  const Ruleset given_up{.files = kExecute | kWriteFile | kRemoveDirectory | kRemoveFile |
                                  kMakeCharacterDevice | kMakeDirectory | kMakeRegular |
                                  kMakeSocket | kMakeFifo | kMakeBlockDevice | kMakeLink | truncate,
                         .network = needs.connects_anywhere ? 0 : kConnectTcp,
                         .scope = kAbstractSockets | kSignals};
  const int ruleset = static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &given_up, SizeOfRuleset(version), 0));
  if (ruleset < 0) return false;
  for (const std::string& directory : needs.written) {
    Allow(ruleset, directory, kWriteFile | kRemoveFile | kMakeRegular | truncate);
  }
  for (const std::string& directory : needs.sockets) {
    Allow(ruleset, directory, kMakeSocket | kRemoveFile);
  }
  if (version >= kNetworkVersion && !needs.connects_anywhere) {
    for (const std::uint16_t port : needs.connected_ports) {
      const PortRule rule{.allowed = kConnectTcp, .port = port};
      (void)::syscall(SYS_landlock_add_rule, ruleset, kPort, &rule, 0);
    }
  }
  const bool entered = ::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  ::close(ruleset);
  return entered;
}

// ---- seccomp

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif
constexpr std::uint32_t kFirstOfX32 = 0x40000000;  // the other numbers that x86-64 has

// Nothing in reading, counting and answering calls any of these.
constexpr std::array kForbidden{SYS_execve,
                                SYS_execveat,
                                SYS_ptrace,
                                SYS_process_vm_readv,
                                SYS_mount,
                                SYS_umount2,
                                SYS_pivot_root,
                                SYS_process_vm_writev,
                                SYS_chroot,
                                SYS_unshare,
                                SYS_setns,
                                SYS_init_module,
                                SYS_finit_module,
                                SYS_delete_module,
                                SYS_kexec_load,
                                SYS_bpf,
                                SYS_reboot,
                                SYS_swapon,
                                SYS_swapoff,
                                SYS_perf_event_open,
                                SYS_userfaultfd,
                                SYS_keyctl,
                                SYS_add_key,
                                SYS_request_key,
                                SYS_acct,
                                SYS_quotactl,
                                SYS_sethostname,
                                SYS_setdomainname,
                                SYS_clock_settime,
                                SYS_settimeofday,
                                SYS_clock_adjtime,
                                SYS_adjtimex,
                                SYS_personality,
                                SYS_setuid,
                                SYS_setgid,
                                SYS_setreuid,
                                SYS_setregid,
                                SYS_setresuid,
                                SYS_setresgid,
                                SYS_setgroups,
                                SYS_mknodat,
                                SYS_fchownat,
                                SYS_open_by_handle_at};

bool Seccomp() {
  if (kArchitecture == 0) return false;
  constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
  std::vector<sock_filter> filter{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
                                  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
                                  BPF_STMT(BPF_RET | BPF_K, kRefuse),
                                  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                  BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kFirstOfX32, 0, 1),
                                  BPF_STMT(BPF_RET | BPF_K, kRefuse)};
  for (const long call : kForbidden) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, kRefuse));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                           .filter = filter.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

std::vector<std::string> EnterSandbox(const SandboxNeeds& needs) {
  // The other two need it.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {};
  std::vector<std::string> in_force{"no_new_privs"};
  if (Landlock(needs)) in_force.emplace_back("landlock");
  if (Seccomp()) in_force.emplace_back("seccomp");
  return in_force;
}

}  // namespace maillog
