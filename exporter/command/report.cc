#include "exporter/command/report.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "exporter/command/report_forms.h"
#include "exporter/command/report_model.h"
#include "exporter/command/report_words.h"
#include "exporter/follow/count_to_end.h"
#include "exporter/trace/log_files.h"

namespace maillog {
namespace {

// The oldest first, without those that were written to for the last time before the part begins.
absl::StatusOr<std::vector<std::string>> FilesOf(const Options& options,
                                                 const std::vector<std::string>& paths,
                                                 FileSystem& files) {
  const bool rotated = options.rotated || options.paths.empty();
  if (!rotated) return paths;
  const absl::StatusOr<std::vector<LogFile>> log = NewestFirst(paths, WithRotated::kYes, files);
  if (!log.ok()) return log.status();
  std::vector<std::string> names;
  for (const LogFile& file : *log) {
    if (absl::FromUnixNanos(file.modified_ns) >= options.window.since) names.push_back(file.path);
  }
  std::reverse(names.begin(), names.end());
  return names;
}

std::string TextOf(const Options& options, const Report& report, Language language) {
  if (options.command == Command::kTop) {
    return options.report_as == ReportAs::kJson ? TablesJson(report, options.what)
                                                : TablesText(report, options.what, language);
  }
  switch (options.report_as) {
    case ReportAs::kText:
      break;
    case ReportAs::kJson:
      return ReportJson(report);
    case ReportAs::kHtml:
      return ReportHtml(report, language);
  }
  return ReportText(report, language);
}

}  // namespace

absl::Status WriteReport(const Options& options, const std::vector<std::string>& paths,
                         FileSystem& files, std::ostream& out, std::ostream& diagnostics) {
  const absl::StatusOr<std::vector<std::string>> all = FilesOf(options, paths, files);
  if (!all.ok()) return all.status();
  const absl::TimeZone zone = absl::LocalTimeZone();
  const absl::Time now = absl::Now();
  MailsOfLog mails;
  LogNames first(mails, zone, now);
  LogNames second(mails, zone, now, &first);
  LogPart part(options.window);
  const SinkWrapper through = [&](BlockSink count) { return part.Through(std::move(count)); };
  // Nothing is shown of whole mails, lengths of sessions or who does most of late.
  const absl::StatusOr<Samples> samples =
      CountToEnd(*all, files, through, {.own = &first, .second = &second}, UsableProcessors(),
                 Counting::kLines);
  if (!samples.ok()) return samples.status();
  first.Merge(second);
  Report report = MakeReport(*samples, part.span(), zone, first, options.most_rows);
  report.asked = options.window;
  if (options.anonymous) MakeAnonymous(report);
  out << TextOf(options, report, options.language.value_or(LanguageOfEnvironment()));
  out.flush();
  if (const std::string why = part.WhyEmpty(); !why.empty())
    diagnostics << "maillog_exporter: " << why << '\n';
  return absl::OkStatus();
}

}  // namespace maillog
