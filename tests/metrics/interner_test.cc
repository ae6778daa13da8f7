#include "metrics/interner.h"

#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

bool HasNoAt(std::string_view text) { return text.find('@') == std::string_view::npos; }

// More different ones than are remembered, and names with the same ends among them.
TEST(Interner, RefusesWhatIsOfAnotherFormHoweverOftenItComes) {
  Interner names(100, &HasNoAt);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) {
      const std::string n = std::to_string(1000 + i);
      const std::string refused = "instance" + n + "@" + n + "example";
      const std::string name = "instance" + n + "-" + n + "example";
      EXPECT_EQ(names.IdOf(refused), Interner::kOther) << refused;
      names.ForgetView();
      EXPECT_TRUE(names.Knows(refused)) << "that it is other is settled";
      EXPECT_EQ(names.TextOf(names.IdOf(name)), name);
      names.ForgetView();
    }
  }
  EXPECT_EQ(names.known().size(), 50U);
  EXPECT_EQ(names.overflows(), 150U);
}

TEST(Interner, CountsALongRefusedValueEachTime) {
  Interner names(100, &HasNoAt);
  const std::string one = std::string(5000, 'x') + '@';
  const std::string other = std::string(5000, 'x') + "@@";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(names.IdOf(one), Interner::kOther);
    EXPECT_EQ(names.IdOf(other), Interner::kOther);
  }
  EXPECT_EQ(names.overflows(), 6U);
}

}  // namespace
}  // namespace maillog
