// THE LIST of a queue's keys.
#include "exporter/config/config_queue.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "parser/label_form.h"

namespace maillog {
namespace {

constexpr std::uint64_t kMaxSeconds = 86'400;

absl::Status ReadShowq(const ConfigValue& value, QueueOptions& queue) {
  const absl::StatusOr<std::string> text = value.Text();
  if (!text.ok()) return text.status();
  absl::StatusOr<QueueAddress> address = ParseQueueAddress(*text);
  if (!address.ok()) return value.Fault(absl::StrCat(*text, " ", address.status().message()));
  queue.address = *std::move(address);
  return absl::OkStatus();
}

absl::Status ReadSyslogName(const ConfigValue& value, QueueOptions& queue) {
  absl::StatusOr<std::string> name = value.Text();
  if (!name.ok()) return name.status();
  if (!IsServiceName(*name)) {
    return value.Fault(absl::StrCat(
        "syslog_name '", *name, "' is not a name of an instance, such as postfix or postfix-out"));
  }
  queue.syslog_name = *std::move(name);
  return absl::OkStatus();
}

absl::Status ReadSeconds(const ConfigValue& value, std::chrono::seconds& into) {
  const absl::StatusOr<std::uint64_t> number = value.Number(kMaxSeconds);
  if (!number.ok()) return number.status();
  into = std::chrono::seconds(*number);
  return absl::OkStatus();
}

absl::Status ReadInterval(const ConfigValue& value, QueueOptions& queue) {
  return ReadSeconds(value, queue.interval);
}

absl::Status ReadTimeout(const ConfigValue& value, QueueOptions& queue) {
  return ReadSeconds(value, queue.timeout);
}

struct QueueKey {
  ConfigKey key;
  absl::Status (*read)(const ConfigValue& value, QueueOptions& queue);
};

constexpr QueueKey kQueueKeys[] = {
    {{"showq", "ADDRESS", "PATH of the showq socket or of the queue directory, or HOST:PORT."},
     &ReadShowq},
    {{"syslog_name", "NAME",
      "Value of the label syslog_name; by default the queue directory's name if that begins with "
      "postfix, else postfix."},
     &ReadSyslogName},
    {{"interval", "SECONDS", "How often to read the queue; by default 60."}, &ReadInterval},
    {{"timeout", "SECONDS", "How long a reading may take; by default 300."}, &ReadTimeout},
};

std::vector<std::string> QueueKeyNames() {
  std::vector<std::string> names;
  for (const QueueKey& key : kQueueKeys) names.emplace_back(key.key.name);
  return names;
}

absl::StatusOr<QueueOptions> ReadOne(const ConfigValue& value) {
  QueueOptions queue;
  absl::Status read = value.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& of_key) {
        const auto* const key = std::find_if(std::begin(kQueueKeys), std::end(kQueueKeys),
                                             [&](const QueueKey& k) { return k.key.name == name; });
        if (key == std::end(kQueueKeys)) return UnknownKey(place, name, QueueKeyNames());
        return key->read(of_key, queue);
      });
  if (!read.ok()) return read;
  if (queue.address == QueueAddress{}) return value.Fault("a queue has no showq");
  if (queue.syslog_name.empty()) queue.syslog_name = InstanceNameOf(queue.address);
  return queue;
}

}  // namespace

std::vector<ConfigKey> QueueKeys() {
  std::vector<ConfigKey> keys;
  for (const QueueKey& key : kQueueKeys) keys.push_back(key.key);
  return keys;
}

absl::StatusOr<std::vector<QueueOptions>> ReadQueues(const ConfigValue& value) {
  const absl::StatusOr<std::vector<ConfigValue>> list = value.List();
  if (!list.ok()) return list.status();
  std::vector<QueueOptions> queues;
  for (const ConfigValue& member : *list) {
    absl::StatusOr<QueueOptions> queue = ReadOne(member);
    if (!queue.ok()) return queue.status();
    queues.push_back(*std::move(queue));
    if (absl::Status sound = CheckQueues(queues); !sound.ok()) {
      return member.Fault(std::string(sound.message()));
    }
  }
  return queues;
}

}  // namespace maillog
