#include "parser/reason_memory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace maillog {
namespace {

struct Told {
  std::string text;
  DsnCode dsn;
};

/// Of all lengths, more than are remembered; many differ in one word or in the code alone.
std::vector<Told> Reasons() {
  std::vector<Told> told;
  for (int i = 0; i < 100; ++i) {
    const std::string host = "host mx" + std::to_string(i) + ".example[192.0.2.1] said: ";
    for (const char* const said :
         {"User unknown", "Mailbox full", "Greylisted", "Relay access denied", "no such thing"}) {
      for (const char* const dsn : {"5.1.1", "4.2.2", "5.7.1", ""})
        told.push_back({host + "550 " + said + " (in reply to RCPT TO command)", DsnCode::Of(dsn)});
    }
  }
  for (std::size_t size = 0; size < 300; ++size)
    told.push_back({std::string(size, 'x') + " timed out", DsnCode::Of("4.4.1")});
  told.push_back({"", DsnCode{}});
  return told;
}

TEST(ReasonMemory, AnswersWhatWouldBeFoundOut) {
  ReasonMemory memory;
  for (int round = 0; round < 2; ++round) {
    for (const Told& told : Reasons()) {
      for (int again = 0; again < 2; ++again) {
        const std::string copy = told.text;  // what is remembered is not a view of what was given
        ASSERT_EQ(memory.OfDelivery(copy, told.dsn), RefusalOfDelivery(told.text, told.dsn))
            << told.text;
      }
    }
  }
}

TEST(ReasonMemory, TellsRepliesFromDeliveriesAndCodesApart) {
  ReasonMemory memory;
  const ReplyCode codes[] = {ReplyCode::Of("450"), ReplyCode::Of("552"), ReplyCode{}};
  for (int round = 0; round < 2; ++round) {
    for (const Told& told : Reasons()) {
      for (const ReplyCode code : codes) {
        const std::string copy = told.text;
        ASSERT_EQ(memory.OfReply(copy, told.dsn, code), ReasonOf(told.text, told.dsn, code))
            << told.text;
      }
      ASSERT_EQ(memory.OfDelivery(told.text, told.dsn), RefusalOfDelivery(told.text, told.dsn))
          << told.text;
    }
  }
}

/// Texts of the same size that differ at one place only, in turns: where two have the same hash,
/// the text decides.
TEST(ReasonMemory, ComparesWholeTexts) {
  const std::string whole =
      "host mx.example[192.0.2.1] said: 550 5.1.1 ---------- User unknown (in reply to RCPT TO)";
  const std::string_view words[] = {"User unknown", "Mailbox full", "Rate limited", "Greylisted.."};
  for (const std::size_t padding : {0U, 7U, 60U}) {
    ReasonMemory memory;
    for (std::size_t i = 0; i < 2000; ++i) {
      std::string text = whole + std::string(padding, '.');
      text.replace(text.find("User unknown"), 12, words[i * 7 / 3 % std::size(words)]);
      text.replace(text.find("----------"), 3, std::to_string(100 + i % 300));
      ASSERT_EQ(memory.OfDelivery(text, DsnCode{}), RefusalOfDelivery(text, DsnCode{})) << text;
    }
  }
}

/// Four times as many bytes as it holds, again and again: none is answered with what has been
/// written over its text.
TEST(ReasonMemory, ForgetsWhatIsWrittenOver) {
  const std::string_view words[] = {"User unknown", "Mailbox full", "Rate limited", "Greylisted.."};
  ReasonMemory memory;
  for (std::size_t i = 0; i < 5000; ++i) {
    const std::size_t one = i * i % 257;
    const std::string text = std::to_string(1000 + one) + " said: 550 5.1.1 " +
                             std::string(words[one % std::size(words)]) + std::string(150, '.') +
                             std::to_string(one);
    ASSERT_EQ(memory.OfDelivery(text, DsnCode{}), RefusalOfDelivery(text, DsnCode{})) << text;
  }
}

}  // namespace
}  // namespace maillog
