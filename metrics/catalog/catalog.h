// THE LIST of all rows. A metric over known facts is one more row in the file of its topic.
#pragma once

#include <tuple>
#include <vector>

#include "metrics/catalog/activity.h"
#include "metrics/catalog/delivery.h"
#include "metrics/catalog/exporter.h"
#include "metrics/catalog/incoming.h"
#include "metrics/catalog/mailbox.h"
#include "metrics/catalog/mails.h"
#include "metrics/catalog/queue.h"
#include "metrics/catalog/queue_listing.h"
#include "metrics/catalog/trouble.h"

namespace maillog {

/// Rows over facts.
inline constexpr auto kCatalog =
    std::tuple_cat(kDeliveryRows, kIncomingRows, kQueueRows, kMailRows, kMailboxRows, kTroubleRows);

/// Every row, those of the exporter itself last.
[[nodiscard]] inline std::vector<RowInfo> AllRows() {
  std::vector<RowInfo> rows;
  std::apply([&](const auto&... row) { (rows.push_back(row.info()), ...); }, kCatalog);
  for (const RowInfo* row : kMailGauges) rows.push_back(*row);
  for (const RowInfo* row : kActivityGauges) rows.push_back(*row);
  for (const RowInfo* row : kQueueListingRows) rows.push_back(*row);
  for (const RowInfo* row : kOwnRows) rows.push_back(*row);
  return rows;
}

}  // namespace maillog
