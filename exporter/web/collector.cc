#include "exporter/web/collector.h"

#include <iterator>

#include "exporter/web/process_metrics.h"
#include "metrics/families.h"

namespace maillog {

std::vector<std::shared_ptr<const Samples>> Collector::Samples() const {
  auto own = std::make_shared<maillog::Samples>();
  AddProcess(*own);
  AddBuildInfo(*own);
  add_own_(*own);
  // Before the first commit there is nothing to show; the scrape shows at least that the process
  // runs.
  auto committed = ledger_.Commit();
  if (!committed.ok()) counts_.CountScrapeFault();
  counts_.AddTo(*own);
  std::vector<std::shared_ptr<const maillog::Samples>> samples{std::move(own)};
  if (committed.ok()) samples.push_back(*std::move(committed));
  return samples;
}

std::vector<prometheus::MetricFamily> Collector::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& samples : Samples()) {
    std::vector<prometheus::MetricFamily> more = FamiliesOf(*samples);
    families.insert(families.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  }
  return families;
}

}  // namespace maillog
