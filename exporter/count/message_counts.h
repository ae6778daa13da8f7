// Counting the messages of a text one by one: the part that does not depend on which tallies they
// go to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "parser/event.h"

namespace maillog {

/// What is counted of messages.
enum class Counting : std::uint8_t {
  kAll,
  /// What single lines say: no whole mails, no lengths of sessions, and not who does most.
  kLines,
};

/// How many messages there were, by outcome.
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

/// Reads to the reader's end, or until `count(record, event)`, called for each record, returns
/// false: then this one is not counted. What has not been counted is left.
template <class Count>
std::string_view CountMessages(MessageReader& reader, RecordParser& parser, MessageCounts& counts,
                               Count&& count) {
  Record record;
  EnvelopeResult result = EnvelopeResult::kMalformed;
  const std::string_view all = reader.rest();
  std::size_t left = all.size();
  for (; reader.Next(record, result); left = reader.rest().size()) {
    switch (result) {
      case EnvelopeResult::kRecord: {
        const Event event = parser.Parse(record);
        if (!count(std::as_const(record), event)) return all.substr(all.size() - left);
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
  return reader.rest();
}

}  // namespace maillog
