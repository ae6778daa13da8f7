#include "exporter/command/stop_signals.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace maillog {
namespace {

// A disk that hangs may hold a thread for as long as it likes.
constexpr unsigned kMaxStopSeconds = 3;
// Until threads for which there was no room are tried again.
constexpr Duration kRetry = std::chrono::seconds(5);

// Everything that was counted has been committed by now, or cannot be.
void GiveUp(int) {
  constexpr std::string_view kMessage =
      "maillog_exporter: a thread did not end in time, and was abandoned\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(0);
}

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is a disk that is full
}

std::string_view StopSignals::Wait(ServiceReports& reports, const std::function<void()>& reload,
                                   const std::function<bool()>& start_missing) {
  int signal = SIGHUP;
  while (signal != SIGTERM && signal != SIGINT) {
    reports.Report();
    std::optional<Duration> patience = reports.interval();
    if (!start_missing()) patience = std::min(patience.value_or(kRetry), kRetry);
    signal = Next(patience);
    if (signal == SIGHUP) reload();
  }
  std::signal(SIGALRM, &GiveUp);
  ::alarm(kMaxStopSeconds);
  return signal == SIGTERM ? "SIGTERM" : "SIGINT";
}

int StopSignals::Next(std::optional<Duration> patience) const {
  if (!patience) return ::sigwaitinfo(&signals_, nullptr);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*patience);
  const std::chrono::nanoseconds rest = *patience - seconds;
  const timespec time{.tv_sec = seconds.count(), .tv_nsec = rest.count()};
  return ::sigtimedwait(&signals_, nullptr, &time);
}

}  // namespace maillog
