// Trouble in the log.
#pragma once

#include <tuple>

#include "metrics/facts.h"
#include "metrics/row.h"

namespace maillog {

inline constexpr Counter<LogProblem, &LogProblem::server, &LogProblem::syslog_name,
                         &LogProblem::daemon, &LogProblem::level>
    kLogProblems{"maillog_log_problems_total",
                 "Warnings, errors, fatal errors and panics that are no events of their own."};

inline constexpr Counter<ServiceEvent, &ServiceEvent::server, &ServiceEvent::daemon,
                         &ServiceEvent::event>
    kServiceEvents{"maillog_service_events_total", "Starts, stops and reloads of mail servers."};

inline constexpr Counter<BadValue, &BadValue::server> kBadValues{
    "maillog_bad_values_total", "Fields of log lines that should be numbers and are not."};

inline constexpr auto kTroubleRows = std::tuple{kLogProblems, kServiceEvents, kBadValues};

template <class Zero>
void ZeroSet(const LogProblem& seen, Zero&& zero) {
  LogProblem fact = seen;
  for (const ProblemLevel level :
       {ProblemLevel::kWarning, ProblemLevel::kError, ProblemLevel::kFatal, ProblemLevel::kPanic}) {
    fact.level = level;
    zero(kLogProblems, fact);
  }
}

}  // namespace maillog
