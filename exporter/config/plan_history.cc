#include "exporter/config/plan_history.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exporter/config/plan.h"
#include "exporter/history/archives.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/input_kind.h"
#include "exporter/input/open.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

std::vector<std::string> BasePaths(const std::string& path) {
  std::vector<std::string> paths;
  const std::string name = NameOf(path);
  const std::string directory = path.substr(0, path.size() - name.size());
  for (const std::string& base : RotationBases(name)) paths.push_back(directory + base);
  return paths;
}

// Sorts the words of the command line. What has a base among `named` or on the disk is an archive;
// so is what is packed, whose bases count as named.
void TakeArchives(Options& options, FileSystem& files) {
  std::set<std::string> named(options.paths.begin(), options.paths.end());
  for (const std::string& path : options.paths) {
    if (!IsPackedName(NameOf(path))) continue;
    for (std::string& base : BasePaths(path)) named.insert(std::move(base));
  }
  std::vector<std::string> live;
  for (std::string& path : options.paths) {
    const std::vector<std::string> bases = BasePaths(path);
    const bool is_rotation = std::any_of(bases.begin(), bases.end(), [&](const std::string& base) {
      return named.contains(base) || files.Stat(base).ok();
    });
    const bool is_archive = KindOf(path).is_files && (IsPackedName(NameOf(path)) || is_rotation);
    (is_archive ? options.history.archives : live).push_back(std::move(path));
  }
  options.paths = std::move(live);
}

// Of archives alone: the log that they are rotated forms of.
std::string SourceOf(const std::vector<std::string>& archives) {
  std::vector<std::string> names;
  names.reserve(archives.size());
  for (const std::string& path : archives) names.push_back(NameOf(path));
  const std::string& first = archives.front();
  const std::string base = CommonBase(names);
  return base.empty() ? first : first.substr(0, first.size() - names.front().size()) + base;
}

absl::Status CheckHandOver(const std::vector<SourceOptions>& sources, FileSystem& files) {
  for (const SourceOptions& source : sources) {
    if (source.paths.empty()) {
      return absl::InvalidArgumentError(
          "--state.path hands over to an exporter that follows the log: name that log as PATH");
    }
    for (const std::string& path : source.paths) {
      if (!KindOf(path).is_files || IsGlob(path)) continue;
      if (const absl::StatusOr<FileStat> stat = files.Stat(path); !stat.ok()) return stat.status();
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BackfillRequest> PlanBackfill(const Options& given, FileSystem& files) {
  Options options = given;
  TakeArchives(options, files);
  const std::vector<std::string>& archives = options.history.archives;
  BackfillRequest request{.archives = archives,
                          .window = options.window,
                          .step = options.history.step.count(),
                          .labels = options.history.labels,
                          .directory = options.history.directory};
  const bool archives_alone =
      options.paths.empty() && options.config_file.empty() && !archives.empty();
  if (archives_alone) {
    request.sources.push_back(
        {.name = AsLabelValue(SourceOf(archives)), .start = StartAt::kBeginning});
  } else {
    options.start = StartAt::kBeginning;
    absl::StatusOr<std::vector<SourceOptions>> sources = PlanSources(options, files);
    if (!sources.ok()) return sources.status();
    request.sources = *std::move(sources);
  }
  if (request.sources.empty())
    return absl::InvalidArgumentError(options.config_file + ": there are no sources to read");
  if (request.sources.size() > 1 && !archives.empty()) {
    return absl::InvalidArgumentError(archives.front() +
                                      ": which of the logs is it of? Archives go with one log");
  }
  const std::vector<std::string>& paths = request.sources.front().paths;
  if (!archives.empty() && !paths.empty() && !KindOf(paths.front()).is_files) {
    return absl::InvalidArgumentError(paths.front() + " is no file, and has no archives");
  }
  if (!options.history.source.empty()) {
    if (request.sources.size() > 1)
      return absl::InvalidArgumentError("--source names one log, and there are several");
    request.sources.front().name = AsLabelValue(options.history.source);
  }
  for (const SourceOptions& source : request.sources) {
    if (source.paths == std::vector<std::string>{"-"})
      return absl::InvalidArgumentError("standard input has no archives: name files");
  }
  if (options.state_path) {
    if (absl::Status sound = CheckHandOver(request.sources, files); !sound.ok()) return sound;
  }
  return request;
}

}  // namespace maillog
