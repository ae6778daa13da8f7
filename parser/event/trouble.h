// Trouble, and what becomes of a record.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/daemon.h"
#include "parser/event/speaker.h"

namespace maillog {

enum class ProblemLevel : std::uint8_t { kWarning, kError, kFatal, kPanic };
template <>
struct Label<ProblemLevel> {
  static constexpr std::string_view name = "level";
  using enum ProblemLevel;
  static constexpr auto values = LabelTexts<ProblemLevel>(
      {{kWarning, "warning"}, {kError, "error"}, {kFatal, "fatal"}, {kPanic, "panic"}});
};

enum class ServiceEventKind : std::uint8_t { kStart, kStop, kReload };
template <>
struct Label<ServiceEventKind> {
  static constexpr std::string_view name = "event";
  using enum ServiceEventKind;
  static constexpr auto values =
      LabelTexts<ServiceEventKind>({{kStart, "start"}, {kStop, "stop"}, {kReload, "reload"}});
};

/// What becomes of a record; they add up to the messages read.
enum class Outcome : std::uint8_t { kCounted, kIgnored, kForeign, kUnknown, kMalformed };
template <>
struct Label<Outcome> {
  static constexpr std::string_view name = "outcome";
  using enum Outcome;
  static constexpr auto values = LabelTexts<Outcome>({{kCounted, "counted"},
                                                      {kIgnored, "ignored"},
                                                      {kForeign, "foreign"},
                                                      {kUnknown, "unknown"},
                                                      {kMalformed, "malformed"}});
};

/// A warning, error, fatal or panic line that is not an event of its own.
struct LogProblem : Service {
  Daemon daemon = Daemon::kOther;
  ProblemLevel level = ProblemLevel::kWarning;
  static constexpr Wording kWording{"log_problem", &LogProblem::daemon, &LogProblem::level};
};

struct ServiceEvent {
  Server server = Server::kPostfix;
  Daemon daemon = Daemon::kOther;
  ServiceEventKind event = ServiceEventKind::kStart;
  static constexpr Wording kWording{"service_event", &ServiceEvent::server, &ServiceEvent::daemon,
                                    &ServiceEvent::event};
};

/// syslogd's `last message repeated N times`: which message it was is not guessed.
struct LastRepeated {
  std::uint32_t repeats = 0;
  static constexpr Wording kWording{"last_repeated"};
};

}  // namespace maillog
