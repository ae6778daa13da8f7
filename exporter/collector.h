// What a scrape collects: the ledger's samples, and the exporter about itself.
#pragma once

#include <prometheus/collectable.h>

#include <functional>
#include <utility>
#include <vector>

#include "exporter/ledger.h"

namespace maillog {

/// Thread-safe.
class Collector final : public prometheus::Collectable {
 public:
  /// `ledger` must outlive this. `add_own` adds what the program knows of itself.
  using AddOwn = std::function<void(Samples&)>;
  Collector(Ledger& ledger, AddOwn add_own) : ledger_(ledger), add_own_(std::move(add_own)) {}

  /// Commits, and shows what was committed. Waits at most a second.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Ledger& ledger_;
  const AddOwn add_own_;
};

}  // namespace maillog
