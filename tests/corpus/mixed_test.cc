// A log of a host where others write, too: what is not ours is foreign, whatever it says.
#include <gtest/gtest.h>

#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

TEST(MixedLog, OthersAreForeignAndMoveNothing) {
  const Counted counted = CountTexts({ReadWhole(CorpusPath("mixed.log"))});
  EXPECT_EQ(counted.messages, 19U);
  EXPECT_EQ(counted.Of(Outcome::kForeign), 11U);
  EXPECT_EQ(counted.Of(Outcome::kCounted), 7U);
  EXPECT_EQ(counted.Of(Outcome::kIgnored), 1U);  // cleanup's message-id
  EXPECT_EQ(counted.samples.CounterValue("maillog_deliveries_total", {"postfix", "postfix", "smtp",
                                                                      "", "loopback", "sent", "2"}),
            1U);
}

}  // namespace
}  // namespace maillog::test
