#include "parser/scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace maillog {
namespace {

TEST(Scan, EatMovesOnOnlyIfItWasThere) {
  std::string_view text = "status=sent";
  EXPECT_FALSE(Eat(text, "dsn="));
  EXPECT_FALSE(Eat(text, 'x'));
  EXPECT_EQ(text, "status=sent");
  EXPECT_TRUE(Eat(text, "status"));
  EXPECT_TRUE(Eat(text, '='));
  EXPECT_EQ(text, "sent");
  EXPECT_FALSE(Eat(text, "sent more"));
  EXPECT_TRUE(EatBack(text, "nt"));
  EXPECT_FALSE(EatBack(text, "nt"));
  EXPECT_EQ(text, "se");
  text = {};
  EXPECT_FALSE(Eat(text, 'x'));
  EXPECT_TRUE(Eat(text, ""));
}

TEST(Scan, SkipPastLeavesTheTextWhereThereIsNone) {
  std::string_view text = "a, b, c";
  EXPECT_TRUE(SkipPast(text, ", "));
  EXPECT_EQ(text, "b, c");
  EXPECT_TRUE(SkipPast(text, ','));
  EXPECT_EQ(text, " c");
  EXPECT_FALSE(SkipPast(text, ','));
  EXPECT_FALSE(SkipPast(text, ", "));
  EXPECT_EQ(text, " c");
  SkipSpaces(text);
  EXPECT_EQ(text, "c");
}

TEST(Scan, SkipPastColonIsSkipPast) {
  const std::string whole = "::a:b: c:: d [2001:db8::1]:25: and something longer than that: :";
  for (std::size_t begin = 0; begin < whole.size(); ++begin) {
    for (std::size_t end = begin; end <= whole.size(); ++end) {
      const std::string part =
          whole.substr(begin, end - begin);  // so that a sanitizer sees its end
      std::string_view text = part;
      std::string_view expected = part;
      EXPECT_EQ(SkipPastColon(text), SkipPast(expected, ": ")) << part;
      EXPECT_EQ(text, expected) << part;
    }
  }
}

TEST(Scan, TheLastWordIsFound) {
  const std::string whole = "a; b; from=<a; from=<b>; to=<c> proto=ESMTP helo=<; from=<d>; from=>";
  for (const std::string_view word :
       {";", "; ", "; from=<", ">", "; from=<a; from=<b>; to", "zz"}) {
    for (std::size_t begin = 0; begin < whole.size(); ++begin) {
      for (std::size_t end = begin; end <= whole.size(); ++end) {
        const std::string part = whole.substr(begin, end - begin);
        EXPECT_EQ(FindLastWord(part, word), std::min(part.rfind(word), part.size())) << part;
      }
    }
  }
}

TEST(Scan, TakeUntilStopsAtTheByte) {
  std::string_view text = "mx1 postfix: x";
  EXPECT_EQ(TakeUntil(text, ' '), "mx1");
  EXPECT_EQ(text, " postfix: x");
  EXPECT_EQ(TakeUntil(text, ": "), " postfix");
  EXPECT_EQ(text, ": x");
  EXPECT_EQ(TakePast(text, ": "), "");
  EXPECT_EQ(TakePast(text, ": "), std::nullopt);
  EXPECT_EQ(TakeUntil(text, '?'), "x");
  EXPECT_EQ(text, "");
}

// Eight and sixteen bytes are looked at in one go, and the last of them twice.
TEST(Scan, AByteIsFoundInTextsOfAnySize) {
  for (std::size_t size = 0; size <= 40; ++size) {
    for (std::size_t at = 0; at <= size; ++at) {
      std::vector<char> bytes(size, '/');  // of the exact size, so that a sanitizer sees its end
      if (at < size) bytes[at] = '.';
      if (at + 3 < size) bytes[at + 3] = '.';
      std::string_view text(bytes.data(), size);
      EXPECT_EQ(TakeUntil(text, '.').size(), at) << size;
    }
  }
}

TEST(Scan, TakeUntilAnyStopsAtTheFirstOfTheSet) {
  static constexpr ByteSet kSet(" [:");
  std::string_view text = "postfix/smtpd[1]: x";
  EXPECT_EQ(TakeUntilAny(text, kSet), "postfix/smtpd");
  EXPECT_EQ(TakeUntilAny(text, kSet), "");
  EXPECT_EQ(text, "[1]: x");
  text = "\xFF\x80";
  EXPECT_EQ(TakeUntilAny(text, kSet), "\xFF\x80");
  EXPECT_EQ(TakeUntilAny(text, kSet), "");
}

TEST(Scan, TakeLineCutsAtNewlines) {
  std::string_view text = "a\n\nb";
  EXPECT_EQ(TakeLine(text), "a");
  EXPECT_EQ(TakeLine(text), "");
  EXPECT_EQ(TakeLine(text), "b");
  EXPECT_EQ(text, "");
  EXPECT_EQ(TakeLine(text), "");
}

TEST(Scan, LastLineIsWithoutItsNewline) {
  EXPECT_EQ(LastLine("a\nb\n"), "b");
  EXPECT_EQ(LastLine("a\nb"), "b");
  EXPECT_EQ(LastLine("a\n\n"), "");
  EXPECT_EQ(LastLine("a"), "a");
  EXPECT_EQ(LastLine("\n"), "");
  EXPECT_EQ(LastLine(""), "");
}

TEST(Scan, TakeQuotedEndsAtAQuoteThatIsNotEscaped) {
  std::string_view text = R"(a\"b" c)";
  EXPECT_EQ(TakeQuoted(text), R"(a\"b)");
  EXPECT_EQ(text, " c");
  text = R"(a\\" c)";
  EXPECT_EQ(TakeQuoted(text), R"(a\\)");
  text = R"(\\\" c)";
  EXPECT_EQ(TakeQuoted(text), std::nullopt);
  EXPECT_EQ(text, R"(\\\" c)");
  text = R"(")";
  EXPECT_EQ(TakeQuoted(text), "");
  EXPECT_EQ(TakeQuoted(text), std::nullopt);
}

