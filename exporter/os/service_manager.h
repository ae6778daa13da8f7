// What systemd is told of the program: one datagram for each message, as sd_notify(3) describes it,
// without its library.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/os/clock.h"

namespace maillog {

class ServiceManager {
 public:
  /// The variables that systemd sets; null where it did not. See systemd.exec(5), "Environment
  /// variables".
  struct Environment {
    const char* notify_socket;  ///< $NOTIFY_SOCKET: a path, or @ and an abstract name
    const char* watchdog_usec;  ///< $WATCHDOG_USEC
    const char* watchdog_pid;   ///< $WATCHDOG_PID: whom it is meant for, if not everybody
  };
  [[nodiscard]] static Environment OfThisProcess();

  /// Connects at once: later the sandbox may not allow it. Without a socket everything else does
  /// nothing.
  explicit ServiceManager(const Environment& environment);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// Whether there is somebody to tell.
  [[nodiscard]] bool is_there() const { return !path_.empty(); }
  /// Without Alive() for so long the program is killed; nothing if it is not watched.
  [[nodiscard]] std::optional<Duration> watchdog() const { return watchdog_; }

  /// The service has started.
  void Ready();
  /// The configuration is being read again; ends with Ready().
  void Reloading(TimePoint now);
  void Alive();
  void Stopping();
  /// What `systemctl status` shows. Sent only if it is not what was sent last; line breaks become
  /// blanks.
  void Status(std::string_view text);

 private:
  [[nodiscard]] bool Connect();
  void Send(std::string_view state);

  std::string path_;  // empty: nobody is told
  std::optional<Duration> watchdog_;
  std::string status_;  // as sent last
  int descriptor_ = -1;
};

}  // namespace maillog
