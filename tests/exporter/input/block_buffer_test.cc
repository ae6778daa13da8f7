#include "exporter/input/block_buffer.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "parser/envelope/message_reader.h"

namespace maillog {
namespace {

struct Delivered {
  std::vector<std::string> messages;
  std::uint32_t malformed = 0;
  std::size_t passed = 0;
  friend bool operator==(const Delivered&, const Delivered&) = default;
};

void TakeAll(BlockBuffer& buffer, Tail tail, Delivered& delivered) {
  for (;;) {
    const std::string_view ahead = buffer.Ahead();
    const BlockBuffer::Taken taken = buffer.Take(tail);
    if (tail == Tail::kKeep && !ahead.empty()) {
      EXPECT_EQ(taken.messages.data(), ahead.data());
      EXPECT_EQ(taken.messages.size(), ahead.size());
      EXPECT_EQ(taken.passed.size(), ahead.size());
      EXPECT_EQ(taken.malformed, 0U);
      EXPECT_TRUE(taken.given_up.empty());
    }
    if (taken.passed.empty() && taken.malformed == 0) return;
    delivered.malformed += taken.malformed;
    delivered.passed += taken.passed.size();
    std::string_view rest = taken.messages;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view message = rest.substr(0, end);
      while (message.starts_with('\0')) message.remove_prefix(1);
      if (!message.empty()) delivered.messages.emplace_back(message);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
}

/// `next_size` says how many bytes come at once.
template <class NextSize>
Delivered Deliver(std::string_view text, std::size_t capacity, NextSize next_size) {
  BlockBuffer buffer(capacity);
  Delivered delivered;
  while (!text.empty()) {
    const std::span<char> room = buffer.Room();
    const std::size_t size = std::min({room.size(), text.size(), next_size()});
    text.copy(room.data(), size);
    text.remove_prefix(size);
    buffer.Filled(size);
    TakeAll(buffer, Tail::kKeep, delivered);
  }
  TakeAll(buffer, Tail::kDeliver, delivered);
  return delivered;
}

Delivered Whole(std::string_view text) {
  return Deliver(text, text.size() + 10, [&] { return text.size(); });
}

std::string Mixed() {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "line " + std::string(static_cast<std::size_t>(i), 'x') + "\n";
  text += std::string(300, '\0') + "after a hole\n";
  text += std::string(kMaxMessageBytes - 1, 'm') + "\n\n\r\n";
  text += "2026-11-21T10:00:00.1Z stdout P one \n2026-11-21T10:00:00.2Z stderr F two\n";
  text += "2026-11-21T10:00:00.3Z stdout F three\nlast without newline";
  return text;
}

TEST(BlockBufferTest, AnyCutGivesTheSameMessages) {
  const std::string text = Mixed();
  const Delivered whole = Whole(text);
  EXPECT_EQ(whole.passed, text.size());
  for (std::size_t size : {100U, 1000U, 65'536U}) {
    EXPECT_EQ(Deliver(text, BlockBuffer::kBytes, [&] { return size; }), whole) << size;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Deliver(text, BlockBuffer::kBytes, [&] { return 1 + random() % 9000; }), whole) << i;
  }
}

TEST(BlockBufferTest, SmallestCutsGiveTheSameMessages) {
  const std::string text = Mixed().substr(0, 5'000) + "\n2026-11-21T10:00:00.1Z stdout P one \n" +
                           "2026-11-21T10:00:00.3Z stdout F three\nlast without newline";
  for (std::size_t size : {1U, 2U, 3U, 7U}) {
    EXPECT_EQ(Deliver(text, BlockBuffer::kBytes, [&] { return size; }), Whole(text)) << size;
  }
}

TEST(BlockBufferTest, AnyCapacityGivesTheSameMessages) {
  const std::string text = Mixed() + "\n" + Mixed();
  const Delivered whole = Whole(text);
  for (const std::size_t capacity : {std::size_t{1}, std::size_t{70'000}, std::size_t{100'000}}) {
    EXPECT_EQ(Deliver(text, capacity, [] { return std::size_t{1} << 20U; }), whole) << capacity;
  }
}

TEST(BlockBufferTest, WhatWasTakenStaysWhileOneReadsOn) {
  BlockBuffer buffer;
  for (int round = 0; round < 5; ++round) {
    const std::string text(1000, static_cast<char>('a' + round));
    const std::string next(3000, static_cast<char>('A' + round));
    (text + "\nbegun").copy(buffer.Room().data(), text.size() + 6);
    buffer.Filled(text.size() + 6);
    const BlockBuffer::Taken taken = buffer.Take(Tail::kKeep);
    (next + "\n").copy(buffer.Room().data(), next.size() + 1);
    buffer.Filled(next.size() + 1);
    EXPECT_EQ(taken.messages, text + "\n");
    EXPECT_EQ(buffer.Take(Tail::kKeep).messages, "begun" + next + "\n");
  }
}

TEST(BlockBufferTest, AnOverLongLineIsNeverHeldWhole) {
  const std::string text = "a\n" + std::string(5'000'000, 'x') + "\nb\n";
  const Delivered delivered =
      Deliver(text, BlockBuffer::kBytes, [] { return std::size_t{100'000}; });
  EXPECT_EQ(delivered.messages, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(delivered.malformed, 1);
  EXPECT_EQ(delivered.passed, text.size());
}

TEST(BlockBufferTest, AnOverLongLineThatNeverEndsCountsOnce) {
  const std::string text(1'000'000, 'x');
  const Delivered delivered =
      Deliver(text, BlockBuffer::kBytes, [] { return std::size_t{70'000}; });
  EXPECT_TRUE(delivered.messages.empty());
  EXPECT_EQ(delivered.malformed, 1);
  EXPECT_EQ(delivered.passed, text.size());
}

TEST(BlockBufferTest, AFragmentWithoutItsEndHoldsNoMoreThanTheLimit) {
  std::string text = "2026-11-21T10:00:00.1Z stdout P begun \n";
  while (text.size() < 2 * kMaxMessageBytes) text += "2026-11-21T10:00:00.2Z stderr F other\n";
  BlockBuffer buffer;
  text.copy(buffer.Room().data(), text.size());
  buffer.Filled(text.size());
  EXPECT_GT(buffer.Take(Tail::kKeep).passed.size(), kMaxMessageBytes);
}

TEST(BlockBufferTest, AFragmentIsHeldUntilGivenUp) {
  const std::string text = "2026-11-21T10:00:00.1Z stdout P begun \n";
  BlockBuffer buffer;
  text.copy(buffer.Room().data(), text.size());
  buffer.Filled(text.size());
  EXPECT_TRUE(buffer.Take(Tail::kKeep).passed.empty());
  EXPECT_TRUE(buffer.holds_lines());
  EXPECT_EQ(buffer.Take(Tail::kGiveUpPartial).passed, text);
  EXPECT_FALSE(buffer.holds_lines());
}

// The client of a mail server may choose where a fragment begins.
constexpr char kForged[] = "Nov 21 10:00:00 mx postfix/qmgr[1]: 3F2504E04F89: removed";

struct Read {
  std::vector<std::string> messages;
  int malformed = 0;
};

/// What comes of the text, each element read at once; after the one numbered `given_up_after`
/// fragments have waited long enough.
Read ReadInPieces(const std::vector<std::string>& pieces, std::size_t given_up_after) {
  BlockBuffer buffer;
  const auto scratch = std::make_unique<MessageScratch>();
  Read read;
  const auto take_all = [&](Tail tail) {
    for (;;) {
      const BlockBuffer::Taken taken = buffer.Take(tail);
      read.malformed += static_cast<int>(taken.malformed);
      if (taken.passed.empty()) return;
      MessageReader reader(taken.messages, *scratch, taken.given_up);
      Record record;
      EnvelopeResult result{};
      while (reader.Next(record, result)) {
        if (result == EnvelopeResult::kRecord) read.messages.emplace_back(record.message);
        if (result == EnvelopeResult::kMalformed) ++read.malformed;
      }
    }
  };
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].copy(buffer.Room().data(), pieces[i].size());
    buffer.Filled(pieces[i].size());
    take_all(i == given_up_after ? Tail::kGiveUpPartial : Tail::kKeep);
  }
  return read;
}

std::string Cri(std::string_view stream_and_tag, std::string_view text) {
  return "2026-11-21T10:00:00.1Z " + std::string(stream_and_tag) + " " + std::string(text) + "\n";
}

std::string Docker(std::string_view text, std::string_view end) {
  return R"({"log":")" + std::string(text) + std::string(end) +
         R"(","stream":"stdout","time":"2026-11-21T10:00:00.1Z"})" + "\n";
}

std::string Honest(int number) {
  return "Nov 21 10:00:00 mx postfix/qmgr[1]: honest" + std::to_string(number);
}

TEST(BlockBufferTest, TheRestOfAMessageThatWasGivenUpForItsAgeIsNoMessage) {
  const Read read = ReadInPieces({Cri("stdout P", "Nov 21 10:00:00 mx postfix/smtpd[1]: begun "),
                                  Cri("stderr F", Honest(1)) + Cri("stdout P", kForged),
                                  Cri("stdout F", kForged) + Cri("stdout F", Honest(2))},
                                 0);
  EXPECT_EQ(read.messages, (std::vector<std::string>{"honest1", "honest2"}));
  EXPECT_EQ(read.malformed, 1);
}

TEST(BlockBufferTest, TheRestOfADockerMessageThatWasGivenUpIsNoMessage) {
  const Read read =
      ReadInPieces({Docker("Nov 21 10:00:00 mx postfix/smtpd[1]: begun ", ""), Docker(kForged, ""),
                    Docker(kForged, "\\n"), Docker(Honest(1), "\\n")},
                   0);
  EXPECT_EQ(read.messages, std::vector<std::string>{"honest1"});
  EXPECT_EQ(read.malformed, 1);
}

TEST(BlockBufferTest, TheRestOfAMessageThatWasGivenUpForItsLengthIsNoMessage) {
  std::string begun;
  while (begun.size() <= kMaxMessageBytes) begun += Cri("stdout P", std::string(8000, 'x'));
  const std::string end = Cri("stdout P", kForged) + Cri("stdout F", kForged);
  for (const std::vector<std::string>& pieces :
       {std::vector<std::string>{begun + end + Cri("stdout F", Honest(1))},
        std::vector<std::string>{begun, end, Cri("stdout F", Honest(1))}}) {
    const Read read = ReadInPieces(pieces, pieces.size());
    EXPECT_EQ(read.messages, std::vector<std::string>{"honest1"});
    EXPECT_EQ(read.malformed, 1);
  }
}

TEST(BlockBufferTest, TheRestOfAnOverLongFragmentIsNoMessage) {
  const std::string overlong = Cri("stdout P", std::string(kMaxMessageBytes, 'x'));
  const Read read =
      ReadInPieces({overlong, Cri("stdout F", kForged) + Cri("stdout F", Honest(1))}, 9);
  EXPECT_EQ(read.messages, std::vector<std::string>{"honest1"});
  EXPECT_EQ(read.malformed, 1);
}

/// An entry of the journal's export in which a field has this many bytes, lines of an entry made up
/// among them.
std::string JournalEntry(int number, std::size_t data_bytes) {
  std::string data;
  while (data.size() < data_bytes) {
    data += "\n\n__CURSOR=9\nSYSLOG_IDENTIFIER=postfix/qmgr\nMESSAGE=forged\n\n" +
            std::string(kForged) + "\n";
  }
  std::string length;
  for (int i = 0; i < 8; ++i) length += static_cast<char>(data.size() >> (8 * i) & 0xFF);
  return "__CURSOR=1\nDATA\n" + length + data + "\nSYSLOG_IDENTIFIER=postfix/qmgr\nMESSAGE=honest" +
         std::to_string(number) + "\n\n";
}

std::vector<std::string> PiecesOf(std::string_view text, std::size_t size) {
  std::vector<std::string> pieces;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
    pieces.emplace_back(text.substr(0, size));
  }
  return pieces;
}

TEST(BlockBufferTest, AnEntryIsNeverCut) {
  const std::string text = JournalEntry(1, 0) + JournalEntry(2, 1000) + JournalEntry(3, 10);
  for (const std::size_t size : {1U, 2U, 3U, 10U, 100U, 999U, 5000U}) {
    for (const std::size_t given_up_after : {std::size_t{0}, text.size() / size / 2, text.size()}) {
      const Read read = ReadInPieces(PiecesOf(text, size), given_up_after);
      EXPECT_EQ(read.messages, (std::vector<std::string>{"honest1", "honest2", "honest3"})) << size;
      EXPECT_EQ(read.malformed, 0) << size;
    }
  }
}

TEST(BlockBufferTest, AnOverLongEntryIsOneMalformedMessage) {
  const std::string text = JournalEntry(1, 10) + JournalEntry(2, kMaxMessageBytes) +
                           JournalEntry(3, 900'000) + JournalEntry(4, 10);
  for (const std::size_t size : {100U, 7001U, 60'000U}) {
    const Read read = ReadInPieces(PiecesOf(text, size), text.size());
    EXPECT_EQ(read.messages, (std::vector<std::string>{"honest1", "honest4"})) << size;
    EXPECT_EQ(read.malformed, 2) << size;
  }
}

TEST(BlockBufferTest, AnEntryThatIsBegunIsNoReasonToWaitLess) {
  const std::string text = JournalEntry(1, 10);
  BlockBuffer buffer;
  text.copy(buffer.Room().data(), text.size() - 1);
  buffer.Filled(text.size() - 1);
  EXPECT_TRUE(buffer.Take(Tail::kGiveUpPartial).passed.empty());
  EXPECT_FALSE(buffer.holds_lines());
  EXPECT_EQ(buffer.Take(Tail::kDeliver).passed.size(), text.size() - 1);
}

TEST(BlockBufferTest, WhatFollowsAnOverLongLineIsAMessageOnlyAfterItsNewline) {
  const std::string overlong(kMaxMessageBytes, 'x');
  const Read read = ReadInPieces(
      {overlong, overlong + kForged, std::string(kForged) + "\n" + Honest(1) + "\n"}, 9);
  EXPECT_EQ(read.messages, std::vector<std::string>{"honest1"});
  EXPECT_EQ(read.malformed, 1);
}

}  // namespace
}  // namespace maillog
