// Counting what a text holds, message by message: the part that does not depend on whose tallies
// they go to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "parser/event.h"

namespace maillog {

/// How many messages there were, by what became of them.
struct MessageCounts {
  std::array<std::uint64_t, Label<Outcome>::values.size()> outcomes{};
  /// `last message repeated N times`: the sum of N.
  std::uint64_t unattributed = 0;

  void Add(const Event& event, std::uint32_t times) {
    outcomes[static_cast<std::size_t>(OutcomeOf(event))] += times;
  }
  void Add(const MessageCounts& other) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
    unattributed += other.unattributed;
  }
};

/// Reads to the reader's end; calls `count(record, event)` for each record.
template <class Count>
void CountMessages(MessageReader& reader, RecordParser& parser, MessageCounts& counts,
                   Count&& count) {
  Record record;
  EnvelopeResult result = EnvelopeResult::kMalformed;
  while (reader.Next(record, result)) {
    switch (result) {
      case EnvelopeResult::kRecord: {
        const Event event = parser.Parse(record);
        count(std::as_const(record), event);
        counts.Add(event, record.times);
        break;
      }
      case EnvelopeResult::kLastRepeated:
        counts.Add(LastRepeated{record.times}, 1);
        counts.unattributed += record.times;
        break;
      case EnvelopeResult::kMalformed:
        counts.Add(Malformed{}, 1);
        break;
    }
  }
}

}  // namespace maillog
