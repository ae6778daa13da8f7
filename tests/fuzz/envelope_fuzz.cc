// Envelopes: what comes out of a block lies in the block or the scratch, keeps its limits, and does
// not depend on how the block was cut.
#include <functional>
#include <memory>

#include "parser/envelope/journal_export.h"
#include "parser/envelope/message_reader.h"
#include "parser/envelope/relay.h"
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
  // The names of Dovecot and, in macOS's logs, of Postfix's daemons are elsewhere.
  Check(record.program == "dovecot" || StartsWith(record.program, "postfix/") ||
        LiesIn(record.program, line));
  Check(record.times >= 1 && record.times <= kMaxRepeats);
  Check(record.message.size() <= kMaxMessageBytes);
  (void)ParseStamp(record.stamp);
}

/// What is read in one go is what the readers read.
void CheckUsualForm(std::string_view line) {
  Record usual;
  if (line.size() > kMaxMessageBytes || !internal::UsualForm().Read(line, usual)) return;
  if (!RelayedLine(usual, Relays::kKnown).empty()) return;
  Record record;
  Check(ParseEnvelope(line, record) == EnvelopeResult::kRecord);
  Check(usual.stamp == record.stamp && usual.host == record.host);
  Check(usual.program == record.program && usual.message == record.message);
  Check(usual.times == record.times && usual.speaker == record.speaker);
  internal::UsualForm form;
  for (int time = 0; time < 2; ++time) {  // the second time it knows how the line begins
    Record again;
    Check(form.Read(line, again) && again.stamp == usual.stamp && again.host == usual.host);
    Check(again.program == usual.program && again.message == usual.message);
  }
}

/// Fields lie in the line or the scratch, and say nothing that is too long.
void CheckJson(std::string_view line) {
  static const auto scratch = std::make_unique<std::array<char, kFieldsScratchBytes>>();
  const std::optional<LogFields> fields = ReadJsonFields(line, *scratch);
  if (!fields) return;
  const std::string_view space(scratch->data(), scratch->size());
  for (const std::string_view view :
       {fields->message, fields->program, fields->host, fields->stamp}) {
    Check(LiesIn(view, line) || LiesIn(view, space));
  }
}

/// The end of an entry does not depend on how it comes.
void CheckEntry(std::string_view block) {
  if (!BeginsEntry(block)) return;
  const std::size_t size = EntrySize(block);
  Check(size <= block.size());
  EntryScan scan;
  std::string_view rest = block;
  bool ended = false;
  while (!rest.empty() && !ended) {
    std::string_view piece = TakeBytes(rest, 3);
    const std::string_view begin = piece;
    ended = scan.SkipOn(piece);
    if (ended)
      Check(static_cast<std::size_t>(begin.data() - block.data()) + begin.size() - piece.size() ==
            size);
  }
  Check(ended == (size != 0));
}

void CheckLines(std::string_view block) {
  static const auto scratch = std::make_unique<std::array<char, 1000>>();
  while (!block.empty()) {
    const std::string_view line = TakeLine(block);
    CheckUsualForm(line);
    CheckJson(line);
    Record record;
    if (ParseEnvelope(line, record) == EnvelopeResult::kRecord) CheckRecord(record, line);
    const ContainerLine container = ParseContainerLine(line, *scratch);
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
  CheckEntry(block);
  Digest at_once;
  Read(block, at_once);
  // Fragments and entries between lines of another kind are seen only if they are first or last.
  const bool has_entry = block.find("\n__") != std::string_view::npos || block.starts_with("__");
  const bool is_simple = !has_entry && block.find("stdout") == std::string_view::npos &&
                         block.find("stderr") == std::string_view::npos &&
                         block.find('{') == std::string_view::npos;
  if (is_simple || maillog::WholeEntriesPrefix(block) == block.size() ||
      (!has_entry && IsContainerLog(block))) {
    Check(ReadInTwo(block, block.size() * data[0] / 256) == at_once);
  }
  return 0;
}