TEST(Scan, TakeHex4NeedsFourDigits) {
  std::string_view text = "00fF1";
  EXPECT_EQ(TakeHex4(text), 0xFFU);
  EXPECT_EQ(text, "1");
  for (const std::string_view bad : {"", "123", "12g4", "-123", "12 4"}) {
    text = bad;
    EXPECT_EQ(TakeHex4(text), std::nullopt) << bad;
    EXPECT_EQ(text, bad);
  }
}

TEST(Scan, StartsLikeComparesBytesKindByKind) {
  EXPECT_TRUE(StartsLike<"AAA __ 00:00">("Nov  1 10:00:00"));
  EXPECT_FALSE(StartsLike<"AAA __ 00:00">("Nov  1 XX:00:00"));
  EXPECT_FALSE(StartsLike<"AAA __ 00:00">("N0v  1 10:00:00"));
  EXPECT_FALSE(StartsLike<"AAA __ 00:00">("Nov  1 10:0"));
  EXPECT_FALSE(StartsLike<"AAA __ 00:00">(""));
  std::string_view text = "+09:00 x";
  EXPECT_FALSE(EatLike<"-00:00">(text));
  EXPECT_TRUE(EatLike<"+00:00">(text));
  EXPECT_EQ(text, " x");
}

TEST(Scan, TakenFromIsWhatWasCutOff) {
  constexpr std::string_view kWhole = "abc";
  EXPECT_EQ(TakenFrom(kWhole, kWhole.substr(2)), "ab");
  EXPECT_EQ(TakenFrom(kWhole, kWhole), "");
  EXPECT_EQ(TakenFrom(kWhole, ""), "abc");
  EXPECT_EQ(TakenFrom("a", "longer"), "");
}

TEST(Scan, NumbersThatDoNotFitAreNone) {
  std::string_view text = "18446744073709551615,";
  EXPECT_EQ(TakeUint(text), 18446744073709551615U);
  EXPECT_EQ(text, ",");
  for (const std::string_view bad :
       {"", "-1", "x", "18446744073709551616", "99999999999999999999"}) {
    text = bad;
    EXPECT_EQ(TakeUint(text), std::nullopt) << bad;
    EXPECT_EQ(text, bad);
  }
  EXPECT_EQ(ParseUint("12"), 12U);
  EXPECT_EQ(ParseUint("12 "), std::nullopt);
}

// Eight bytes are read at a time where there are as many: the text after them makes no difference.
constexpr std::string_view kMore = "; something long enough";

TEST(Scan, NumbersOfAnyLengthAreReadAlike) {
  for (std::uint64_t number = 7; number < 1'000'000'000'000'000'000U; number = number * 10 + 3) {
    const std::string digits = std::to_string(number);
    for (const std::string& whole : {digits, digits + std::string(kMore)}) {
      std::string_view text = whole;
      EXPECT_EQ(TakeUint(text), number) << whole;
      EXPECT_EQ(text, std::string_view(whole).substr(digits.size()));
    }
  }
  for (int byte = 0; byte < 256; ++byte) {
    const std::string whole = "12" + std::string(1, static_cast<char>(byte)) + std::string(kMore);
    std::string_view text = whole;
    const bool digit = byte >= '0' && byte <= '9';
    EXPECT_EQ(TakeUint(text), digit ? 120U + static_cast<unsigned>(byte - '0') : 12U) << whole;
  }
}

TEST(Scan, OneDigitIsNoOther) {
  std::uint32_t digit = 0;
  for (const std::string_view bad : {"", "x", "12", "12 ", " 1", "-1", "/1"}) {
    std::string_view text = bad;
    EXPECT_FALSE(TakeDigit(text, digit)) << bad;
    EXPECT_EQ(text, bad);
  }
  for (const std::string_view good : {"7", "7 ", "7/8", "7x"}) {
    std::string_view text = good;
    EXPECT_TRUE(TakeDigit(text, digit)) << good;
    EXPECT_EQ(digit, 7U);
    EXPECT_EQ(text, good.substr(1));
  }
}

