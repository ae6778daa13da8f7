#include "exporter/command/commands.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exporter/command/backfill.h"
#include "exporter/command/color.h"
#include "exporter/command/document.h"
#include "exporter/command/explain.h"
#include "exporter/command/progress.h"
#include "exporter/command/report.h"
#include "exporter/command/serve.h"
#include "exporter/command/show_queues.h"
#include "exporter/command/show_state.h"
#include "exporter/command/summary.h"
#include "exporter/command/trace.h"
#include "exporter/config/nearest.h"
#include "exporter/config/plan.h"
#include "exporter/config/plan_history.h"
#include "exporter/follow/count_to_end.h"
#include "exporter/follow/doubts.h"
#include "exporter/follow/left_out.h"
#include "exporter/follow/time_window.h"
#include "exporter/state/state_directory.h"
#include "exporter/web/ask_health.h"
#include "exporter/web/web_config.h"
#include "metrics/exposition.h"
#include "metrics/reference.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

// Shows how far reading has got if somebody is waiting for it: at a terminal to which nothing else
// is being written.
class ReadFiles {
 public:
  enum class Prints : std::uint8_t { kAtTheEnd, kMeanwhile };
  ReadFiles(const std::vector<std::string>& paths, std::ostream& diagnostics, Prints prints) {
    const bool waits = ::isatty(STDERR_FILENO) == 1;
    if (waits && (prints == Prints::kAtTheEnd || ::isatty(STDOUT_FILENO) == 0)) {
      progress_.emplace(paths, PosixFileSystem(), diagnostics);
    }
  }
  FileSystem& operator*() { return progress_ ? *progress_ : PosixFileSystem(); }
  /// Nothing more is read.
  void End() { progress_.reset(); }

 private:
  std::optional<ProgressFiles> progress_;
};

/// Runs a command that reads and then writes, and keeps what it writes until its progress is gone
/// from the screen. None of these writes more than some tables.
absl::Status WriteAfterReading(
    ReadFiles& files, std::ostream& out, std::ostream& diagnostics,
    const std::function<absl::Status(std::ostream& out, std::ostream& diagnostics)>& command) {
  std::ostringstream kept_out;
  std::ostringstream kept_diagnostics;
  absl::Status status = command(kept_out, kept_diagnostics);
  files.End();
  out << kept_out.str() << std::flush;
  diagnostics << kept_diagnostics.str();
  return status;
}

void SayWhyEmpty(const LogPart& part, std::ostream& diagnostics) {
  const std::string why = part.WhyEmpty();
  if (!why.empty()) diagnostics << "maillog_exporter: " << why << '\n';
}

void Say(const std::vector<std::string>& sentences, std::ostream& diagnostics) {
  for (const std::string& sentence : sentences)
    diagnostics << "maillog_exporter: " << Printable(sentence) << '\n';
}

absl::Status Count(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  LogPart part(options.window);
  ReadFiles files(options.paths, diagnostics, ReadFiles::Prints::kAtTheEnd);
  // The summary shows nothing of whole mails, lengths of sessions or who does most.
  const bool lines_do = options.count_as == CountAs::kSummary;
  const absl::StatusOr<Samples> samples = CountToEnd(
      options.paths, *files, [&](BlockSink sink) { return part.Through(std::move(sink)); }, {},
      UsableProcessors(), lines_do ? Counting::kLines : Counting::kAll);
  files.End();
  if (!samples.ok()) return samples.status();
  if (options.count_as == CountAs::kSummary) {
    out << SummaryText(*samples, part.span(), part.zone());
  } else {
    out << ExpositionText(*samples);
  }
  out.flush();
  SayWhyEmpty(part, diagnostics);
  std::vector<std::string> doubts = LeftOut(options.paths, PosixFileSystem());
  const std::vector<std::string> of_lines = DoubtsOf(*samples);
  doubts.insert(doubts.end(), of_lines.begin(), of_lines.end());
  Say(doubts, diagnostics);
  if (doubts.empty() || !options.strict) return absl::OkStatus();
  return absl::FailedPreconditionError("--strict: not all that was read is a mail log");
}

Palette PaletteOf(const Options& options) {
  const Terminal terminal = TerminalOfOutput();
  Palette palette = WantsColor(options.color, terminal) ? kColors : kNoColors;
  palette.raw_controls = !terminal.is_one;
  return palette;
}

absl::Status Explain(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  const std::string path = options.paths.empty() ? "-" : options.paths.front();
  LogPart part(options.window);
  ReadFiles files({path}, diagnostics,
                  options.explain == ExplainWhat::kEveryLine ? ReadFiles::Prints::kMeanwhile
                                                             : ReadFiles::Prints::kAtTheEnd);
  const absl::StatusOr<std::string> summary = ExplainLog(
      path, out, *files,
      {.what = options.explain, .palette = PaletteOf(options), .through = [&](BlockSink sink) {
         return part.Through(std::move(sink));
       }});
  files.End();
  if (!summary.ok()) return summary.status();
  out.flush();
  diagnostics << *summary;
  Say(LeftOut({path}, PosixFileSystem()), diagnostics);
  SayWhyEmpty(part, diagnostics);
  return absl::OkStatus();
}

