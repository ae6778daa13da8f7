#include "parser/encoding.h"

#include <gtest/gtest.h>

namespace maillog {
namespace {

std::string Valid(std::string_view bytes) {
  std::string out = ">";
  AppendValidUtf8(out, bytes);
  return out.substr(1);
}

TEST(Encoding, KeepsWhatIsValid) {
  for (const std::string_view text :
       {"", "postfix", "キュー", "\xC2\xA0", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
    EXPECT_EQ(Valid(text), text);
  }
}

TEST(Encoding, ReplacesEachByteThatIsNoPartOfACharacter) {
  struct {
    std::string_view bytes;
    std::string_view valid;
  } const kCases[] = {
      {"a\xFF!", "a\uFFFD!"},
      {"\x80", "\uFFFD"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},                      // overlong
      {"\xC1\xBF", "\uFFFD\uFFFD"},                      // overlong
      {"\xE0\x9F\xBF", "\uFFFD\uFFFD\uFFFD"},            // overlong
      {"\xF0\x8F\xBF\xBF", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // overlong
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // surrogate
      {"\xED\xBF\xBF", "\uFFFD\uFFFD\uFFFD"},            // surrogate
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // above U+10FFFF
      {"\xF5\x80\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\xE3\x82", "\uFFFD\uFFFD"},  // cut
      {"\xE3\x82"
       "a",
       "\uFFFD\uFFFD"
       "a"},
      {"\xF0\x9F\x98", "\uFFFD\uFFFD\uFFFD"},
      {"\x83\x54\x81\x5b", "\uFFFDT\uFFFD["},  // CP932
  };
  for (const auto& c : kCases) {
    EXPECT_FALSE(IsValidUtf8(c.bytes)) << c.valid;
    EXPECT_EQ(Valid(c.bytes), c.valid);
    EXPECT_TRUE(IsValidUtf8(Valid(c.bytes)));
  }
}

TEST(Encoding, LeavesControlCharactersOut) {
  EXPECT_EQ(Valid(std::string_view("a\0b\n\r\t\x1B\x7F"
                                   "c\xC2\x80\xC2\x9F"
                                   "d",
                                   15)),
            "abcd");
  EXPECT_TRUE(IsValidUtf8(std::string_view("\0\n", 2)));
}

TEST(Encoding, WhatIsPrintedIsOneLineOfValidUtf8) {
  EXPECT_EQ(Printable("a path: /メール/x.log"), "a path: /メール/x.log");
  EXPECT_EQ(Printable("a\n\x1B[2J\x7F"), "a\\x0a\\x1b[2J\\x7f");
  EXPECT_EQ(Printable("\xFF\xE3\x82 \xC2\x9B"), "\\xff\\xe3\\x82 \\xc2\\x9b");
  EXPECT_EQ(Printable(""), "");
}

TEST(Encoding, WhatIsPrintedDoesNotTurnTheTextAroundIt) {
  for (const std::string_view turning :
       {"\u061C", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202E", "\u2066", "\u2069"}) {
    const std::string name = "a" + std::string(turning) + "b";
    EXPECT_EQ(Printable(name).find(turning), std::string::npos) << Printable(name);
    EXPECT_TRUE(IsValidUtf8(Printable(name)));
  }
  EXPECT_EQ(Printable("user\u202Egnp.exe"), "user\\xe2\\x80\\xaegnp.exe");
  // Neighbours of theirs, and letters that are written from right to left.
  for (const std::string_view kept :
       {"\u061B", "\u200D", "\u2010", "\u2027", "\u202F", "\u2065", "\u206A", "שלום", "ご注文"})
    EXPECT_EQ(Printable(kept), kept);
}

TEST(Encoding, LabelValuesStayDifferent) {
  EXPECT_EQ(AsLabelValue("/メール/x.log"), "/メール/x.log");
  EXPECT_EQ(AsLabelValue("a\nb"), "a\nb");
  EXPECT_EQ(AsLabelValue("/メ/\xFF.log"), "/メ/\\xff.log");
  EXPECT_NE(AsLabelValue("\xFF"), AsLabelValue("\xFE"));
}

}  // namespace
}  // namespace maillog
