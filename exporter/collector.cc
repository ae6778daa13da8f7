#include "exporter/collector.h"

#include <iterator>
#include <utility>

#include "exporter/process_metrics.h"
#include "metrics/catalog/exporter.h"
#include "metrics/families.h"

namespace maillog {

std::vector<prometheus::MetricFamily> Collector::Collect() const {
  std::vector<prometheus::MetricFamily> families = ProcessFamilies();
  families.push_back(BuildInfoFamily());
  Samples config;
  config.SetGauge(kConfigLastReload, {}, config_in_force_ ? 1 : 0);
  families.push_back(FamiliesOf(config).front());
  // Before the first commit there is nothing to show; the scrape tells at least that the process
  // runs.
  if (const auto samples = ledger_.Commit(); samples.ok()) {
    std::vector<prometheus::MetricFamily> counted = FamiliesOf(**samples);
    families.insert(families.end(), std::make_move_iterator(counted.begin()),
                    std::make_move_iterator(counted.end()));
  }
  return families;
}

}  // namespace maillog
