#include "exporter/report/mails_of_log.h"

#include <gtest/gtest.h>

#include "exporter/report/text_hash.h"

namespace maillog::test {
namespace {

TEST(SeenMailsTest, EachIsNewOnce) {
  SeenMails seen;
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t i = 1; i <= 10'000; ++i) EXPECT_EQ(seen.Add(i * 77), round == 0);
  }
}

TEST(MailsOfUsersTest, TheLinesMayComeInAnyOrder) {
  MailsOfUsers mails;
  EXPECT_EQ(mails.Begin(1, "one"), std::nullopt);
  EXPECT_EQ(mails.Queue(1, 20), "one");
  EXPECT_EQ(mails.Queue(2, 3), "");
  EXPECT_EQ(mails.Begin(2, "two"), 3U);
  EXPECT_EQ(mails.Begin(2, "two"), std::nullopt);  // another mail
}

TEST(MailsOfUsersTest, ManyAreRemembered) {
  MailsOfUsers mails;
  constexpr std::uint64_t kMails = 5'000;
  const auto id = [](std::uint64_t i) { return HashOfText(std::to_string(i)); };
  for (std::uint64_t i = 0; i < kMails; ++i) {
    EXPECT_EQ(mails.Queue(id(i), i), "");
    EXPECT_EQ(mails.Begin(id(kMails + i), "user" + std::to_string(i)), std::nullopt);
  }
  for (std::uint64_t i = 0; i < kMails; ++i) {
    EXPECT_EQ(mails.Begin(id(i), "user"), i);
    EXPECT_EQ(mails.Queue(id(kMails + i), 1), "user" + std::to_string(i));
  }
}

// Mails without a user are never asked for: there is a limit to them.
TEST(MailsOfUsersTest, AnIdThatComesAgainIsAnotherMail) {
  // Beside others that leave places free in any set.
  for (std::uint64_t others = 0; others < 40; ++others) {
    MailsOfUsers mails;
    for (std::uint64_t i = 1; i <= others; ++i) EXPECT_FALSE(mails.Begin(i << 20, "other"));
    EXPECT_FALSE(mails.Begin(7, "first"));
    for (std::uint64_t i = 1; i <= others; ++i) EXPECT_EQ(mails.Queue(i << 20, 1), "other");
    EXPECT_FALSE(mails.Begin(7, "second"));
    EXPECT_EQ(mails.Queue(7, 5), "second");
    EXPECT_EQ(mails.Queue(7, 5), "");
  }
}

TEST(MailsOfUsersTest, OldOnesAreForgotten) {
  MailsOfUsers mails;
  const auto id = [](std::uint64_t i) { return HashOfText(std::to_string(i)); };
  constexpr std::uint64_t kMails = 3 * MailsOfUsers::kMax;
  for (std::uint64_t i = 0; i < kMails; ++i) EXPECT_EQ(mails.Queue(id(i), i), "");
  EXPECT_EQ(mails.Begin(id(kMails - 1), "user"), kMails - 1);
  std::size_t left = 0;
  for (std::uint64_t i = 0; i < kMails; ++i) left += mails.Begin(id(i), "user") ? 1 : 0;
  EXPECT_LT(left, MailsOfUsers::kMax);
  EXPECT_GT(left, MailsOfUsers::kMax / 2);
}

TEST(TextHashTest, TextsThatDifferInOneByteDiffer) {
  for (std::size_t size = 0; size <= 70; ++size) {
    const std::string same(size, 'x');
    EXPECT_NE(HashOfText(same), HashOfText(same + 'x'));
    EXPECT_NE(HashOfText(same), 0U);
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = same;
      other[at] = 'y';
      EXPECT_NE(HashOfText(same), HashOfText(other)) << size << ' ' << at;
    }
  }
}

}  // namespace
}  // namespace maillog::test
