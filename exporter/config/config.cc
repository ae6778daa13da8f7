#include "exporter/config/config.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "exporter/config/config_queue.h"
#include "exporter/config/config_source.h"
#include "exporter/config/config_value.h"

namespace maillog {
namespace {

// The line of each name and path, to find duplicates.
class Known {
 public:
  [[nodiscard]] absl::Status Add(const ConfigValue& place, const SourceOptions& source) {
    if (!names_.insert(source.name).second) {
      return place.Fault("two sources are named " + source.name + "; give one another name");
    }
    for (const std::string& path : source.paths) {
      if (!paths_.insert(path).second) return place.Fault(path + " is named twice");
    }
    return absl::OkStatus();
  }

 private:
  std::set<std::string> names_;
  std::set<std::string> paths_;
};

absl::Status ReadSources(const ConfigValue& value, const SourceOptions& defaults,
                         std::vector<SourceOptions>& sources) {
  const absl::StatusOr<std::vector<ConfigValue>> list = value.List();
  if (!list.ok()) return list.status();
  if (list->size() > kMaxConfiguredSources) {
    return value.Fault(absl::StrCat("there are more than ", kMaxConfiguredSources, " sources"));
  }
  Known known;
  for (const ConfigValue& member : *list) {
    absl::StatusOr<SourceOptions> source = ReadSource(member, defaults);
    if (!source.ok()) return source.status();
    if (absl::Status unique = known.Add(member, *source); !unique.ok()) return unique;
    sources.push_back(*std::move(source));
  }
  return absl::OkStatus();
}

absl::StatusOr<Config> ReadDocument(const YAML::Node& document, const std::string& file,
                                    const SourceOptions& defaults) {
  Config config;
  const ConfigValue top(document, "the file", file);
  if (!top.is_map()) return ConfigFault(file, 0, "there are no sources; begin with `sources:`");
  absl::Status read = top.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& value) {
        if (name == "sources") return ReadSources(value, defaults, config.sources);
        if (name != "queue") return UnknownKey(place, name, {"sources", "queue"});
        absl::StatusOr<std::vector<QueueOptions>> queues = ReadQueues(value);
        if (!queues.ok()) return queues.status();
        config.queues = *std::move(queues);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return config;
}

}  // namespace

absl::StatusOr<Config> ReadConfig(const std::string& file, const SourceOptions& defaults,
                                  FileSystem& files) {
  const absl::StatusOr<std::string> text = ReadConfigText(file, files);
  if (!text.ok()) return text.status();
  return ParseConfig(*text, file, defaults);
}

absl::StatusOr<Config> ParseConfig(std::string_view text, const std::string& file,
                                   const SourceOptions& defaults) {
  const absl::StatusOr<YAML::Node> document = ParseYaml(text, file);
  if (!document.ok()) return document.status();
  return ReadDocument(*document, file, defaults);
}

}  // namespace maillog
