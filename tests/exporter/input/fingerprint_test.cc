#include "exporter/input/fingerprint.h"

#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

Head HeadOf(std::string_view bytes) {
  Head head;
  head.Extend(bytes);
  return head;
}

std::string Text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + " ";
  return text.substr(0, size);
}

TEST(HeadTest, ExtendsByAnyPieces) {
  const std::string text = Text(2000);
  for (const std::size_t piece : {1U, 5U, 63U, 64U, 65U, 700U}) {
    Head head;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      head.Extend(std::string_view(text).substr(at, piece));
    }
    EXPECT_EQ(head, HeadOf(text)) << piece;
    EXPECT_EQ(head.length(), Head::kMaxBytes);
  }
}

TEST(HeadTest, MatchesTheSameBeginning) {
  const std::string text = Text(1024);
  EXPECT_EQ(HeadOf(text).MatchedBytes(text), 1024);
  EXPECT_EQ(HeadOf(text.substr(0, 10)).MatchedBytes(text), 10);
  EXPECT_EQ(HeadOf(text).MatchedBytes(text.substr(0, 300)), 256) << "the tail was lost";
  EXPECT_EQ(HeadOf(text).MatchedBytes(text.substr(0, 63)), 0) << "too short to prove anything";
  EXPECT_EQ(Head().MatchedBytes(text), 0);
}

TEST(HeadTest, DiffersWhereTheBeginningDoes) {
  const std::string text = Text(1024);
  std::string other = text;
  other[200] = '#';
  EXPECT_EQ(HeadOf(text).MatchedBytes(other), 0);
  EXPECT_EQ(HeadOf(text).MatchedBytes(other.substr(0, 150)), 128);
  other[0] = '#';
  EXPECT_FALSE(HeadOf(text).MayMatch(HeadOf(other)));
}

TEST(HeadTest, IsSavedAndRestored) {
  const Head head = HeadOf(Text(700));
  const Head restored = Head::Restore(head.Save());
  EXPECT_EQ(restored, head);
  EXPECT_EQ(restored.MatchedBytes(Text(300)), 256);
}

TEST(WindowTest, MatchesOnlyTheSameBytes) {
  const Window window{.length = 3, .hash = HashOf("abc")};
  EXPECT_TRUE(window.Matches("abc"));
  EXPECT_FALSE(window.Matches("abd"));
  EXPECT_FALSE(window.Matches("ab"));
}

}  // namespace
}  // namespace maillog
