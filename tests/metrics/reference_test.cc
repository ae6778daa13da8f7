// METRICS.md is what the program says. MAILLOG_REWRITE=1 rewrites it: the git diff is the review.
#include "metrics/reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace maillog {
namespace {

TEST(Reference, IsTheFileInTheRepository) {
  const auto path = std::filesystem::path(MAILLOG_TESTS_DIR) / ".." / "METRICS.md";
  const std::string reference = MetricsReference();
  if (std::getenv("MAILLOG_REWRITE") != nullptr) std::ofstream(path) << reference;
  std::ifstream in(path);
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(file == reference) << "METRICS.md differs; rewrite it with MAILLOG_REWRITE=1";
}

}  // namespace
}  // namespace maillog
