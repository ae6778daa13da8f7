#include "exporter/web/http_counts.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "exporter/web/http_server.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/http_client.h"

namespace maillog {
namespace {

using test::HttpClient;
using test::Request;

std::uint64_t Refusals(const HttpCounts& counts, std::string_view reason) {
  Samples samples;
  counts.AddTo(samples);
  return samples.CounterValue(kHttpRefusals.name, {std::string(reason)});
}

std::uint64_t Requests(const HttpCounts& counts, std::string_view path, int status) {
  Samples samples;
  counts.AddTo(samples);
  return samples.CounterValue(kHttpRequests.name, {std::string(path), std::to_string(status)});
}

TEST(HttpCountsTest, RequestsCountByPathAndStatus) {
  HttpCounts counts;
  HttpServer server(
      {{"/page", {[](const HttpRequest&) { return Page{.body = "here"}; }}},
       {"/do", {.make = [](const HttpRequest&) { return Page{.status = 500}; }, .method = "POST"}}},
      HttpOptions{.limits = {}, .allow_from = {}, .counts = &counts});
  ASSERT_TRUE(server.Start({{.host = "127.0.0.1", .port = 0}}).ok());
  const int port = server.ports().at(0);
  EXPECT_EQ(Request(port, "GET", "/page?x").status, 200);
  EXPECT_EQ(Request(port, "HEAD", "/page").status, 200);
  EXPECT_EQ(Request(port, "POST", "/page").status, 405);
  EXPECT_EQ(Request(port, "GET", "/nothing").status, 404);
  EXPECT_EQ(Request(port, "GET", "/else").status, 404);
  EXPECT_EQ(Request(port, "GET", "/%").status, 400);
  EXPECT_EQ(Request(port, "GET", "/do").status, 405);
  EXPECT_EQ(Request(port, "GET", "/do").headers.at("allow"), "POST");
  EXPECT_EQ(Request(port, "POST", "/do").status, 500);
  EXPECT_EQ(Requests(counts, "/page", 200), 2U);
  EXPECT_EQ(Requests(counts, "/page", 405), 1U);
  EXPECT_EQ(Requests(counts, "other", 404), 2U);
  EXPECT_EQ(Requests(counts, "other", 400), 1U);
  EXPECT_EQ(Requests(counts, "/do", 500), 1U);
}

TEST(HttpCountsTest, RefusalsCountByReason) {
  HttpCounts counts;
  HttpLimits limits;
  limits.connections = 2;
  HttpServer server({}, HttpOptions{.limits = limits,
                                    .allow_from = {*ParseAddressRange("127.0.0.1")},
                                    .counts = &counts});
  ASSERT_TRUE(server.Start({{.host = "127.0.0.1", .port = 0}}).ok());
  const int port = server.ports().at(0);
  const HttpClient stranger(port, "127.0.0.1", "127.0.0.2");
  EXPECT_EQ(stranger.ReadToEnd(), "");
  EXPECT_EQ(Refusals(counts, "stranger"), 1U);
  const HttpClient first(port);
  const HttpClient second(port);
  const HttpClient third(port);
  EXPECT_EQ(first.ReadToEnd(), "");
  EXPECT_EQ(Refusals(counts, "full"), 1U);
  EXPECT_EQ(Refusals(counts, "tls"), 0U);
}

TEST(HttpCountsTest, ScrapesAreObserved) {
  HttpCounts counts;
  counts.CountScrape(std::chrono::microseconds(1'000));
  counts.CountScrape(std::chrono::seconds(5));
  counts.CountScrapeFault();
  Samples samples;
  counts.AddTo(samples);
  const auto& scrapes =
      std::get<HistogramValue>(samples.families().at(kScrapeSeconds.name).series.begin()->second);
  EXPECT_EQ(scrapes.count, 2U);
  EXPECT_EQ(scrapes.sum, 5'001'000);
  EXPECT_EQ(scrapes.buckets.front(), 1U);
  EXPECT_EQ(scrapes.buckets.back(), 1U);
  EXPECT_EQ(samples.CounterValue(kScrapeFaults.name, {}), 1U);
}

}  // namespace
}  // namespace maillog
