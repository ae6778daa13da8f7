// THE LIST of a source's keys.
#include "exporter/config/config_source.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "exporter/config/extra_labels.h"
#include "exporter/count/host_tallies.h"
#include "exporter/input/input_kind.h"
#include "exporter/input/kafka/kafka_address.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

constexpr std::size_t kMaxPaths = 1000;
constexpr std::size_t kMaxSourceNameBytes = 200;
// Each host has hundreds of its own series.
constexpr std::uint64_t kUsualLogHosts = 64;
constexpr std::uint64_t kMaxLogHosts = 1000;

absl::Status ReadPath(const ConfigValue& value, SourceOptions& source) {
  absl::StatusOr<std::string> path = value.Text();
  if (!path.ok()) return path.status();
  if (!source.paths.empty()) return value.Fault("a source has either path or paths, not both");
  if (absl::Status sound = CheckSourcePath(*path); !sound.ok()) {
    return value.Fault(std::string(sound.message()));
  }
  source.paths.push_back(*std::move(path));
  return absl::OkStatus();
}

absl::Status ReadPaths(const ConfigValue& value, SourceOptions& source) {
  const absl::StatusOr<std::vector<ConfigValue>> list = value.List();
  if (!list.ok()) return list.status();
  if (!source.paths.empty()) return value.Fault("a source has either path or paths, not both");
  if (list->size() > kMaxPaths) {
    return value.Fault(absl::StrCat("a source has at most ", kMaxPaths, " paths; use a glob"));
  }
  for (const ConfigValue& member : *list) {
    absl::StatusOr<std::string> path = member.Text();
    if (!path.ok()) return path.status();
    if (absl::Status sound = CheckSourcePath(*path); !sound.ok()) {
      return member.Fault(std::string(sound.message()));
    }
    if (list->size() > 1 && !KindOf(*path).is_files) {
      return member.Fault("only files can be followed together; give it a separate source");
    }
    source.paths.push_back(*std::move(path));
  }
  return absl::OkStatus();
}

absl::Status ReadName(const ConfigValue& value, SourceOptions& source) {
  absl::StatusOr<std::string> name = value.Text();
  if (!name.ok()) return name.status();
  if (name->size() > kMaxSourceNameBytes) {
    return value.Fault(absl::StrCat("name is longer than ", kMaxSourceNameBytes, " bytes"));
  }
  source.name = *std::move(name);
  return absl::OkStatus();
}

absl::Status ReadFormat(const ConfigValue& value, SourceOptions& source) {
  const absl::StatusOr<std::size_t> choice =
      value.Choice({kFormatNames.begin(), kFormatNames.end()});
  if (!choice.ok()) return choice.status();
  source.reading.format = static_cast<Format>(*choice);
  return absl::OkStatus();
}

absl::Status ReadTimezone(const ConfigValue& value, SourceOptions& source) {
  const absl::StatusOr<std::string> name = value.Text();
  if (!name.ok()) return name.status();
  source.reading.zone = absl::LocalTimeZone();
  if (*name == "local" || absl::LoadTimeZone(*name, &source.reading.zone)) return absl::OkStatus();
  return value.Fault("timezone '" + *name +
                     "' is not known on this machine; write local, or a name such as Asia/Tokyo");
}

absl::Status ReadLabels(const ConfigValue& value, SourceOptions& source) {
  source.reading.labels.clear();
  return value.ForEachEntry([&](const std::string& name, const ConfigValue& place,
                                const ConfigValue& text) {
    if (const std::string fault = LabelNameFault(name); !fault.empty()) {
      return place.Fault(fault);
    }
    absl::StatusOr<std::string> label = text.Text();
    if (!label.ok()) return label.status();
    if (label->size() > kMaxLabelBytes) {
      return text.Fault(absl::StrCat("label ", name, " is longer than ", kMaxLabelBytes, " bytes"));
    }
    if (source.reading.labels.size() >= kMaxLabels) {
      return place.Fault(absl::StrCat("a source has at most ", kMaxLabels, " labels"));
    }
    source.reading.labels.push_back({name, *std::move(label)});
    return absl::OkStatus();
  });
}

absl::Status ReadLogHost(const ConfigValue& value, SourceOptions& source) {
  if (!value.is_map()) {
    const absl::StatusOr<bool> wanted = value.Truth();
    if (!wanted.ok()) return value.Fault("log_host is neither true, false nor {limit: N}");
    source.reading.log_host_limit = *wanted ? kUsualLogHosts : 0;
    return absl::OkStatus();
  }
  return value.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& number) {
        if (name != "limit") return UnknownKey(place, name, {"limit"});
        const absl::StatusOr<std::uint64_t> limit = number.Number(kMaxLogHosts);
        if (!limit.ok()) return limit.status();
        source.reading.log_host_limit = *limit;
        return absl::OkStatus();
      });
}

absl::Status ReadMailLimit(const ConfigValue& value, SourceOptions& source) {
  const absl::StatusOr<std::uint64_t> limit = value.Number(MailMemory::kMaxLimit);
  if (!limit.ok()) return limit.status();
  if (*limit < MailMemory::kLeastLimit) {
    return value.Fault(absl::StrCat("mail_limit is less than ", MailMemory::kLeastLimit));
  }
  source.reading.mail_limit = *limit;
  return absl::OkStatus();
}

