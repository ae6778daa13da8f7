#include "tests/parser/envelope/record_text.h"

#include <array>
#include <cstdio>
#include <memory>

#include "parser/encoding.h"
#include "parser/envelope/message_reader.h"

namespace maillog::test {
namespace {

std::string_view SpeakerText(Speaker speaker) {
  constexpr auto kTexts =
      std::to_array<std::string_view>({"syslog", "dovecot_file", "pmailserver", "epost", "relay"});
  return kTexts[static_cast<std::size_t>(speaker)];
}

void AddField(std::string& text, std::string_view name, std::string_view value) {
  if (!value.empty()) text.append(" ").append(name).append("=[").append(Escaped(value)).append("]");
}

std::string Text(const Record& record, EnvelopeResult result) {
  if (result == EnvelopeResult::kMalformed) return "malformed";
  if (result == EnvelopeResult::kLastRepeated) {
    return "last_repeated x" + std::to_string(record.times);
  }
  std::string text(SpeakerText(record.speaker));
  AddField(text, "stamp", record.stamp);
  AddField(text, "host", record.host);
  AddField(text, "program", record.program);
  AddField(text, "message", record.message);
  if (record.times != 1) text += " x" + std::to_string(record.times);
  return text;
}

}  // namespace

std::vector<std::string> MessageTexts(std::string_view block) {
  static const auto scratch = std::make_unique<MessageScratch>();
  MessageReader reader(block, *scratch);
  std::vector<std::string> texts;
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) texts.push_back(Text(record, result));
  return texts;
}

std::string Escaped(std::string_view bytes) {
  const bool is_text = IsValidUtf8(bytes);
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !is_text)) {
      std::array<char, 5> escape{};
      (void)std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(byte));
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace maillog::test
