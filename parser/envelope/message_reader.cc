#include "parser/envelope/message_reader.h"

#include <algorithm>

#include "parser/envelope/journal_export.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool IsBlank(std::string_view line) {
  (void)TakeWhile(line, [](char c) { return c == '\r' || c == '\0'; });
  return line.empty() || IsEmptyAfterPrefix(line);
}

bool MayBeContainers(char first, Format format) {
  if (first == '{') return format == Format::kAuto || format == Format::kDocker;
  return IsDigit(first) && (format == Format::kAuto || format == Format::kCri);
}

bool HasJson(Format format) {
  return format != Format::kSyslog && format != Format::kRfc5424 && format != Format::kDovecot &&
         format != Format::kPMailServer && format != Format::kEPost && format != Format::kBare;
}

}  // namespace

bool MessageReader::NextOfAny(Record& record, EnvelopeResult& result) {
  for (bool is_first = true; !rest_.empty() && !stops_; is_first = false) {
    const std::string_view before = rest_;
    const std::string_view line = TakeLine(rest_);
    if (!is_first && IsUsual(line, record)) {
      result = EnvelopeResult::kRecord;
      return true;
    }
    if (BeginsEntry(before)) {
      ReadJournalEntry(before, record, result);
      return true;
    }
    if (ReadLine(line, record, result)) return true;
    if (stops_) rest_ = before;
  }
  return TakeDangling(record, result);
}

bool MessageReader::ReadLine(std::string_view line, Record& record, EnvelopeResult& result) {
  if (line.empty()) return false;
  if (MayBeContainers(line.front(), format_)) {
    const ContainerLine container = ParseContainerLine(line, scratch_.unescaped_);
    if (container.stream != Stream::kNone) {
      stops_ = at_containers_ == AtContainers::kStop;
      return !stops_ && ReadContainerLine(container, record, result);
    }
  }
  const bool is_whole = format_ != Format::kCri && format_ != Format::kDocker &&
                        format_ != Format::kJournal &&
                        (format_ != Format::kJson || !FindJson(line).object.empty());
  if (is_whole) return ReadContent(line, record, result);
  record = Record{};
  result = EnvelopeResult::kMalformed;
  return !IsBlank(line);
}

bool MessageReader::ReadContainerLine(const ContainerLine& line, Record& record,
                                      EnvelopeResult& result) {
  if (given_up_.contains(line.stream)) {
    if (!line.partial) given_up_.Remove(line.stream);
    return false;
  }
  const std::size_t stream = line.stream == Stream::kStderr ? 1 : 0;
  OpenFragments::Pending& pending = open_.streams_[stream];
  if (!line.partial && !pending.open) return ReadContent(line.content, record, result);
  Append(stream, line.content);
  if (line.partial) return false;
  const std::string_view joined(scratch_.fragments_[stream].data(), pending.size);
  pending = {};
  return ReadContent(joined, record, result);
}

void MessageReader::SetFields(const std::optional<LogFields>& fields, Record& record,
                              EnvelopeResult& result) {
  record = Record{};
  result = fields ? ReadFields(*fields, record, format_) : EnvelopeResult::kMalformed;
}

// The entry's end may be missing where nothing can follow.
void MessageReader::ReadJournalEntry(std::string_view rest, Record& record,
                                     EnvelopeResult& result) {
  const std::size_t size = EntrySize(rest);
  const std::string_view entry = size == 0 ? rest : rest.substr(0, size);
  rest_ = rest.substr(entry.size());
  const bool is_read =
      (format_ == Format::kAuto || format_ == Format::kJournal) && entry.size() <= kMaxMessageBytes;
  SetFields(is_read ? ReadEntry(entry, scratch_.fields_) : std::nullopt, record, result);
}

bool MessageReader::ReadContent(std::string_view content, Record& record, EnvelopeResult& result) {
  if (HasJson(format_) && content.size() <= kMaxMessageBytes) {
    if (const JsonLine json = FindJson(content); !json.object.empty()) {
      std::optional<LogFields> fields = ReadJsonFields(json.object, scratch_.fields_);
      if (fields && fields->stamp.empty()) fields->stamp = json.stamp;
      SetFields(fields, record, result);
      return true;
    }
  }
  result = ParseEnvelope(content, record, format_);
  return result != EnvelopeResult::kMalformed || !IsBlank(content);
}

void MessageReader::Append(std::size_t stream, std::string_view content) {
  OpenFragments::Pending& pending = open_.streams_[stream];
  MessageScratch::Text& text = scratch_.fragments_[stream];
  // What is cut off here makes no difference: the message is overlong, and malformed.
  const std::string_view fits = content.substr(0, text.size() - pending.size);
  std::copy(fits.begin(), fits.end(), text.begin() + static_cast<std::ptrdiff_t>(pending.size));
  pending.size += fits.size();
  pending.open = true;
}

bool MessageReader::TakeDangling(Record& record, EnvelopeResult& result) {
  if (leaves_open_) return false;
  for (OpenFragments::Pending& pending : open_.streams_) {
    if (!pending.open) continue;
    pending = {};
    record = Record{};
    result = EnvelopeResult::kMalformed;
    return true;
  }
  return false;
}

}  // namespace maillog