absl::Status TraceMail(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  // Who names only a log has forgotten what to look for: the machine's own log says nothing of it.
  const bool is_path = options.what.find('/') != std::string::npos;
  if (options.paths.empty() && is_path && PosixFileSystem().Stat(options.what).ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.what,
                     " is a file; trace needs to know what, and then the log: "
                     "maillog_exporter trace WHAT ",
                     options.what));
  }
  const auto paths = PathsOrMachineLog(options, PosixFileSystem());
  if (!paths.ok()) return paths.status();
  absl::Status traced =
      Trace(options, *paths, PosixFileSystem(), PaletteOf(options), out, diagnostics);
  const bool searched = traced.ok() || absl::IsUnavailable(traced);
  if (searched) Say(LeftOut(*paths, PosixFileSystem()), diagnostics);
  return traced;
}

// A single word that is no file is more likely a mistyped table.
absl::Status CheckTable(const Options& options) {
  if (options.command != Command::kTop || !options.what.empty() || options.paths.empty())
    return absl::OkStatus();
  const std::string& word = options.paths.front();
  if (!IsMissing(PosixFileSystem().Stat(word).status())) return absl::OkStatus();
  const std::string nearest = Nearest(word, {std::begin(kTopTables), std::end(kTopTables)});
  if (nearest.empty()) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat(word, " is neither a table nor a file; did you mean ", nearest, "?"));
}

absl::Status ReportOn(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  if (absl::Status meant = CheckTable(options); !meant.ok()) return meant;
  const auto paths = PathsOrMachineLog(options, PosixFileSystem());
  if (!paths.ok()) return paths.status();
  ReadFiles files(*paths, diagnostics, ReadFiles::Prints::kAtTheEnd);
  return WriteAfterReading(files, out, diagnostics, [&](auto& text, auto& notes) {
    absl::Status written = WriteReport(options, *paths, *files, text, notes);
    if (written.ok()) Say(LeftOut(*paths, PosixFileSystem()), notes);
    return written;
  });
}

absl::Status BackfillFrom(const Options& options, std::ostream& out, std::ostream& diagnostics) {
  const absl::StatusOr<BackfillRequest> request = PlanBackfill(options, PosixFileSystem());
  if (!request.ok()) return request.status();
  ReadFiles files(FilesOf(*request, PosixFileSystem()), diagnostics, ReadFiles::Prints::kAtTheEnd);
  return WriteAfterReading(files, out, diagnostics, [&](auto& text, auto& notes) {
    return WriteHistory(options, *request, *files, text, notes);
  });
}

// Container runtimes wait 30 s for an answer, and the kubelet 1 s if nobody says otherwise.
constexpr std::chrono::seconds kHealthPatience{5};

absl::Status Healthcheck(const Options& options, std::ostream& out) {
  (void)std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  const absl::StatusOr<std::string> alive = AskHealth(options.health_url, kHealthPatience);
  if (!alive.ok()) return alive.status();
  out << *alive << '\n';
  return absl::OkStatus();
}

absl::Status CheckConfig(const Options& options, std::ostream& out) {
  const auto sources = PlanSources(options, PosixFileSystem());
  if (!sources.ok()) return sources.status();
  const auto queues = PlanQueues(options, PosixFileSystem());
  if (!queues.ok()) return queues.status();
  LiveWebConfig web_config(options.web_config_file, PosixFileSystem());
  if (absl::Status loaded = web_config.Load(); !loaded.ok()) return loaded;
  const std::vector<SourceOptions> followed = GoOnAsSaved(*sources, options, PosixFileSystem());
  out << PlanText(followed, options, PosixFileSystem());
  if (!followed.empty() && followed.front().name != sources->front().name) {
    out << "go on with what was followed before; to follow " << sources->front().name
        << " instead, name it\n";
  }
  if (!options.web_config_file.empty()) out << WebConfigText(*web_config.Current());
  out << QueuesText(*queues);
  std::vector<std::string> obstacles = Obstacles(followed, options, PosixFileSystem());
  const std::vector<std::string> of_queues = QueueObstacles(*queues);
  obstacles.insert(obstacles.end(), of_queues.begin(), of_queues.end());
  if (obstacles.empty()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("the configuration is sound, but ", absl::StrJoin(obstacles, "; ")));
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
    case Command::kQueue:
      return ShowQueues(options, out);
    case Command::kTrace:
      return TraceMail(options, out, diagnostics);
    case Command::kReport:
    case Command::kTop:
      return ReportOn(options, out, diagnostics);
    case Command::kBackfill:
      return BackfillFrom(options, out, diagnostics);
    case Command::kHealthcheck:
      return Healthcheck(options, out);
    case Command::kDocument:
      out << DocumentText(options.document);
      return absl::OkStatus();
    case Command::kMetrics:
      out << MetricsReference();
      return absl::OkStatus();
  }
  return absl::InternalError("no such command");
}

}  // namespace maillog
