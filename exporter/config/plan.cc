#include "exporter/config/plan.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/config/config.h"
#include "exporter/config/default_log.h"
#include "exporter/config/nearest.h"
#include "exporter/input/not_a_log.h"
#include "exporter/input/open.h"
#include "exporter/input/unpacker.h"
#include "exporter/state/state_directory.h"
#include "metrics/catalog/exporter.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

// How many files a pattern matches, or a directory holds, now.
std::string FilesNow(const std::string& path, FileSystem& files) {
  const std::unique_ptr<PathList> list = PathsOf(path, files);
  const absl::StatusOr<Listing> listing = list->List(files);
  if (!listing.ok()) return absl::StrCat("cannot be read: ", listing.status().message());
  const auto count = std::count_if(listing->files.begin(), listing->files.end(),
                                   [&files](const std::string& file) {
                                     const absl::StatusOr<FileStat> stat = files.Stat(file);
                                     return stat.ok() && stat->kind == FileKind::kRegular;
                                   });
  return count == 1 ? "1 file now" : absl::StrCat(count, " files now");
}

std::string WhatIsThere(const std::string& path, FileSystem& files) {
  if (const std::string_view what = KindOf(path).what; !what.empty()) return std::string(what);
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  if (!stat.ok()) {
    if (IsGlob(path)) return "a pattern, " + FilesNow(path, files);
    return IsMissing(stat.status()) ? "not there yet, will be waited for"
                                    : absl::StrCat("cannot be read: ", stat.status().message());
  }
  switch (stat->kind) {
    case FileKind::kDirectory:
      return "a directory, " + FilesNow(path, files);
    case FileKind::kStream:
      return "a stream";
    case FileKind::kRegular:
      break;
    case FileKind::kOther:
      return "neither a file nor a directory";
  }
  if (const absl::StatusOr<std::unique_ptr<File>> file = files.Open(path); !file.ok()) {
    return absl::StrCat("cannot be read: ", file.status().message());
  }
  return absl::StrCat("a file of ", stat->size, " bytes");
}

// What is read as it arrives has neither a beginning nor an end.
std::string FromWhere(const SourceOptions& source, const std::string& path, FileSystem& files) {
  const InputKind& kind = KindOf(path);
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  const bool is_stream = kind.is_files && stat.ok() && stat->kind == FileKind::kStream;
  if (is_stream || !kind.has_past) return ", what comes from now on";
  return source.start == StartAt::kEnd ? " from its end" : " from its beginning";
}

// What a configuration says besides the path: a line for each, indented.
std::string WhatIsSaid(const SourceOptions& source) {
  const ShardOptions& reading = source.reading;
  std::string text;
  const auto say = [&text](const std::string& what) { absl::StrAppend(&text, "  ", what, "\n"); };
  if (source.name != source.paths.front()) say("as " + source.name);
  if (reading.format != Format::kAuto) {
    say("of the format " + std::string(kFormatNames[static_cast<std::size_t>(reading.format)]));
  }
  if (reading.zone != absl::LocalTimeZone()) say("in the timezone " + reading.zone.name());
  for (const ExtraLabel& label : reading.labels) {
    say(absl::StrCat("with the label ", label.name, "=\"", label.value, "\""));
  }
  if (reading.log_host_limit > 0) {
    say(absl::StrCat("by log_host, at most ", reading.log_host_limit, " hosts"));
  }
  if (!source.kafka.empty()) {
    std::string names;
    for (const KafkaProperty& property : source.kafka) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", property.name);
    }
    say("with librdkafka's properties " + names);
  }
  if (reading.mail_limit != MailMemory::kDefaultLimit) {
    say(absl::StrCat("remembering at most ", reading.mail_limit, " mails"));
  }
  if (!source.rotated.empty()) say("rotated to " + source.rotated);
  return text;
}

// The journal, if there is no file; it is in one of these two directories. The package creates the
// first one, which stays empty where no journald runs.
std::optional<std::string> FindJournal(FileSystem& files) {
  for (const char* const directory : {"/var/log/journal", "/run/log/journal"}) {
    const absl::StatusOr<FileStat> stat = files.Stat(directory);
    if (!stat.ok() || stat->kind != FileKind::kDirectory) continue;
    const absl::StatusOr<std::vector<std::string>> names = files.List(directory);
    if (!names.ok() || !names->empty()) return "journal:";
  }
  return std::nullopt;
}

// What exists already shows that it will never be a log. Whether it can be read shows later.
absl::Status CheckContent(const std::string& path, FileSystem& files) {
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  if (!stat.ok() || stat->kind != FileKind::kRegular) return absl::OkStatus();
  const absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok()) return absl::OkStatus();
  std::array<char, kPackedBeginning> bytes;
  const absl::StatusOr<std::size_t> read = (*file)->ReadAt(0, bytes);
  const std::string_view beginning(bytes.data(), read.value_or(0));
  if (std::string why = WhyNoLog(beginning, path, files); !why.empty()) {
    return absl::InvalidArgumentError(why);
  }
  if (!IsPacked(beginning)) return absl::OkStatus();
  return absl::InvalidArgumentError(path +
                                    ": packed, so that nothing is added to it; read it once with "
                                    "maillog_exporter count or explain");
}