TEST(Scan, ShortWordsEndWhereTheyEnd) {
  for (const std::string_view more : {"", "1", "1 two=2", "=", "; something long enough"}) {
    for (const std::string_view word : {"a", "ehlo", "unknown", "starttls"}) {
      const std::string whole = std::string(word) + "=" + std::string(more);
      std::string_view text = whole;
      std::uint64_t taken = 0;
      EXPECT_TRUE(EatShortWord(text, '=', taken)) << whole;
      EXPECT_EQ(taken, FirstEight(word)) << whole;
      EXPECT_EQ(text, more);
    }
    for (const std::string_view word : {"", "starttlss", "something longer"}) {
      const std::string whole = std::string(word) + "=" + std::string(more);
      std::string_view text = whole;
      std::uint64_t taken = 0;
      EXPECT_FALSE(EatShortWord(text, '=', taken)) << whole;
      EXPECT_EQ(text, whole);
    }
  }
  const std::string_view nones[] = {"",
                                    "a",
                                    "ehlo",
                                    "starttls",
                                    "starttls!",
                                    "\x3c\x3e",
                                    std::string_view("ehlo\0=1 and something", 22),
                                    std::string_view("\0ehlo=1 and something", 22)};
  for (const std::string_view none : nones) {
    std::string_view text = none;
    std::uint64_t taken = 0;
    EXPECT_FALSE(EatShortWord(text, '=', taken)) << none;
  }
}

TEST(Scan, SecondsBecomeMicroseconds) {
  struct {
    std::string_view text;
    Micros micros;
    std::string_view rest;
  } const kCases[] = {{"0.58,", 580'000, ","}, {"3", 3'000'000, ""},
                      {".5", 500'000, ""},     {"0.1234567", 123'456, ""},
                      {"5.", 5'000'000, "."},  {"5.x", 5'000'000, ".x"},
                      {"0/0", 0, "/0"},        {"1000000000000", 1'000'000'000'000'000'000, ""}};
  for (const auto& c : kCases) {
    for (const std::string_view more : {std::string_view(), kMore}) {
      const std::string whole = std::string(c.text) + std::string(more);
      std::string_view text = whole;
      Micros micros = 0;
      EXPECT_TRUE(TakeSeconds(text, micros)) << whole;
      EXPECT_EQ(micros, c.micros) << whole;
      EXPECT_EQ(text, std::string(c.rest) + std::string(more));
    }
  }
  for (const std::string_view bad :
       {"", ".", "o.15", "-1", "1000000000001", "99999999999999999999999.5"}) {
    for (const std::string_view more : {std::string_view(), kMore}) {
      const std::string whole = std::string(bad) + std::string(more);
      std::string_view text = whole;
      Micros micros = 0;
      EXPECT_FALSE(TakeSeconds(text, micros)) << whole;
      EXPECT_EQ(text, whole);
    }
  }
}

TEST(Scan, EatDigitsEatsAllOfThem) {
  for (const std::size_t digits : {0U, 1U, 7U, 8U, 9U, 17U}) {
    for (const std::string_view rest : {std::string_view(), std::string_view("]"), kMore}) {
      const std::string whole = std::string(digits, '7') + std::string(rest);
      std::string_view text = whole;
      EXPECT_EQ(EatDigits(text), digits > 0) << whole;
      EXPECT_EQ(text, rest) << whole;
    }
  }
}

TEST(Scan, FoldsOnlyAscii) {
  EXPECT_TRUE(EqualFold("POP3-Login", "pop3-login"));
  EXPECT_FALSE(EqualFold("pop3", "pop3-login"));
  EXPECT_FALSE(EqualFold("\xC3\x84", "\xC3\xA4"));
}

TEST(Scan, LineEndsTakeTheLinesThatTakeLineTakes) {
  constexpr std::size_t kSizes[] = {0, 1, 3, 62, 63, 64, 65, 139, 300, 5000};
  std::mt19937 random(1);
  const auto below = [&random](std::size_t most) { return random() % most; };
  for (int round = 0; round < 2000; ++round) {
    std::string lines;
    // Empty lines in a row as well: more than fit where the ends are kept.
    for (std::size_t n = below(60); n > 0; --n) {
      const std::size_t size = kSizes[below(std::size(kSizes))];
      lines += std::string(size, 'x') + '\n';
      if (size == 0) lines += std::string(below(200), '\n');
    }
    if (below(2) == 0) lines += "the last one";
    // Of just this size: reading outside it is seen.
    const std::vector<char> bytes(lines.begin(), lines.end());
    std::string_view text(bytes.data(), bytes.size());
    std::string_view expected = text;
    LineEnds ends;
    while (!text.empty()) {
      const std::string_view line = below(4) == 0 ? TakeLine(text) : ends.Take(text);
      const std::string_view wanted = TakeLine(expected);
      ASSERT_EQ(line.data(), wanted.data());
      ASSERT_EQ(line.size(), wanted.size());
      ASSERT_EQ(text.size(), expected.size());
    }
    ASSERT_TRUE(expected.empty());
  }
}

}  // namespace
}  // namespace maillog
