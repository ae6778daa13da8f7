// Lines as administrators published them, wrapped in whatever their loggers wrap around them: the
// event that comes of all of it.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "parser/event_text.h"
#include "tests/support/cases.h"

namespace maillog::test {
namespace {

std::string EventOf(const std::string& line) {
  const auto scratch = std::make_unique<MessageScratch>();
  MessageReader reader(line, *scratch);
  Record record;
  EnvelopeResult result = EnvelopeResult::kMalformed;
  if (!reader.Next(record, result)) return "nothing";
  if (result != EnvelopeResult::kRecord) return EventText(Malformed{});
  RecordParser parser;
  return EventText(parser.Parse(record));
}

TEST(EnvelopeEvents, AreThoseOfTheMessages) { CheckLines("envelope_events", EventOf); }

}  // namespace
}  // namespace maillog::test
