#include "parser/envelope/log_fields.h"

#include <algorithm>

#include "parser/scan.h"

namespace maillog {
std::string_view ProgramOf(std::string_view tag) {
  SkipSpaces(tag);
  return TakeUntilOneOf<' ', '[', ':'>(tag);
}

EnvelopeResult ReadFields(const LogFields& fields, Record& record, Format format) {
  record = Record{};
  if (fields.message.size() > kMaxMessageBytes) return EnvelopeResult::kMalformed;
  record.program = ProgramOf(fields.program);
  if (record.program.empty()) {
    const EnvelopeResult result = ParseEnvelope(fields.message, record, format);
    if (record.host.empty()) record.host = fields.host;
    if (record.stamp.empty()) record.stamp = fields.stamp;
    return result;
  }
  record.stamp = fields.stamp;
  record.host = fields.host;
  record.message = fields.message;
  SkipSpaces(record.message);  // rsyslog keeps the blank after the tag
  return FinishRecord(record, format);
}

std::string_view OneLine(std::string_view message, std::span<char> scratch) {
  while (EatBack(message, "\n") || EatBack(message, "\r")) continue;
  if (message.find('\n') == std::string_view::npos) return message;
  const std::string_view fits = message.substr(0, scratch.size());
  // The message may be in the scratch itself.
  std::transform(fits.begin(), fits.end(), scratch.begin(),
                 [](char c) { return c == '\n' ? ' ' : c; });
  return {scratch.data(), fits.size()};
}

}  // namespace maillog
