// How the sections of the web configuration are read: each is a list of keys.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/config/config_value.h"
#include "exporter/os/file_system.h"
#include "exporter/web/watched_file.h"
#include "exporter/web/web_config.h"
#include "exporter/web/web_tls.h"

namespace maillog {

/// What has been read so far, and where from.
struct WebDraft {
  const std::string& file;
  FileSystem& files;
  std::vector<WatchedFile>& read;
  WebConfig config;
  TlsSettings tls;
};

/// A key of a section, and what its value does.
struct WebKey {
  std::string_view name;
  absl::Status (*take)(const ConfigValue& value, WebDraft& draft);
};

/// Takes the values of a section's keys into the draft; a key that is not in the list is a fault.
template <std::size_t kCount>
absl::Status TakeSection(const ConfigValue& section, const std::array<WebKey, kCount>& keys,
                         WebDraft& draft) {
  return section.ForEachEntry([&](const std::string& name, const ConfigValue& place,
                                  const ConfigValue& value) {
    const auto* const key =
        std::find_if(keys.begin(), keys.end(), [&](const WebKey& one) { return one.name == name; });
    if (key != keys.end()) return key->take(value, draft);
    std::vector<std::string> names;
    names.reserve(keys.size());
    for (const WebKey& one : keys) names.emplace_back(one.name);
    return UnknownKey(place, name, names);
  });
}

/// Puts a value where it belongs, or returns what is wrong with it.
template <class Value>
absl::Status Put(absl::StatusOr<Value> value, Value& into) {
  if (!value.ok()) return value.status();
  into = *std::move(value);
  return absl::OkStatus();
}

}  // namespace maillog
