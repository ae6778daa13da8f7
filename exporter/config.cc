#include "exporter/config.h"

#include <set>
#include <span>

#include "absl/strings/str_cat.h"
#include "exporter/config_source.h"
#include "exporter/config_value.h"

namespace maillog {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& path, FileSystem& files) {
  const absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok()) return file.status();
  std::string text(kMostConfigBytes + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const absl::StatusOr<std::size_t> read =
        (*file)->ReadAt(size, std::span<char>(text).subspan(size));
    if (!read.ok()) return read.status();
    if (*read == 0) break;
    size += *read;
  }
  if (size > kMostConfigBytes) {
    return ConfigFault(path, 0, absl::StrCat("longer than ", kMostConfigBytes, " bytes"));
  }
  text.resize(size);
  return text;
}

// Where each name and path stands, to find what is there twice.
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
  if (list->size() > kMostConfiguredSources) {
    return value.Fault(absl::StrCat("there are more than ", kMostConfiguredSources, " sources"));
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

absl::StatusOr<std::vector<SourceOptions>> ReadDocument(const YAML::Node& document,
                                                        const std::string& file,
                                                        const SourceOptions& defaults) {
  std::vector<SourceOptions> sources;
  const ConfigValue top(document, "the file", file);
  if (!top.is_map()) return ConfigFault(file, 0, "there are no sources; begin with `sources:`");
  absl::Status read = top.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& value) {
        if (name != "sources") return UnknownKey(place, name, {"sources"});
        return ReadSources(value, defaults, sources);
      });
  if (!read.ok()) return read;
  return sources;
}

}  // namespace

absl::StatusOr<std::vector<SourceOptions>> ReadConfig(const std::string& file,
                                                      const SourceOptions& defaults,
                                                      FileSystem& files) {
  const absl::StatusOr<std::string> text = ReadText(file, files);
  if (!text.ok()) return text.status();
  return ParseConfig(*text, file, defaults);
}

absl::StatusOr<std::vector<SourceOptions>> ParseConfig(std::string_view text,
                                                       const std::string& file,
                                                       const SourceOptions& defaults) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return ReadDocument(YAML::Node(), file, defaults);
    if (documents.size() > 1) {
      return ConfigFault(file, documents[1].Mark().line + 1, "there is more than one document");
    }
    return ReadDocument(documents.front(), file, defaults);
  } catch (const YAML::Exception& error) {
    return ConfigFault(file, error.mark.line + 1, "not YAML: " + error.msg);
  }
}

}  // namespace maillog
