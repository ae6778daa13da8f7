// The page of the metrics: in the format that the scraper accepts, compressed if it accepts that,
// and with the families that it names.
#pragma once

#include <string>

#include "exporter/web/collector.h"
#include "exporter/web/http_counts.h"
#include "exporter/web/http_message.h"
#include "exporter/web/http_server.h"
#include "metrics/exposition.h"

namespace maillog {

/// Both must outlive the page. Scrapes are counted in `counts`.
[[nodiscard]] PageMaker MetricsPage(const Collector& collector, HttpCounts& counts,
                                    CreatedLines created_lines);

}  // namespace maillog
