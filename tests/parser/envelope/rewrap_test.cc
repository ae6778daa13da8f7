// The recorded logs in all envelopes: the same messages come out, however they are wrapped, and
// wherever the log is cut into blocks.
#include "tests/support/rewrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "parser/envelope/message_reader.h"
#include "tests/support/how_much.h"

namespace maillog::test {
namespace {

std::string Recorded(std::string_view name) {
  std::ifstream in(std::filesystem::path(MAILLOG_TESTS_DIR) / "corpus" / name);
  std::stringstream text;
  text << in.rdbuf();
  return PartOf(text.str());
}

/// Program and message, which every envelope keeps.
using Messages = std::vector<std::string>;

void ReadBlock(std::string_view block, MessageScratch& scratch, Messages& messages) {
  MessageReader reader(block, scratch);
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) {
    if (result == EnvelopeResult::kMalformed) record.message = "malformed";
    messages.push_back(std::string(record.program) + "|" + std::string(record.message) + "|" +
                       std::to_string(record.times));
  }
}

Messages ReadAtOnce(std::string_view log) {
  const auto scratch = std::make_unique<MessageScratch>();
  Messages messages;
  ReadBlock(log, *scratch, messages);
  return messages;
}

/// Reads as a follower does: pieces of any size, of which only whole messages are given on.
Messages ReadInBlocks(std::string_view log, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto scratch = std::make_unique<MessageScratch>();
  Messages messages;
  std::string held;
  while (!log.empty()) {
    const std::size_t size = std::min<std::size_t>(random() % 2000, log.size());
    held += log.substr(0, size);
    log.remove_prefix(size);
    const std::string_view lines = std::string_view(held).substr(0, held.rfind('\n') + 1);
    const std::size_t whole = WholeMessagesPrefix(lines);
    ReadBlock(lines.substr(0, whole), *scratch, messages);
    held.erase(0, whole);
  }
  ReadBlock(held, *scratch, messages);
  return messages;
}

Messages Sorted(Messages messages) {
  std::sort(messages.begin(), messages.end());
  return messages;
}

/// `postfix/smtpd|…` as the cut tag leaves it: `postfix|…`.
Messages WithCutPrograms(Messages messages) {
  for (std::string& message : messages) {
    const std::size_t slash = message.find('/');
    const std::size_t end = message.find('|');
    if (slash < end) message.erase(slash, end - slash);
  }
  return messages;
}

TEST(Rewrap, EachFormIsAnotherThanTheRecorded) {
  const std::string line = "Nov 21 10:00:00 mx1 postfix/qmgr: 031B97815E: removed\n";
  for (const Rewrapping to : Rewrappings())
    EXPECT_NE(Rewrap(line, to, 1), line) << RewrappingName(to);
}

class Recordings : public testing::TestWithParam<const char*> {};

TEST_P(Recordings, AreTheSameInAllEnvelopes) {
  const std::string log = Recorded(GetParam());
  const Messages recorded = ReadAtOnce(log);
  ASSERT_GE(recorded.size(), 200U);
  EXPECT_EQ(std::count(recorded.begin(), recorded.end(), "|malformed|1"), 0);
  for (const Rewrapping to : Rewrappings()) {
    const bool cut = to == Rewrapping::kRfc5424CutTag;
    const Messages expected = cut ? WithCutPrograms(recorded) : recorded;
    const Messages read = ReadAtOnce(Rewrap(log, to, 1));
    EXPECT_TRUE(ChangesOrder(to) ? Sorted(read) == Sorted(expected) : read == expected)
        << RewrappingName(to);
  }
}

TEST_P(Recordings, AreTheSameInBlocksOfAnySize) {
  const std::string log = Recorded(GetParam());
  for (const Rewrapping to :
       {Rewrapping::kCrlf, Rewrapping::kCriPartial, Rewrapping::kDockerJsonPartial,
        Rewrapping::kJournalJson, Rewrapping::kJournalExport, Rewrapping::kCompose}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const std::string rewrapped = Rewrap(log, to, seed);
      EXPECT_TRUE(ReadInBlocks(rewrapped, seed) == ReadAtOnce(rewrapped))
          << RewrappingName(to) << ", seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rewrap, Recordings,
                         testing::Values("debian12/syslog/mail.log", "debian12/journald/mail.log",
                                         "debian12/maillog/maillog", "current/syslog/mail.log",
                                         "current/journald/mail.log", "current/maillog/maillog"));

TEST(Rewrap, WritesTheFormsThatDaemonsWrite) {
  constexpr std::string_view kLine =
      "Nov  1 10:00:00 mx1 postfix/smtpd[12]: connect from <a>\\[192.0.2.1]\n";
  EXPECT_EQ(Rewrap(kLine, Rewrapping::kRfc3339, 1),
            "2026-11-01T10:00:00.437666+09:00 mx1 postfix/smtpd[12]: connect from "
            "<a>\\[192.0.2.1]\n");
  EXPECT_EQ(Rewrap(kLine, Rewrapping::kRfc5424CutTag, 1),
            "<22>1 2026-11-01T10:00:00.437666+00:00 mx1 postfix 12 - -  connect from "
            "<a>\\[192.0.2.1]\n");
  EXPECT_EQ(Rewrap(kLine, Rewrapping::kDockerJson, 1),
            "{\"log\":\"Nov  1 10:00:00 mx1 postfix/smtpd[12]: connect from "
            "\\u003ca\\u003e\\\\[192.0.2.1]\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-21T10:00:"
            "00.123456789Z\"}\n");
}

}  // namespace
}  // namespace maillog::test
