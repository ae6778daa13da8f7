#include "exporter/web/people_pages.h"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "exporter/input/fingerprint.h"
#include "exporter/web/html_text.h"
#include "exporter/web/page_files.h"
#include "exporter/web/ready_page.h"
#include "exporter/web/reference_page.h"
#include "exporter/web/status_json.h"
#include "exporter/web/web_accept.h"
#include "exporter/web/web_gzip.h"

namespace maillog {
namespace {

constexpr int kNotModified = 304;
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kVary = "Accept-Encoding";
/// The path of the metrics, as a link that also works behind a proxy that puts the pages under
/// another path.
constexpr std::string_view kTelemetryMark = "@METRICS@";

/// The type, by the ending of the file name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kContentTypes{
    {{".html", kHtml},
     {".css", "text/css; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".svg", "image/svg+xml"}}};

std::string_view ContentTypeOfFile(std::string_view name) {
  for (const auto& [end, type] : kContentTypes) {
    if (name.ends_with(end)) return type;
  }
  return "application/octet-stream";
}

bool WantsGzip(const HttpRequest& request) {
  return ParseAccept({}, request.accept_encoding).coding == BodyCoding::kGzip;
}

std::string VariantByCoding(const HttpRequest& request) { return WantsGzip(request) ? "z" : "-"; }

/// Made of length and hash, since a digest from OpenSSL would keep 2 MB of its library in memory.
/// Compressed content is another representation (RFC 9110, 8.8.3).
std::string EtagOf(std::string_view content, std::string_view coding) {
  return absl::StrCat("\"", absl::Hex(HashOf(content)), "-", absl::Hex(content.size()),
                      coding.empty() ? "" : "-", std::string(coding), "\"");
}

/// If-None-Match: `*`, or a list of tags, which may be weak.
bool HasTag(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

/// A page that stays the same for as long as the process runs.
PageMaker FixedPage(std::string_view content_type, std::string text) {
  auto plain = std::make_shared<Page>();
  plain->content_type = content_type;
  plain->body = std::move(text);
  plain->vary = kVary;
  plain->cache_control = "no-cache";
  auto packed = std::make_shared<Page>(*plain);
  Pack(*packed);
  for (const auto& page : {plain, packed}) {
    page->etag = EtagOf(plain->body, page->content_encoding);
  }
  const auto make = [plain, packed](const HttpRequest& request) {
    const Page& page = WantsGzip(request) ? *packed : *plain;
    if (!HasTag(request.if_none_match, page.etag)) return page;
    return Page{.status = kNotModified,
                .content_type = {},
                .body = {},
                .vary = page.vary,
                .cache_control = page.cache_control,
                .etag = page.etag};
  };
  return {.make = make, .at_once = true};
}

/// A page that is different each time.
PageMaker FreshPage(std::string_view content_type, std::function<std::string()> text) {
  const auto make = [content_type, text = std::move(text)](const HttpRequest& request) {
    Page page;
    page.content_type = content_type;
    page.body = text();
    page.vary = kVary;
    page.cache_control = "no-store";
    if (WantsGzip(request)) Pack(page);
    return page;
  };
  return {.make = make, .variant = &VariantByCoding};
}

std::string StatusText(const PeoplePages& options) {
  return StatusJson(
      {.samples = options.collector.Samples(),
       .sources = options.sources.States(),
       .ready = ReadinessOf(options.sources.UnreadyOnes(), options.without_sources).ready,
       .is_durable = options.is_durable,
       .telemetry_path = options.telemetry_path,
       .now_seconds = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch())});
}

std::string WithMetricsLink(std::string_view file, std::string_view telemetry_path) {
  return Filled(std::string(PageFileText(file)), kTelemetryMark,
                HtmlText(telemetry_path.substr(1)));
}

}  // namespace

void AddPeoplePages(const PeoplePages& options, PageTable& pages) {
  for (const PageFile& file : PageFiles()) {
    if (file.name.ends_with(".html")) continue;
    pages[absl::StrCat("/assets/", std::string(file.name))] =
        FixedPage(ContentTypeOfFile(file.name), std::string(file.text));
  }
  pages["/"] = FixedPage(kHtml, WithMetricsLink("status.html", options.telemetry_path));
  pages["/api/v1/status"] =
      FreshPage("application/json", [options] { return StatusText(options); });
  const std::string reference = WithMetricsLink("reference.html", options.telemetry_path);
  pages["/metrics-reference"] = FreshPage(kHtml, [reference, &collector = options.collector] {
    const ReferenceTables tables = MakeReferenceTables(collector.Samples());
    return Filled(Filled(reference, "@ROWS@", tables.metrics), "@LABELS@", tables.labels);
  });
}

}  // namespace maillog
