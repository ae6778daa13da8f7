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

}  // namespace
}  // namespace maillog