absl::Status ReadFromStart(const ConfigValue& value, SourceOptions& source) {
  const absl::StatusOr<bool> from_start = value.Truth();
  if (!from_start.ok()) return from_start.status();
  source.start = *from_start ? StartAt::kBeginning : StartAt::kEnd;
  return absl::OkStatus();
}

absl::Status ReadPoll(const ConfigValue& value, SourceOptions& source) {
  const absl::StatusOr<bool> poll = value.Truth();
  if (!poll.ok()) return poll.status();
  source.wake_by = *poll ? WakeBy::kPolling : WakeBy::kEvents;
  return absl::OkStatus();
}

absl::Status ReadRotated(const ConfigValue& value, SourceOptions& source) {
  absl::StatusOr<std::string> directory = value.Text();
  if (!directory.ok()) return directory.status();
  source.rotated = *std::move(directory);
  return absl::OkStatus();
}

absl::Status ReadKafka(const ConfigValue& value, SourceOptions& source) {
  const std::span<const std::string_view> known = KafkaPropertyNames();
  return value.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& text) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
          return UnknownKey(place, name, {known.begin(), known.end()});
        }
        absl::StatusOr<std::string> said = text.Lines();  // a certificate has several
        if (!said.ok()) return said.status();
        source.kafka.push_back({name, *std::move(said)});
        const absl::Status sound = CheckKafkaProperty(source.kafka.back());
        return sound.ok() ? sound : text.Fault(std::string(sound.message()));
      });
}

struct SourceKey {
  ConfigKey key;
  absl::Status (*read)(const ConfigValue& value, SourceOptions& source);
};

constexpr SourceKey kSourceKeys[] = {
    {{"path", "PATH",
      "What to follow: a log file, a glob, a directory, journal:, syslog+udp://HOST:PORT, "
      "syslog+tcp://HOST:PORT, syslog+relp://HOST:PORT, syslog+unix:///SOCKET or "
      "kafka://HOST:PORT/TOPIC, as on the command line."},
     &ReadPath},
    {{"paths", "[PATH, ...]",
      "Files, globs and directories that are counted together, instead of path."},
     &ReadPaths},
    {{"name", "NAME", "Value of the label source; by default the path, or the first of several."},
     &ReadName},
    {{"format", "FORMAT",
      "The form of its lines; those of another form are malformed. By default auto: each line by "
      "itself.",
      kFormatNames},
     &ReadFormat},
    {{"timezone", "ZONE", "Of stamps without a zone, such as Asia/Tokyo; by default local."},
     &ReadTimezone},
    {{"labels", "{NAME: VALUE, ...}", "Labels for every series of this source, at most 8."},
     &ReadLabels},
    {{"log_host", "true|false|{limit: N}",
      "Of a log of many machines: a label log_host for each of them, up to a "
      "limit of 64, or N; those beyond it are other. By default false."},
     &ReadLogHost},
    {{"mail_limit", "N",
      "How many mails in the queue are remembered, in some 120 bytes each; the oldest are "
      "forgotten "
      "first. By default 200000."},
     &ReadMailLimit},
    {{"from_start", "true|false",
      "Whether files that are there at the first start are read from their beginning; by "
      "default as --from-start says."},
     &ReadFromStart},
    {{"poll", "true|false",
      "Whether to look for changes every 250 ms instead of waiting for inotify; by default as "
      "--poll says."},
     &ReadPoll},
    {{"rotated", "DIRECTORY", "Where rotated files go, if not next to the log."}, &ReadRotated},
    {{"kafka", "{PROPERTY: VALUE, ...}",
      "Of a topic: properties of librdkafka that say how to talk to the brokers, such as "
      "security.protocol and sasl.username."},
     &ReadKafka},
};

// It never had an effect: lines are not decoded. Accepted until 0.2, so that existing
// configurations keep working, and not in the list, which is also what is suggested.
constexpr std::string_view kFormerKey = "encoding";

absl::Status WarnOfFormerKey(const ConfigValue& value) {
  LogWarn("a key of the configuration does nothing, and will be a fault in the next version",
          {{"at", std::string(value.Fault(kFormerKey).message())}});
  return absl::OkStatus();
}

std::vector<std::string> KeyNames() {
  std::vector<std::string> names;
  for (const SourceKey& key : kSourceKeys) names.emplace_back(key.key.name);
  return names;
}

}  // namespace

std::vector<ConfigKey> SourceKeys() {
  std::vector<ConfigKey> keys;
  for (const SourceKey& key : kSourceKeys) keys.push_back(key.key);
  return keys;
}

absl::StatusOr<SourceOptions> ReadSource(const ConfigValue& value, const SourceOptions& defaults) {
  SourceOptions source = defaults;
  absl::Status read = value.ForEachEntry([&](const std::string& name, const ConfigValue& place,
                                             const ConfigValue& of_key) {
    const auto* const key = std::find_if(std::begin(kSourceKeys), std::end(kSourceKeys),
                                         [&](const SourceKey& k) { return k.key.name == name; });
    if (key != std::end(kSourceKeys)) return key->read(of_key, source);
    return name == kFormerKey ? WarnOfFormerKey(of_key) : UnknownKey(place, name, KeyNames());
  });
  if (!read.ok()) return read;
  if (source.paths.empty()) return value.Fault("a source has no path");
  if (!source.kafka.empty() && !IsKafkaPath(source.paths.front())) {
    return value.Fault("kafka: belongs to a source whose path begins with kafka://");
  }
  if (source.name.empty()) source.name = source.paths.front();
  return source;
}

}  // namespace maillog
