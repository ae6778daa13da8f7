// What a scrape collects: the ledger's samples, and what the exporter knows about itself.
#pragma once

#include <prometheus/collectable.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "exporter/state/ledger.h"
#include "exporter/web/http_counts.h"
#include "metrics/samples.h"

namespace maillog {

/// Thread-safe.
class Collector final : public prometheus::Collectable {
 public:
  /// `ledger` and `counts` must outlive this. `add_own` adds what the program knows about itself.
  using AddOwn = std::function<void(maillog::Samples&)>;
  Collector(Ledger& ledger, HttpCounts& counts, AddOwn add_own)
      : ledger_(ledger), counts_(counts), add_own_(std::move(add_own)) {}

  /// Commits, and returns what was committed, without a copy. Waits at most a second. No family is
  /// in two of them.
  [[nodiscard]] std::vector<std::shared_ptr<const maillog::Samples>> Samples() const;
  /// The same in prometheus-cpp's model, for users who have a registry.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Ledger& ledger_;
  HttpCounts& counts_;
  const AddOwn add_own_;
};

}  // namespace maillog
