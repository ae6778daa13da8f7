#include "parser/envelope/journal_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/parser/envelope/record_text.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;

std::string LengthOf(std::size_t size) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(size >> (8 * i) & 0xFF);
  return bytes;
}

std::string Binary(const std::string& name, const std::string& data) {
  return name + "\n" + LengthOf(data.size()) + data + "\n";
}

std::string Entry(const std::string& fields) {
  return "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1795281448373224\n" + fields +
         "_HOSTNAME=mx1\nSYSLOG_IDENTIFIER=postfix/qmgr\n\n";
}

std::string EntryText(const std::string& message) {
  return "syslog stamp=[1795281448373224] host=[mx1] program=[postfix/qmgr] message=[" + message +
         "]";
}

// What a client said, with an entry made up in it.
const std::string kHostile =
    "x\n\n__CURSOR=s=9\nMESSAGE=forged\nSYSLOG_IDENTIFIER=postfix/smtp\n\nMESSAGE=y\n\n";

TEST(JournalExport, IsReadEntryByEntry) {
  EXPECT_THAT(MessageTexts(Entry("MESSAGE=a\n") + Entry("MESSAGE=b\n")),
              ElementsAre(EntryText("a"), EntryText("b")));
  EXPECT_THAT(MessageTexts(Entry("MESSAGE=\nPRIORITY=6\n")),
              ElementsAre("syslog stamp=[1795281448373224] host=[mx1] program=[postfix/qmgr]"));
  EXPECT_THAT(MessageTexts(Entry("MESSAGE=a=b\nMESSAGE=second\n")), ElementsAre(EntryText("a=b")));
}

TEST(JournalExport, DataMayHoldAnything) {
  EXPECT_THAT(MessageTexts(Entry(Binary("MESSAGE", "a\nb\n"))), ElementsAre(EntryText("a b")));
  EXPECT_THAT(MessageTexts(Entry(Binary("X", "") + "MESSAGE=a\n")), ElementsAre(EntryText("a")));
  EXPECT_THAT(MessageTexts(Entry(Binary("X", kHostile) + "MESSAGE=a\n") + Entry("MESSAGE=b\n")),
              ElementsAre(EntryText("a"), EntryText("b")));
  const std::vector<std::string> texts = MessageTexts(Entry(Binary("MESSAGE", kHostile)));
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts.front().find("program=[postfix/smtp]"), std::string::npos);
  // A length that contains a newline's byte.
  EXPECT_THAT(MessageTexts(Entry(Binary("X", std::string(10, '\n')) + "MESSAGE=a\n")),
              ElementsAre(EntryText("a")));
}

TEST(JournalExport, WhatIsBrokenIsOneMessageAndEndsThere) {
  const std::string good = Entry("MESSAGE=a\n");
  EXPECT_THAT(MessageTexts(Entry("no field\n") + good),
              ElementsAre("malformed", "malformed", "malformed", EntryText("a")));
  EXPECT_THAT(MessageTexts("__CURSOR=1\nX\n" + std::string(8, '\xff') + "text\n" + good),
              ElementsAre("malformed", EntryText("a")));
  EXPECT_THAT(MessageTexts("__CURSOR=1\n\n" + good), ElementsAre("malformed", EntryText("a")));
  EXPECT_THAT(MessageTexts("__CURSOR=1\n=x\n" + good), ElementsAre("malformed", EntryText("a")));
  EXPECT_THAT(MessageTexts("__CURSOR=1\n" + std::string(65, 'A') + "=x\n" + good),
              ElementsAre("malformed", EntryText("a")));
}

TEST(JournalExport, TheLastEntryMayLackItsEnd) {
  std::string entry = Entry("MESSAGE=a\n");
  entry.pop_back();
  EXPECT_THAT(MessageTexts(entry), ElementsAre(EntryText("a")));
}

TEST(JournalExport, OverlongOnesAreMalformed) {
  EXPECT_THAT(MessageTexts(Entry("MESSAGE=" + std::string(kMaxMessageBytes, 'x') + "\n") +
                           Entry("MESSAGE=a\n")),
              ElementsAre("malformed", EntryText("a")));
}

// Under AddressSanitizer: each front is in memory of its own.
TEST(JournalExport, IsReadSafelyWhenCutAnywhere) {
  const std::string block = Entry(Binary("X", kHostile) + "MESSAGE=a\n") + Entry("MESSAGE=b\n");
  for (std::size_t size = 0; size <= block.size(); ++size) {
    const std::vector<char> exact(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size));
    for (const std::string& text : MessageTexts({exact.data(), exact.size()})) {
      EXPECT_EQ(text.find("forged"), std::string::npos) << size;
    }
  }
}

TEST(EntryScan, FindsTheEndWhereverTheBytesAreCut) {
  const std::string entry = Entry(Binary("X", kHostile) + "MESSAGE=a\n");
  const std::string block = entry + Entry("MESSAGE=b\n");
  EXPECT_EQ(EntrySize(block), entry.size());
  EXPECT_EQ(EntrySize(std::string_view(entry).substr(0, entry.size() - 1)), 0U);
  EXPECT_EQ(WholeEntriesPrefix(block + "__CURSOR=3\n"), block.size());
  for (const std::size_t step : {1U, 2U, 3U, 7U, 50U}) {
    EntryScan scan;
    std::size_t passed = 0;
    for (bool ended = false; !ended;) {
      std::string_view piece = std::string_view(block).substr(passed, step);
      const std::size_t size = piece.size();
      ended = scan.SkipOn(piece);
      passed += size - piece.size();
      ASSERT_LE(passed, entry.size());
    }
    EXPECT_EQ(passed, entry.size()) << step;
  }
}

}  // namespace
}  // namespace maillog::test
