#include "exporter/web/web_metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "exporter/state/state_store.h"

namespace maillog {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsPageTest : public testing::Test {
 protected:
  [[nodiscard]] std::string BodyFor(const std::string& query) const {
    return page_.make({.query = query}).body;
  }
  [[nodiscard]] std::string VariantFor(const std::string& query,
                                       const std::string& accept = {}) const {
    return page_.variant({.query = query, .accept = accept});
  }

  Ledger ledger_{std::make_unique<MemoryStateStore>()};
  HttpCounts counts_;
  Collector collector_{ledger_, counts_, [](Samples&) {}};
  PageMaker page_ = MetricsPage(collector_, counts_, CreatedLines::kNo);
};

TEST_F(MetricsPageTest, HasTheFamiliesThatAreNamed) {
  EXPECT_THAT(BodyFor(""), HasSubstr("process_open_fds"));
  EXPECT_THAT(BodyFor("name[]=maillog_build&name[]=nothing"), HasSubstr("maillog_build_info"));
  EXPECT_THAT(BodyFor("name[]=maillog_build"), Not(HasSubstr("process_open_fds")));
  EXPECT_EQ(BodyFor("name[]=nothing"), "");
}

TEST_F(MetricsPageTest, NamesThatAClientMakesUpShareAPage) {
  EXPECT_EQ(VariantFor("name[]=a1"), VariantFor("name[]=a2&x=y"));
  EXPECT_EQ(VariantFor("name[]=maillog_build_info&name[]=a1"), VariantFor("name[]=maillog_build"));
  EXPECT_NE(VariantFor("name[]=maillog_build_info"), VariantFor("name[]=a1"));
  EXPECT_NE(VariantFor(""), VariantFor("name[]=a1"));
  EXPECT_NE(VariantFor(""), VariantFor("", "application/openmetrics-text"));
  EXPECT_EQ(VariantFor("x=1"), VariantFor("x=2"));
}

}  // namespace
}  // namespace maillog
