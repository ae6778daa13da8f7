#include "tests/support/cases.h"

#include <gtest/gtest.h>

#include "tests/parser/envelope/record_text.h"

namespace maillog::test {
namespace {

std::string MessageText(const std::string& line) {
  const std::vector<std::string> texts = MessageTexts(line + "\n");
  return texts.empty() ? "nothing" : texts.front();
}

TEST(EnvelopeCases, EachLineBecomesItsRecord) { CheckLines("envelope", MessageText); }

// Under AddressSanitizer: each front of each line is in memory of its own.
TEST(EnvelopeCases, AreReadSafelyWhenCutAnywhere) {
  for (const Case& c : ReadCases("envelope")) {
    for (std::size_t size = 0; size <= c.line.size(); ++size) {
      const std::vector<char> exact(c.line.begin(),
                                    c.line.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_LE(MessageTexts({exact.data(), exact.size()}).size(), 1U);
    }
  }
}

}  // namespace
}  // namespace maillog::test
