#include "exporter/command/trace.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/command/story_text.h"
#include "exporter/config/plan.h"
#include "exporter/trace/kept_stream.h"
#include "exporter/trace/log_files.h"
#include "exporter/trace/mails.h"
#include "exporter/trace/search.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

/// Of the lines that are kept; what a person can read, or a program wants, is far less.
constexpr std::size_t kMaxBytes = std::size_t{256} << 20U;

void PrintLines(const Story& story, const TraceFindings& findings, const Palette& palette,
                std::ostream& out) {
  for (const std::size_t line : story.lines) {
    std::string_view raw = findings.texts[line].raw;
    if (raw.ends_with('\n')) raw.remove_suffix(1);
    out << (palette.raw_controls ? std::string(raw) : Printable(raw)) << '\n';
  }
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PathsOrMachineLog(const Options& options,
                                                           FileSystem& files) {
  if (!options.paths.empty()) return options.paths;
  absl::StatusOr<std::string> own = MachineLog(files);
  if (!own.ok()) return own.status();
  return std::vector<std::string>{*std::move(own)};
}

absl::Status Trace(const Options& options, const std::vector<std::string>& paths, FileSystem& files,
                   const Palette& palette, std::ostream& out, std::ostream& diagnostics) {
  const bool rotated = options.rotated || options.paths.empty();
  KeptStreams streams(files);
  absl::StatusOr<std::vector<LogFile>> log =
      NewestFirst(paths, rotated ? WithRotated::kYes : WithRotated::kNo, files);
  if (!log.ok()) return log.status();
  for (LogFile& file : *log) {
    absl::StatusOr<std::string> kept = streams.Keep(file.path);
    if (!kept.ok()) return kept.status();
    file.path = *std::move(kept);
  }
  const TraceWhat what = TraceWhat::Of(options.what);
  const absl::StatusOr<TraceFindings> findings =
      FindTraces(what, *log, options.window, files, kMaxBytes);
  if (!findings.ok()) return findings.status();
  const std::vector<Story> stories = TellStories(what, *findings);
  const absl::TimeZone zone = absl::LocalTimeZone();
  for (const Story& story : stories) {
    switch (options.trace_as) {
      case TraceAs::kStories:
        out << (&story == &stories.front() ? "" : "\n")
            << StoryBlock(story, *findings, palette, zone);
        break;
      case TraceAs::kLines:
        PrintLines(story, *findings, palette, out);
        break;
      case TraceAs::kJson:
        out << StoryJson(story, *findings, zone) << '\n';
        break;
    }
  }
  out.flush();
  if (findings->cut) {
    diagnostics << "maillog_exporter: more was found than is kept in memory; ask for less, or for "
                   "a part of the log: --since, --until\n";
  }
  if (!stories.empty()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the log says nothing of ", Printable(options.what)));
}

}  // namespace maillog
