#include "exporter/commands.h"

#include <string>

#include "exporter/doubts.h"
#include "exporter/explain.h"
#include "exporter/plan.h"
#include "exporter/serve.h"
#include "exporter/show_state.h"
#include "exporter/sources.h"
#include "exporter/state_directory.h"
#include "metrics/exposition.h"
#include "metrics/families.h"
#include "metrics/reference.h"

namespace maillog {
namespace {

absl::Status Count(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  const absl::StatusOr<Samples> samples = CountToEnd(options.paths);
  if (!samples.ok()) return samples.status();
  out << MakeTextExposition()->Serialize(FamiliesOf(*samples));
  out.flush();
  const std::vector<std::string> doubts = DoubtsOf(*samples);
  for (const std::string& doubt : doubts) diagnostics << "maillog_exporter: " << doubt << '\n';
  if (doubts.empty() || !options.strict) return absl::OkStatus();
  return absl::FailedPreconditionError("--strict: not all that was read is a mail log");
}

absl::Status Explain(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  const std::string path = options.paths.empty() ? "-" : options.paths.front();
  const absl::StatusOr<std::string> summary =
      ExplainLog(path, out, PosixFileSystem(), options.explain);
  if (!summary.ok()) return summary.status();
  out.flush();
  diagnostics << *summary;
  return absl::OkStatus();
}

absl::Status CheckConfig(const Options& options, std::ostream& out) {
  const auto sources = PlanSources(options, PosixFileSystem());
  if (!sources.ok()) return sources.status();
  out << PlanText(*sources, options, PosixFileSystem());
  return absl::OkStatus();
}

}  // namespace

absl::Status Run(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  switch (options.command) {
    case Command::kServe:
      return Serve(options);
    case Command::kCount:
      return Count(options, out, diagnostics);
    case Command::kExplain:
      return Explain(options, out, diagnostics);
    case Command::kCheckConfig:
      return CheckConfig(options, out);
    case Command::kShowState:
      return ShowState(StatePath(options.state_path), out);
    case Command::kMetrics:
      out << MetricsReference();
      return absl::OkStatus();
  }
  return absl::InternalError("no such command");
}

}  // namespace maillog
