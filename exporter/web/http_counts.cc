#include "exporter/web/http_counts.h"

#include <algorithm>

#include "metrics/catalog/exporter.h"

namespace maillog {

void HttpCounts::CountRequest(std::string_view path, int status) {
  const std::lock_guard lock(mutex_);
  ++requests_[{path.empty() ? "other" : std::string(path), status}];
}

void HttpCounts::CountRefusal(HttpRefusal refusal) {
  const std::lock_guard lock(mutex_);
  ++refusals_[static_cast<std::size_t>(refusal)];
}

void HttpCounts::CountScrape(std::chrono::microseconds took) {
  const auto& bounds = kScrapeSeconds.bounds;
  const std::lock_guard lock(mutex_);
  scrapes_.buckets.resize(bounds.size() + 1);
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), took.count());
  ++scrapes_.buckets[static_cast<std::size_t>(bucket - bounds.begin())];
  ++scrapes_.count;
  scrapes_.sum += took.count();
}

void HttpCounts::CountScrapeFault() {
  const std::lock_guard lock(mutex_);
  ++scrape_faults_;
}

void HttpCounts::AddTo(Samples& samples) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [request, count] : requests_) {
    samples.AddCounter(kHttpRequests, {request.first, std::to_string(request.second)}, count);
  }
  for (std::size_t i = 0; i < refusals_.size(); ++i) {
    samples.AddCounter(kHttpRefusals, {std::string(kHttpRefusalNames[i])}, refusals_[i]);
  }
  HistogramValue scrapes = scrapes_;
  scrapes.buckets.resize(kScrapeSeconds.bounds.size() + 1);
  samples.AddHistogram(kScrapeSeconds, {}, scrapes);
  samples.AddCounter(kScrapeFaults, {}, scrape_faults_);
}

}  // namespace maillog
