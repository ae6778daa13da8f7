// The pages for people, and what they are made of: `/`, `/metrics-reference`, their styles and
// scripts, and the JSON that feeds the status page.
#pragma once

#include <string>

#include "exporter/config/options.h"
#include "exporter/follow/sources.h"
#include "exporter/web/collector.h"
#include "exporter/web/http_server.h"

namespace maillog {

struct PeoplePages {
  const Collector& collector;  ///< both must outlive the pages
  const Sources& sources;
  WithoutSources without_sources = WithoutSources::kNotReady;
  bool is_durable = false;
  std::string telemetry_path;
};

/// Adds them all. Files have an ETag and are compressed if the client accepts it.
void AddPeoplePages(const PeoplePages& options, PageTable& pages);

}  // namespace maillog
