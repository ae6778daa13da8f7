#include "exporter/queue/address.h"

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "exporter/os/file_system.h"
#include "parser/label_form.h"

namespace maillog {
namespace {

constexpr std::string_view kSocket = "public/showq";
constexpr std::string_view kUsualName = "postfix";
// sockaddr_un of Linux, with its NUL.
constexpr std::size_t kMaxSocketPath = 107;

}  // namespace

absl::StatusOr<QueueAddress> ParseQueueAddress(std::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  if (text.find('/') == std::string_view::npos) {
    const std::optional<ListenAddress> address = ParseListenAddress(text);
    if (!address) {
      return absl::InvalidArgumentError("is neither a path nor HOST:PORT: it " +
                                        WhyNoAddress(text));
    }
    if (address->host.empty() || address->port == 0) {
      return absl::InvalidArgumentError("names no host and port to connect to");
    }
    return QueueAddress{.path = {}, .tcp = *address};
  }
  std::string path(text);
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (NameOf(path) != "showq") path = JoinPath(path, std::string(kSocket));
  if (path.size() > kMaxSocketPath) {
    return absl::InvalidArgumentError(
        absl::StrCat("is longer than a socket's path may be, ", kMaxSocketPath, " bytes"));
  }
  return QueueAddress{.path = std::move(path), .tcp = {}};
}

std::string ToText(const QueueAddress& address) {
  return address.path.empty() ? ToText(address.tcp) : address.path;
}

std::string InstanceNameOf(const QueueAddress& address) {
  if (!address.path.empty()) {
    std::string name = NameOf(DirectoryOf(DirectoryOf(address.path)));
    if (name.starts_with(kUsualName) && IsServiceName(name)) return name;
  }
  return std::string(kUsualName);
}

absl::Status CheckQueues(const std::vector<QueueOptions>& queues) {
  if (queues.size() > kMaxQueues) {
    return absl::InvalidArgumentError(absl::StrCat("there are more than ", kMaxQueues, " queues"));
  }
  std::set<std::string> names;
  for (const QueueOptions& queue : queues) {
    if (names.insert(queue.syslog_name).second) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("two queues are those of ", queue.syslog_name,
                     "; give each its syslog_name under `queue:` in a --config.file"));
  }
  return absl::OkStatus();
}

}  // namespace maillog
