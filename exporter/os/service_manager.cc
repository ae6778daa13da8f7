#include "exporter/os/service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "parser/scan.h"

namespace maillog {
namespace {

// A manager that does not read its messages holds up nothing for longer than this.
constexpr timeval kPatience{.tv_sec = 2, .tv_usec = 0};
// systemd shows one line, and takes messages of at most a page.
constexpr std::size_t kMaxStatusBytes = 500;

std::optional<std::uint64_t> NumberIn(const char* text) {
  if (text == nullptr) return std::nullopt;
  std::string_view rest = text;
  const std::optional<std::uint64_t> number = TakeUint(rest);
  return rest.empty() ? number : std::nullopt;
}

std::optional<Duration> WatchdogOf(const ServiceManager::Environment& environment) {
  constexpr std::uint64_t kMaxMicros = 365ULL * 86'400 * 1'000'000;
  const std::optional<std::uint64_t> micros = NumberIn(environment.watchdog_usec);
  if (!micros || *micros == 0 || *micros > kMaxMicros) return std::nullopt;
  const bool for_all = environment.watchdog_pid == nullptr;
  const auto own = static_cast<std::uint64_t>(::getpid());
  if (!for_all && NumberIn(environment.watchdog_pid) != own) return std::nullopt;
  return std::chrono::microseconds(*micros);
}

}  // namespace

ServiceManager::Environment ServiceManager::OfThisProcess() {
  return {.notify_socket = std::getenv("NOTIFY_SOCKET"),
          .watchdog_usec = std::getenv("WATCHDOG_USEC"),
          .watchdog_pid = std::getenv("WATCHDOG_PID")};
}

ServiceManager::ServiceManager(const Environment& environment) {
  const std::string_view path =
      environment.notify_socket == nullptr ? "" : environment.notify_socket;
  const bool is_known = path.starts_with('/') || path.starts_with('@');
  if (!is_known || path.size() < 2 || path.size() >= sizeof(sockaddr_un{}.sun_path)) return;
  path_ = path;
  watchdog_ = WatchdogOf(environment);
  (void)Connect();
}

ServiceManager::~ServiceManager() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool ServiceManager::Connect() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return false;
  (void)::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  if (path_.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
  return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

void ServiceManager::Send(std::string_view state) {
  if (!is_there()) return;
  const auto send = [&] {
    return ::send(descriptor_, state.data(), state.size(), MSG_NOSIGNAL) >= 0;
  };
  // A manager that has started anew has made its socket anew.
  if (!send() && Connect()) (void)send();
}

void ServiceManager::Ready() { Send("READY=1"); }

void ServiceManager::Reloading(TimePoint now) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  Send(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=", micros));
}

void ServiceManager::Alive() { Send("WATCHDOG=1"); }

void ServiceManager::Stopping() { Send("STOPPING=1"); }

void ServiceManager::Status(std::string_view text) {
  std::string line(text.substr(0, kMaxStatusBytes));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (line == status_) return;
  status_ = line;
  Send(absl::StrCat("STATUS=", line));
}

}  // namespace maillog
