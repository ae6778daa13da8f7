#include "exporter/web/named_families.h"

#include <gtest/gtest.h>

#include <string>

#include "metrics/catalog/catalog.h"

namespace maillog {
namespace {

TEST(NamedFamiliesTest, AFamilyHasSeveralNames) {
  for (const std::string_view query :
       {"name[]=maillog_scrape_seconds", "name%5B%5D=maillog_scrape_seconds_bucket",
        "name%5b%5d=maillog_scrape_seconds_sum", "a=b&&name[]=maillog_scrape_seconds_count"}) {
    EXPECT_TRUE(NamedFamilies(query).Has("maillog_scrape_seconds")) << query;
    EXPECT_FALSE(NamedFamilies(query).Has("maillog_http_requests_total")) << query;
  }
  EXPECT_TRUE(NamedFamilies("name[]=maillog_http_requests").Has("maillog_http_requests_total"));
  EXPECT_TRUE(NamedFamilies("name[]=maillog_build").Has("maillog_build_info"));
  for (const std::string_view query :
       {"name[]=", "name[]=_total", "name[]=maillog_", "name[]=maillog_scrape_seconds_total",
        "name[]=maillog_build_info_total", "name[]=maillog_build_info_"}) {
    EXPECT_FALSE(NamedFamilies(query).are_all()) << query;
    for (const RowInfo& row : AllRows()) EXPECT_FALSE(NamedFamilies(query).Has(row.name)) << query;
  }
}

TEST(NamedFamiliesTest, NoNameMeansAll) {
  for (const std::string_view query : {"", "a", "name", "name[", "names[]=maillog_build_info"}) {
    EXPECT_TRUE(NamedFamilies(query).are_all()) << query;
    for (const RowInfo& row : AllRows()) EXPECT_TRUE(NamedFamilies(query).Has(row.name));
    EXPECT_EQ(NamedFamilies(query).Key(), NamedFamilies("").Key());
  }
}

TEST(NamedFamiliesTest, WhatMeansTheSameHasTheSameKey) {
  const std::string both = "name[]=maillog_scrape_seconds&name[]=maillog_build_info";
  for (const std::string& query :
       {both + "&name[]=unknown", both + "&" + both, "a=b&" + both + "&c",
        std::string("name%5B%5D=maillog_build&name[]=x&name[]=maillog_scrape_seconds_sum")}) {
    EXPECT_EQ(NamedFamilies(query).Key(), NamedFamilies(both).Key()) << query;
  }
  EXPECT_EQ(NamedFamilies("name[]=x").Key(), NamedFamilies("name[]=y&name[]=").Key());
  EXPECT_NE(NamedFamilies("name[]=x").Key(), NamedFamilies("").Key());
  EXPECT_NE(NamedFamilies("name[]=maillog_build_info").Key(), NamedFamilies(both).Key());
}

}  // namespace
}  // namespace maillog
