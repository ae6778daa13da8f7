// Envelopes: what comes out of a block lies in the block or the scratch, keeps its limits, and does
// not depend on how the block was cut.
#include <functional>
#include <memory>

#include "parser/envelope/message_reader.h"
#include "parser/envelope/usual_form.h"
#include "parser/scan.h"
#include "parser/timestamp.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {
namespace {

void CheckRecord(const Record& record, std::string_view line) {
  for (const std::string_view view : {record.stamp, record.host, record.message}) {
    Check(LiesIn(view, line));
  }
  Check(record.program == "dovecot" || LiesIn(record.program, line));
  Check(record.times >= 1 && record.times <= kMaxRepeats);
  Check(record.message.size() <= kMaxMessageBytes);
  (void)ParseStamp(record.stamp);
}

/// What is read in one go is what the readers read.
void CheckUsualForm(std::string_view line) {
  Record usual;
  if (line.size() > kMaxMessageBytes || !internal::ReadUsualForm(line, usual)) return;
  Record record;
  Check(ParseEnvelope(line, record) == EnvelopeResult::kRecord);
  Check(usual.stamp == record.stamp && usual.host == record.host);
  Check(usual.program == record.program && usual.message == record.message);
  Check(usual.times == record.times && usual.speaker == record.speaker);
}

void CheckLines(std::string_view block) {
  static const auto scratch = std::make_unique<std::array<char, 1000>>();
  while (!block.empty()) {
    const std::string_view line = TakeLine(block);
    CheckUsualForm(line);
    Record record;
    if (ParseEnvelope(line, record) == EnvelopeResult::kRecord) CheckRecord(record, line);
    const ContainerLine container = ParseContainerLine(line, *scratch);
    Check(LiesIn(container.stamp, line));
    Check(LiesIn(container.content, line) ||
          LiesIn(container.content, {scratch->data(), scratch->size()}));
  }
}

/// How many messages there are, and a hash of what they say, in their order.
struct Digest {
  std::size_t messages = 0;
  std::size_t hash = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};

void Read(std::string_view block, Digest& digest) {
  static const auto scratch = std::make_unique<MessageScratch>();
  MessageReader reader(block, *scratch);
  Record record;
  EnvelopeResult result{};
  const auto mix = [&digest](std::size_t value) { digest.hash = digest.hash * 31 + value; };
  while (reader.Next(record, result)) {
    ++digest.messages;
    mix(static_cast<std::size_t>(result));
    if (result == EnvelopeResult::kMalformed) continue;
    Check(record.times >= 1 && record.times <= kMaxRepeats);
    for (const std::string_view view :
         {record.stamp, record.host, record.program, record.message}) {
      mix(std::hash<std::string_view>{}(view));
    }
  }
}

bool IsContainerLog(std::string_view block) {
  static const auto scratch = std::make_unique<std::array<char, 1000>>();
  while (!block.empty()) {
    if (ParseContainerLine(TakeLine(block), *scratch).stream == Stream::kNone) return false;
  }
  return true;
}

/// As a follower reads: whole lines in hand, of which only whole messages are given on.
Digest ReadInTwo(std::string_view block, std::size_t cut) {
  std::string_view front = block.substr(0, cut);
  front = front.substr(0, front.rfind('\n') + 1);
  const std::size_t whole = WholeMessagesPrefix(front);
  Check(whole <= front.size());
  Check(whole == 0 || front[whole - 1] == '\n');
  Digest digest;
  Read(front.substr(0, whole), digest);
  Read(block.substr(whole), digest);
  return digest;
}

}  // namespace
}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog::fuzz;
  if (size == 0) return 0;
  const std::string_view block = AsText(data, size).substr(1);
  CheckLines(block);
  Digest at_once;
  Read(block, at_once);
  // Fragments between lines of another kind are seen only if they stand first or last.
  const bool is_simple = block.find("stdout") == std::string_view::npos &&
                         block.find("stderr") == std::string_view::npos &&
                         block.find('{') == std::string_view::npos;
  if (is_simple || IsContainerLog(block)) {
    Check(ReadInTwo(block, block.size() * data[0] / 256) == at_once);
  }
  return 0;
}
