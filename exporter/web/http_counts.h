// What the HTTP server has done since the start, for its own metrics.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/catalog/exporter.h"
#include "metrics/samples.h"

namespace maillog {

/// What became of connections that did not end by themselves, and of requests that were not let in.
enum class HttpRefusal : std::uint8_t { kStranger, kFull, kUnread, kTls, kPassword, kRate };

/// Thread-safe.
class HttpCounts {
 public:
  /// `path`: one of the server's own; empty: any other.
  void CountRequest(std::string_view path, int status);
  void CountRefusal(HttpRefusal refusal);
  void CountScrape(std::chrono::microseconds took);
  /// There were no numbers to show.
  void CountScrapeFault();

  void AddTo(Samples& samples) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t>
      requests_;  // the server's paths, its statuses
  std::array<std::uint64_t, kHttpRefusalNames.size()> refusals_{};
  HistogramValue scrapes_;
  std::uint64_t scrape_faults_ = 0;
};

}  // namespace maillog