// On the command line a word is more likely a mistyped command than a log that is not there yet.
absl::Status CheckWord(const std::string& path, FileSystem& files) {
  if (!KindOf(path).is_files || !IsMissing(files.Stat(path).status())) return absl::OkStatus();
  if (path.find('/') != std::string::npos) {
    const std::string from_root = "/" + path;
    if (path.front() == '/' || !files.Stat(from_root).ok()) return absl::OkStatus();
    return absl::NotFoundError(path + " is not there; did you mean " + from_root + "?");
  }
  if (path.find_first_of(".*?[") != std::string::npos) return absl::OkStatus();
  std::vector<std::string> words = CommandNames();
  words.emplace_back("journal:");
  const std::string nearest = Nearest(path, words);
  return absl::NotFoundError(path + " is neither a command nor a file; " +
                             (nearest.empty() ? "a log that is not there yet is named ./" + path
                                              : "did you mean " + nearest + "?"));
}

absl::StatusOr<std::vector<SourceOptions>> CheckContents(
    absl::StatusOr<std::vector<SourceOptions>> sources, FileSystem& files) {
  if (!sources.ok()) return sources;
  for (const SourceOptions& source : *sources) {
    for (const std::string& path : source.paths) {
      if (!KindOf(path).is_files) continue;
      if (absl::Status log = CheckContent(path, files); !log.ok()) return log;
    }
  }
  return sources;
}

absl::StatusOr<std::vector<SourceOptions>> NamedByPaths(const std::vector<std::string>& paths,
                                                        const SourceOptions& defaults) {
  std::vector<SourceOptions> sources;
  for (const std::string& path : paths) {
    const std::string name = AsLabelValue(path);
    const auto known =
        std::find_if(sources.begin(), sources.end(),
                     [&](const SourceOptions& source) { return source.name == name; });
    if (known == sources.end()) {
      SourceOptions& source = sources.emplace_back(defaults);
      source.paths = {path};
      source.name = name;
    } else if (known->paths.front() != path) {
      return absl::InvalidArgumentError(
          absl::StrCat("two sources would be named ", name,
                       "; give them other names in a --config.file, by way of a glob"));
    }
  }
  return sources;
}

}  // namespace

absl::StatusOr<std::string> MachineLog(FileSystem& files) {
  std::optional<std::string> usual = FindUsualLog(files);
  if (!usual) usual = FindJournal(files);
  if (usual) return *std::move(usual);
  return absl::NotFoundError(
      "there is no mail log at /var/log/maillog, /var/log/mail.log, /var/adm/maillog or "
      "/var/adm/syslog/mail.log, and no journal; name the log as PATH");
}

absl::StatusOr<std::vector<SourceOptions>> PlanSources(const Options& options, FileSystem& files) {
  const SourceOptions defaults{.start = options.start, .wake_by = options.wake_by};
  if (!options.config_file.empty()) {
    absl::StatusOr<Config> config = ReadConfig(options.config_file, defaults, files);
    if (!config.ok()) return config.status();
    return CheckContents(std::move(config->sources), files);
  }
  for (const std::string& path : options.paths) {
    if (absl::Status sound = CheckSourcePath(path); !sound.ok()) return sound;
    if (absl::Status meant = CheckWord(path, files); !meant.ok()) return meant;
  }
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) {
    absl::StatusOr<std::string> usual = MachineLog(files);
    if (!usual.ok()) return usual.status();
    paths.push_back(*std::move(usual));
  }
  return CheckContents(NamedByPaths(paths, defaults), files);
}

std::vector<SourceOptions> GoOnWithJournal(std::vector<SourceOptions> sources,
                                           const Options& options, Ledger& ledger,
                                           FileSystem& files) {
  const bool is_named = !options.paths.empty() || !options.config_file.empty();
  if (is_named || ledger.SavedOf(sources.front().name)) return sources;
  const std::optional<std::string> journal = FindJournal(files);
  if (!journal || !ledger.SavedOf(*journal)) return sources;
  const auto saved = ledger.Commit();
  if (!saved.ok() || (*saved)->CounterValue(kRecords.name, {*journal, "counted"}) == 0)
    return sources;
  sources.front().name = *journal;
  sources.front().paths = {*journal};
  return sources;
}

absl::StatusOr<std::vector<QueueOptions>> PlanQueues(const Options& options, FileSystem& files) {
  if (options.config_file.empty()) return options.queues;
  absl::StatusOr<Config> config = ReadConfig(options.config_file, {}, files);
  if (!config.ok()) return config.status();
  if (options.queues.empty()) return std::move(config->queues);
  if (config->queues.empty()) return options.queues;
  return absl::InvalidArgumentError("--queue.showq is given beside `queue:` in " +
                                    options.config_file + "; name all queues there");
}

std::string QueuesText(const std::vector<QueueOptions>& queues) {
  std::string text;
  for (const QueueOptions& queue : queues) {
    absl::StrAppend(&text, "read the queue of ", queue.syslog_name, " at ", ToText(queue.address),
                    " every ", queue.interval.count(), " s\n");
  }
  return text;
}

std::string PlanText(const std::vector<SourceOptions>& sources, const Options& options,
                     FileSystem& files) {
  std::string text;
  for (const SourceOptions& source : sources) {
    for (const std::string& path : source.paths) {
      absl::StrAppend(&text, "follow ", path, " (", WhatIsThere(path, files), ")",
                      FromWhere(source, path, files),
                      source.wake_by == WakeBy::kPolling ? ", by polling" : "", "\n");
    }
    absl::StrAppend(&text, WhatIsSaid(source));
  }
  for (const ListenAddress& address : options.listen_addresses) {
    absl::StrAppend(&text, "serve ", options.telemetry_path, " on ", ToText(address), "\n");
  }
  const std::string directory = StatePath(options.state_path);
  absl::StrAppend(&text, "keep the state in ", directory.empty() ? "memory" : directory, "\n");
  return text;
}

}  // namespace maillog
