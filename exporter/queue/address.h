// Where the showq(8) of a Postfix instance listens, and what the instance is called.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/os/listen_address.h"

namespace maillog {

struct QueueAddress {
  std::string path;   ///< of a socket; empty: TCP
  ListenAddress tcp;  ///< with a host and a port
  friend bool operator==(const QueueAddress&, const QueueAddress&) = default;
};

/// Text with a slash is a path: of the socket, or, if it does not end in `showq`, of the queue
/// directory that has it as `public/showq`. Anything else is HOST:PORT. Fails with the end of a
/// sentence about the text: `has no port`.
[[nodiscard]] absl::StatusOr<QueueAddress> ParseQueueAddress(std::string_view text);

/// As the user would write it.
[[nodiscard]] std::string ToText(const QueueAddress& address);

/// What an instance without a name is called: the name of its queue directory, if that begins with
/// `postfix` as those of postmulti(1) do; otherwise `postfix`.
[[nodiscard]] std::string InstanceNameOf(const QueueAddress& address);

inline constexpr std::chrono::seconds kUsualQueueInterval{60};
inline constexpr std::chrono::seconds kUsualQueueTimeout{300};
/// As many instances as the label syslog_name may have values.
inline constexpr std::size_t kMaxQueues = 16;

/// A queue that is read again and again.
struct QueueOptions {
  QueueAddress address;
  std::string syslog_name;  ///< value of the label: a service name
  /// At least this long from the end of one reading to the beginning of the next.
  std::chrono::seconds interval = kUsualQueueInterval;
  /// For a whole reading. Postfix opens two files for each message, which takes time.
  std::chrono::seconds timeout = kUsualQueueTimeout;
  friend bool operator==(const QueueOptions&, const QueueOptions&) = default;
};

/// Fails with one sentence if two have the same name, or there are more than kMaxQueues.
[[nodiscard]] absl::Status CheckQueues(const std::vector<QueueOptions>& queues);

}  // namespace maillog
