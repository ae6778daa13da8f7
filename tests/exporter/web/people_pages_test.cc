// The pages for people, without a server: what they consist of, and what they are served with.
#include "exporter/web/people_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/web/html_text.h"
#include "exporter/web/page_files.h"
#include "exporter/web/reference_page.h"
#include "metrics/catalog/catalog.h"
#include "parser/event.h"

namespace maillog {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlTextTest, NothingOfATextIsMarkup) {
  EXPECT_EQ(HtmlText("<a href=\"x\">&\xff"), "&lt;a href=&quot;x&quot;&gt;&amp;\xef\xbf\xbd");
  EXPECT_EQ(HtmlWithCode("see `<b>` and `c`"), "see <code>&lt;b&gt;</code> and <code>c</code>");
  EXPECT_EQ(HtmlWithCode("an `open end"), "an <code>open end</code>");
  EXPECT_EQ(Filled("@X@ and @X@", "@X@", "a @X@"), "a @X@ and a @X@");
}

TEST(PageFilesTest, TextsAreThereForEveryValue) {
  const std::string_view texts = PageFileText("texts.js");
  const auto has = [texts](const std::string& key) {
    return texts.find("'" + key + "': [") != std::string_view::npos;
  };
  for (const std::string_view reason : Label<Reason>::values) {
    EXPECT_TRUE(has("reason." + std::string(reason))) << reason;
  }
  for (std::size_t minus = 0; minus < MtaReportCode::kCount; ++minus) {
    EXPECT_TRUE(has("report." + std::string(minus == 0 ? "" : "-") + std::to_string(minus)));
  }
  for (const char* kind : {"files", "journal", "syslog", "stdin"}) {
    EXPECT_TRUE(has(std::string("kind.") + kind));
  }
  for (const char* state : {"reading", "waiting", "catching_up", "unreadable"}) {
    EXPECT_TRUE(has(std::string("state.") + state));
  }
}

TEST(PageFilesTest, NothingIsInlineAndNothingComesFromElsewhere) {
  for (const PageFile& file : PageFiles()) {
    if (file.name.ends_with(".svg") || file.name.ends_with(".js")) continue;
    const std::string text(file.text);
    for (const char* refused : {"<style", " style=", " onclick", "javascript:", "http://",
                                "https://", "url(", "@import"}) {
      EXPECT_THAT(text, Not(HasSubstr(refused))) << file.name;
    }
  }
}

TEST(ReferencePageTest, SeriesAreThoseThatPrometheusStores) {
  auto samples = std::make_shared<Samples>();
  const RowInfo delay = kDeliveryDelay.info();
  HistogramValue value{.buckets = std::vector<std::uint64_t>(delay.bounds.size() + 1)};
  samples->AddHistogram(delay, {"postfix", "postfix", "smtp", "remote", "sent"}, value);
  samples->AddCounter(kRecords, {"a", "counted"}, 1);
  samples->AddCounter(kRecords, {"b", "counted"}, 1);
  const ReferenceTables tables = MakeReferenceTables({samples});
  const auto row_of = [&tables](std::string_view name) {
    const std::size_t begin = tables.metrics.find("<code>" + std::string(name) + "</code></th>");
    return tables.metrics.substr(begin, tables.metrics.find("</tr>", begin) - begin);
  };
  EXPECT_THAT(row_of(delay.name), HasSubstr(">20</td>")) << "18 buckets, sum and count";
  EXPECT_THAT(row_of(kRecords.name), HasSubstr(">2</td>"));
  EXPECT_THAT(row_of(kSmtpRejects.name), HasSubstr(">0</td>"));
  for (const RowInfo& row : AllRows())
    EXPECT_THAT(row_of(row.name), HasSubstr("</td>")) << row.name;
  EXPECT_THAT(tables.labels, HasSubstr("<code>user_unknown</code>"));
}

class PeoplePagesTest : public testing::Test {
 protected:
  PeoplePagesTest()
      : ledger_(std::make_unique<MemoryStateStore>()),
        sources_({}, ledger_),
        collector_(ledger_, counts_, [](Samples&) {}) {
    AddPeoplePages({.collector = collector_, .sources = sources_, .telemetry_path = "/numbers"},
                   pages_);
  }
  [[nodiscard]] Page Get(const std::string& path, const HttpRequest& request = {}) const {
    return pages_.at(path).make(request);
  }

  Ledger ledger_;
  Sources sources_;
  HttpCounts counts_;
  Collector collector_;
  PageTable pages_;
};

TEST_F(PeoplePagesTest, LinksFollowTheTelemetryPath) {
  for (const char* path : {"/", "/metrics-reference"}) {
    const std::string body = Get(path).body;
    EXPECT_THAT(body, HasSubstr("href=\"numbers\""));
    EXPECT_THAT(body, Not(HasSubstr("@METRICS@")));
    EXPECT_THAT(body, Not(HasSubstr("=\"/"))) << "a proxy may put the pages under a path";
  }
  EXPECT_THAT(Get("/metrics-reference").body, HasSubstr("maillog_deliveries_total"));
}

TEST_F(PeoplePagesTest, WhatHasNotChangedIsNotSentAgain) {
  const Page page = Get("/assets/status.js");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(page.cache_control, "no-cache");
  const Page again = Get("/assets/status.js", {.if_none_match = "\"x\", W/" + page.etag});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.etag, page.etag);
  EXPECT_EQ(Get("/assets/status.js", {.if_none_match = "\"other\""}).status, 200);
  const Page packed = Get("/assets/status.js", {.accept_encoding = "gzip"});
  EXPECT_EQ(packed.content_encoding, "gzip");
  EXPECT_LT(packed.body.size(), page.body.size());
  EXPECT_NE(packed.etag, page.etag);
}

TEST_F(PeoplePagesTest, NumbersAreNeverKept) {
  for (const char* path : {"/api/v1/status", "/metrics-reference"}) {
    EXPECT_EQ(Get(path).cache_control, "no-store");
    EXPECT_EQ(Get(path).etag, "");
    EXPECT_EQ(Get(path, {.accept_encoding = "gzip"}).vary, "Accept-Encoding");
  }
}

}  // namespace
}  // namespace maillog
