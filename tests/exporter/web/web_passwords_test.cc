#include "exporter/web/web_passwords.h"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace maillog {
namespace {

// Of `secret`, at the lowest cost.
constexpr std::string_view kRest = "$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
const std::string kHash = "$2y" + std::string(kRest);

TEST(WebPasswordsTest, TheThreeKindsOfBcryptAreVerified) {
  for (const std::string kind : {"$2a", "$2b", "$2y"}) {
    const UserHashes users{{"prometheus", kind + std::string(kRest)}};
    EXPECT_TRUE(VerifyPassword(users, {"prometheus", "secret"})) << kind;
    for (const std::string wrong : {"Secret", "secre", "secret ", ""}) {
      EXPECT_FALSE(VerifyPassword(users, {"prometheus", wrong})) << kind << wrong;
    }
    EXPECT_FALSE(VerifyPassword(users, {"grafana", "secret"})) << kind;
  }
}

/// Of this thread alone, however busy the machine is.
std::chrono::nanoseconds ProcessorTime() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

TEST(WebPasswordsTest, AWrongPasswordTakesTheSameWhoeverTheUserIs) {
  // At cost 9 a verification takes milliseconds: much more than the differences around it.
  const UserHashes users{{"a", "$2y$09$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u"},
                         {"b", kHash}};
  const auto best_of = [&users](const std::string& user) {
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 3; ++i) {
      const auto before = ProcessorTime();
      EXPECT_FALSE(VerifyPassword(users, {user, "wrong"}));
      best = std::min(best, ProcessorTime() - before);
    }
    return best;
  };
  const auto costly = best_of("a");
  for (const char* const user : {"b", "nobody"}) {
    EXPECT_LT(best_of(user), costly * 3) << user;
    EXPECT_LT(costly, best_of(user) * 3) << user;
  }
}

TEST(WebPasswordsTest, WhatIsNoUsableHashIsNamed) {
  EXPECT_EQ(WhyNoBcryptHash(kHash), "");
  std::string costly = kHash;
  costly.replace(4, 2, "17");
  EXPECT_EQ(WhyNoBcryptHash(costly), "is a bcrypt hash of cost 17, which is not one from 4 to 16");
  for (const std::string& text :
       {std::string(), std::string("secret"), kHash + "a", kHash.substr(1),
        "$1$abc$" + std::string(53, 'a'), "$2x" + std::string(kRest),
        std::string(kHash).replace(10, 1, "*"), std::string(kHash).replace(4, 2, "xx")}) {
    EXPECT_EQ(WhyNoBcryptHash(text), "is not a bcrypt hash, such as htpasswd -nB makes") << text;
  }
}

TEST(WebPasswordsTest, CredentialsAreReadFromTheField) {
  const auto read = ParseAuthorization("Basic cHJvbWV0aGV1czpzZTpjcmV0");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user, "prometheus");
  EXPECT_EQ(read->password, "se:cret");
  EXPECT_TRUE(ParseAuthorization("bASIC   OnNlY3JldA=="));
  for (const std::string_view field :
       {"", "Basic", "Basic ", "Bearer cHJvbWV0aGV1czpzZTpjcmV0", "Basic !!!", "Basic c2VjcmV0",
        "Basic YTpiAGM="}) {  // no colon; a zero byte
    EXPECT_FALSE(ParseAuthorization(field)) << field;
  }
}

TEST(WebPasswordsTest, WhatWasVerifiedIsKnownUntilTheHashChanges) {
  VerifiedPasswords verified;
  UserHashes users{{"prometheus", kHash}};
  const Credentials right{"prometheus", "secret"};
  const Credentials wrong{"prometheus", "wrong"};
  EXPECT_FALSE(verified.Find(verified.DigestOf(users, right)).has_value());
  verified.Add(verified.DigestOf(users, right), true);
  verified.Add(verified.DigestOf(users, wrong), false);
  EXPECT_EQ(verified.Find(verified.DigestOf(users, right)), true);
  EXPECT_EQ(verified.Find(verified.DigestOf(users, wrong)), false);
  EXPECT_FALSE(verified.Find(verified.DigestOf(users, {"prometheuss", "ecret"})).has_value());
  users["prometheus"] = "$2b" + std::string(kRest);
  EXPECT_FALSE(verified.Find(verified.DigestOf(users, right)).has_value());
}

TEST(WebPasswordsTest, AFloodOfWrongOnesDrivesOutNoRightOne) {
  VerifiedPasswords verified;
  const UserHashes users{{"prometheus", kHash}};
  verified.Add(verified.DigestOf(users, {"prometheus", "secret"}), true);
  for (int i = 0; i < 3000; ++i) {
    verified.Add(verified.DigestOf(users, {"prometheus", std::to_string(i)}), false);
  }
  EXPECT_EQ(verified.Find(verified.DigestOf(users, {"prometheus", "secret"})), true);
}

}  // namespace
}  // namespace maillog
