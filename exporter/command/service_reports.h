// What systemd is told while the exporter serves, and how often.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "exporter/follow/sources.h"
#include "exporter/os/clock.h"
#include "exporter/os/service_manager.h"

namespace maillog {

/// `Following 2 sources.`, or how many of `sources` are not ready, and why one of them is not;
/// without a line break at its end, valid UTF-8.
[[nodiscard]] std::string StatusLine(std::size_t sources,
                                     const std::vector<Sources::Unready>& unready);

class ServiceReports {
 public:
  /// `is_alive` is whether the program is at work, and is asked before systemd is told so.
  ServiceReports(ServiceManager& manager, std::function<std::string()> status,
                 std::function<bool()> is_alive);

  /// How long until Report() is to be called again; nothing: there is nobody to tell.
  [[nodiscard]] std::optional<Duration> interval() const;
  void Report();

 private:
  ServiceManager& manager_;
  const std::function<std::string()> status_;
  const std::function<bool()> is_alive_;
  std::optional<Duration> interval_;
  std::uint64_t reports_ = 0;
};

}  // namespace maillog
