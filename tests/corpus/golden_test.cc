// Whole expositions of recorded logs, as files next to them. MAILLOG_REWRITE=1 rewrites them: the
// git diff is the review.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

/// Not all: a page is half a megabyte, and the others have the same shapes.
std::vector<Session> GoldenSessions() {
  std::vector<Session> sessions;
  for (const Session& session : Sessions()) {
    if (session.name.ends_with("/syslog")) sessions.push_back(session);
  }
  return sessions;
}

class Golden : public testing::TestWithParam<Session> {};

TEST_P(Golden, ExpositionIsAsReviewed) {
  const auto path = CorpusPath(GetParam().name) / "golden.prom";
  const std::string text = Exposed(CountSession(GetParam()).samples);
  if (std::getenv("MAILLOG_REWRITE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  const std::string golden = ReadWhole(path);
  ASSERT_FALSE(golden.empty());
  EXPECT_TRUE(text == golden) << "the exposition differs from " << path
                              << "; rewrite it with MAILLOG_REWRITE=1 and review the diff";
}

INSTANTIATE_TEST_SUITE_P(Corpora, Golden, testing::ValuesIn(GoldenSessions()),
                         [](const auto& param) {
                           std::string name = param.param.name;
                           name[name.find('/')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace maillog::test
