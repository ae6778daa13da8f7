#include "exporter/command/service_reports.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

// So old may be what `systemctl status` shows.
constexpr Duration kStatusAge = std::chrono::seconds(5);
// The first one is from before anything was read, and who has just started the service looks at it.
constexpr Duration kFirstStatusAge = std::chrono::milliseconds(500);

std::string WhyNot(const Sources::Unready& source) {
  if (source.why.ok()) return "is still being read up to where it stood at start";
  return absl::StrCat("cannot be read: ", source.why.message());
}

}  // namespace

std::string StatusLine(std::size_t sources, const std::vector<Sources::Unready>& unready) {
  const std::string of_all = absl::StrCat(sources, sources == 1 ? " source" : " sources");
  if (unready.empty()) return absl::StrCat("Following ", of_all, ".");
  std::string line;
  AppendValidUtf8(line, absl::StrCat(unready.size(), " of ", of_all, " not ready: ",
                                     unready.front().source, " ", WhyNot(unready.front())));
  return line;
}

ServiceReports::ServiceReports(ServiceManager& manager, std::function<std::string()> status,
                               std::function<bool()> is_alive)
    : manager_(manager), status_(std::move(status)), is_alive_(std::move(is_alive)) {
  if (!manager.is_there()) return;
  interval_ = kStatusAge;
  // One that comes late by half the time is still in time.
  if (manager.watchdog()) interval_ = std::min(*interval_, *manager.watchdog() / 2);
}

std::optional<Duration> ServiceReports::interval() const {
  return interval_ && reports_ <= 1 ? std::min(*interval_, kFirstStatusAge) : interval_;
}

void ServiceReports::Report() {
  if (!interval_) return;
  ++reports_;
  if (manager_.watchdog() && is_alive_()) manager_.Alive();
  manager_.Status(status_());
}

}  // namespace maillog
