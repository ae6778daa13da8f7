#include "exporter/web/web_metrics_page.h"

#include <malloc.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/os/clock.h"
#include "exporter/web/named_families.h"
#include "exporter/web/web_accept.h"
#include "exporter/web/web_gzip.h"
#include "metrics/catalog/exporter.h"
#include "metrics/exposition.h"

namespace maillog {
namespace {

std::string VariantOf(const HttpRequest& request) {
  const WantedForm form = ParseAccept(request.accept, request.accept_encoding);
  std::string variant{static_cast<char>('0' + static_cast<int>(form.format)),
                      form.coding == BodyCoding::kGzip ? 'z' : '-', form.says_escaping ? 'e' : '-'};
  return variant + NamedFamilies(request.query).Key();
}

/// Makes room for so many bytes. Getting a large body from the kernel page by page takes a fifth of
/// the time to write it; if the kernel has larger pages, it may use them.
void Reserve(std::string& body, std::size_t size) {
  constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20U;
  body.reserve(size);
  const auto at = reinterpret_cast<std::uintptr_t>(body.data());
  const std::uintptr_t begin = (at + kLargePage - 1) / kLargePage * kLargePage;
  const std::uintptr_t end = (at + body.capacity()) / kLargePage * kLargePage;
  if (begin >= end) return;
  (void)::madvise(body.data() + (begin - at), end - begin, MADV_HUGEPAGE);
}

/// When the process began, rather too early than too late: the kernel gives it to the second.
std::int64_t StartOf(const Samples& own) {
  const auto family = own.families().find(kProcessStartTime.name);
  if (family == own.families().end() || family->second.series.empty()) return 0;
  return static_cast<std::int64_t>(std::get<double>(family->second.series.begin()->second)) - 1;
}

Page MakePage(const Collector& collector, std::atomic<std::size_t>& last_size,
              const HttpRequest& request, CreatedLines created_lines) {
  const WantedForm form = ParseAccept(request.accept, request.accept_encoding);
  const NamedFamilies named(request.query);
  Page page;
  page.content_type = ContentTypeOf(form);
  page.vary = "Accept, Accept-Encoding";
  // Growing from nothing takes as long again as writing it.
  if (named.are_all()) Reserve(page.body, last_size + last_size / 16);
  const auto all = collector.Samples();
  const ExpositionOptions options{
      .filter = [&named](const RowInfo& row) { return named.Has(row.name); },
      .created_lines = created_lines,
      .started = StartOf(*all.front())};
  for (const auto& samples : all) AppendExposition(form.format, *samples, page.body, options);
  page.body += EndOf(form.format);
  if (named.are_all()) last_size = page.body.size();
  if (form.coding == BodyCoding::kGzip) Pack(page);
  ::malloc_trim(0);  // thousands of small labels have just been freed, for the next 15 s
  return page;
}

}  // namespace

PageMaker MetricsPage(const Collector& collector, HttpCounts& counts, CreatedLines created_lines) {
  auto last_size = std::make_shared<std::atomic<std::size_t>>(0);
  const auto make = [&collector, &counts, last_size, created_lines](const HttpRequest& request) {
    const TimePoint before = SteadyClock().Now();
    Page page = MakePage(collector, *last_size, request, created_lines);
    counts.CountScrape(
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock().Now() - before));
    return page;
  };
  return {.make = make, .variant = &VariantOf};
}

}  // namespace maillog
