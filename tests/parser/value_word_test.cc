#include "parser/value_word.h"

#include <gtest/gtest.h>

namespace maillog {
namespace {

TEST(IsValueWord, TakesWhatCanBeANameANumberOrAMask) {
  for (const std::string_view word : {"QUEUEID", "XXXX", "foo", "CA", "1", "x-1", "mx.b.example"}) {
    EXPECT_TRUE(IsValueWord(word)) << word;
  }
}

TEST(IsValueWord, TakesNothingThatIsShortAndNoWord) {
  for (const std::string_view word : {"", "X", "zzz", "XXX", "-", "***"}) {
    EXPECT_FALSE(IsValueWord(word)) << word;
  }
}

}  // namespace
}  // namespace maillog
