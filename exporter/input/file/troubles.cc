#include "exporter/input/file/troubles.h"

#include <algorithm>

#include "exporter/os/log.h"

namespace maillog {

void Troubles::Set(const std::string& path, const absl::Status& error) {
  std::string& known = errors_[path];
  if (known == error.message()) return;
  known = std::string(error.message());
  LogWarn("a log cannot be read; trying again", {{"path", path}, {"error", known}});
}

void Troubles::Clear(const std::string& path) {
  if (errors_.erase(path) > 0) LogInfo("a log can be read again", {{"path", path}});
}

void Troubles::KeepOnly(const std::vector<std::string>& paths) {
  std::erase_if(errors_, [&](const auto& error) {
    return !std::binary_search(paths.begin(), paths.end(), error.first);
  });
}

void Troubles::SetMissing(const std::string& path) {
  errors_.erase(path);
  if (missing_.insert(path).second) LogInfo("waiting for a log", {{"path", path}});
}

void Troubles::ClearMissing(const std::string& path) {
  if (missing_.erase(path) > 0) LogInfo("the log that was waited for is there", {{"path", path}});
}

absl::Status Troubles::status() const {
  return errors_.empty() ? absl::OkStatus() : absl::UnavailableError(errors_.begin()->second);
}

}  // namespace maillog
