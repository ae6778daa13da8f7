// What inputs that listen for senders share, whatever these speak: when it is tried again, and
// whose connection makes room for another.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "exporter/os/clock.h"

namespace maillog {

/// Connections that wait to be accepted.
inline constexpr int kListenBacklog = 64;
/// How often idle connections are looked for.
inline constexpr std::chrono::seconds kBetweenIdleLooks{10};

/// When a socket that cannot listen is tried again. The log says that once, not for each try, and
/// once that it is over.
class ListenRetry {
 public:
  /// `what`: what is received, as the log calls it.
  explicit ListenRetry(std::string what) : what_(std::move(what)) {}

  /// Notes what a try has come to, and returns when to look again: now, if it listens.
  [[nodiscard]] TimePoint Tried(const absl::Status& listening, TimePoint now);

 private:
  static constexpr Duration kFirst = std::chrono::milliseconds(250);
  static constexpr Duration kMax = std::chrono::seconds(30);

  const std::string what_;
  Duration next_ = kFirst;
};

/// Whether accept() had no room for a connection. It stays where it is then, and would be announced
/// without end: the socket is not watched until the next look.
[[nodiscard]] bool LacksRoom(int error);

/// Of connections, by whatever, whose `last` says when something came: the one that has been silent
/// longest, if that is as long as `idle`; else end(). There is at least one.
template <class Connections>
[[nodiscard]] typename Connections::iterator LongestIdle(Connections& connections, TimePoint now,
                                                         Duration idle) {
  const auto longest =
      std::min_element(connections.begin(), connections.end(),
                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
  return now - longest->second.last < idle ? connections.end() : longest;
}

}  // namespace maillog
