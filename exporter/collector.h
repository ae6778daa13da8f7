// What a scrape collects: the ledger's samples, and the exporter about itself.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "exporter/ledger.h"

namespace maillog {

/// Thread-safe.
class Collector final : public prometheus::Collectable {
 public:
  /// `ledger` must outlive this.
  explicit Collector(Ledger& ledger) : ledger_(ledger) {}

  /// Commits, and shows what was committed. Waits at most a second.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Ledger& ledger_;
};

}  // namespace maillog
