#include "parser/phrase_index.h"

#include <gtest/gtest.h>

#include <string>

namespace maillog::internal {
namespace {

constexpr std::array<std::string_view, 12> kPhrases{"connection refused by policy",
                                                    "connection refused",
                                                    "connection",
                                                    "connect to",
                                                    "user unknown",
                                                    "user",
                                                    "spf",
                                                    "spf fail",
                                                    "mailbox is full",
                                                    "mailbox",
                                                    "mailbox is full,",
                                                    "no such user here"};
constexpr PhraseIndex<kPhrases.size(), 6, 5> kIndex(kPhrases);
static_assert(kIndex.IsSound());

/// A word with an `@` after it, up to the first byte that no local part has.
bool IsAddress(std::string_view text) {
  for (const char c : text) {
    if (c == '@') return true;
    if (!IsAlnum(c) && c != '.' && c != '_' && c != '-' && c != '+') return false;
  }
  return false;
}

std::uint16_t FirstOf(std::string_view text, std::uint16_t best, std::uint16_t refused) {
  for (std::uint16_t i = 0; i < kPhrases.size() && i < best; ++i) {
    if (i != refused && StartsWithFold(text, kPhrases[i]) && !IsAddress(text)) return i;
  }
  return best;
}

TEST(PhraseIndex, FindsTheFirstPhraseOfTheList) {
  const std::string texts[] = {"Connection Refused By Policy of example",
                               "connection refused by police",
                               "CONNECT TO mx.example",
                               "user@b.example",
                               "user.name+x_y-z@b.example",
                               "user name@b.example",
                               "User unknown@b.example",
                               "Mailbox is full, try later",
                               "mailbox is full",
                               "SPF fail",
                               "spf-fail@b",
                               "No such user here.",
                               "no such usage here"};
  for (const std::string& text : texts) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::string cut = text.substr(0, size);  // of its own, so that a sanitizer sees its end
      for (const std::uint16_t best : {kNoPhrase, std::uint16_t{9}, std::uint16_t{1}}) {
        for (const std::uint16_t refused : {kNoPhrase, std::uint16_t{0}, std::uint16_t{8}}) {
          const auto accepts = [refused](std::uint16_t i) { return i != refused; };
          EXPECT_EQ(kIndex.Better(cut, best, accepts), FirstOf(cut, best, refused)) << cut;
        }
      }
    }
  }
}

}  // namespace
}  // namespace maillog::internal
