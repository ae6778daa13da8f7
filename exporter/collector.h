// What a scrape collects: the ledger's samples, and the exporter about itself.
#pragma once

#include <prometheus/collectable.h>

#include <atomic>
#include <vector>

#include "exporter/ledger.h"

namespace maillog {

/// Thread-safe.
class Collector final : public prometheus::Collectable {
 public:
  /// Both must outlive this. `config_in_force`: whether the configuration last asked for is the one
  /// that is followed.
  Collector(Ledger& ledger, const std::atomic<bool>& config_in_force)
      : ledger_(ledger), config_in_force_(config_in_force) {}

  /// Commits, and shows what was committed. Waits at most a second.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Ledger& ledger_;
  const std::atomic<bool>& config_in_force_;
};

}  // namespace maillog
