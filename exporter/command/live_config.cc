#include "exporter/command/live_config.h"

#include <string>

#include "absl/strings/str_join.h"
#include "exporter/os/file_system.h"
#include "exporter/os/log.h"

namespace maillog {

absl::Status LiveConfig::Reload(std::string_view asked_by) {
  const std::lock_guard lock(mutex_);
  if (ended_) return absl::UnavailableError("the exporter is stopping");
  if (options_.config_file.empty()) {
    LogInfo("there is no configuration to read again", {{"asked_by", std::string(asked_by)}});
    return absl::OkStatus();
  }
  const auto planned = PlanSources(options_, PosixFileSystem());
  const auto planned_queues = PlanQueues(options_, PosixFileSystem());
  absl::Status fault = planned.ok() ? planned_queues.status() : planned.status();
  if (!fault.ok()) {
    LogError("the new configuration has a fault; the old one stays in force",
             {{"asked_by", std::string(asked_by)}, {"error", std::string(fault.message())}});
    in_force_ = false;  // whoever sees it finds the reason in the log
    return fault;
  }
  queues_.Apply(*planned_queues);
  const Sources::Changes changes = sources_.Apply(*planned);
  LogInfo("the configuration was read again", {{"asked_by", std::string(asked_by)},
                                               {"added", absl::StrJoin(changes.added, " ")},
                                               {"removed", absl::StrJoin(changes.removed, " ")}});
  in_force_ = true;
  return absl::OkStatus();
}

void LiveConfig::End() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

}  // namespace maillog
