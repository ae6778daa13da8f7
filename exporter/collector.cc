#include "exporter/collector.h"

#include <iterator>
#include <utility>

#include "exporter/process_metrics.h"
#include "metrics/families.h"

namespace maillog {

std::vector<prometheus::MetricFamily> Collector::Collect() const {
  std::vector<prometheus::MetricFamily> families = ProcessFamilies();
  families.push_back(BuildInfoFamily());
  Samples own;
  add_own_(own);
  const auto add = [&families](std::vector<prometheus::MetricFamily> more) {
    families.insert(families.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  };
  add(FamiliesOf(own));
  // Before the first commit there is nothing to show; the scrape tells at least that the process
  // runs.
  if (const auto samples = ledger_.Commit(); samples.ok()) add(FamiliesOf(**samples));
  return families;
}

}  // namespace maillog
