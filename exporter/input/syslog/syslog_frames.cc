#include "exporter/input/syslog/syslog_frames.h"

#include <algorithm>

#include "parser/envelope/envelopes.h"
#include "parser/scan.h"

namespace maillog {
namespace {

// More digits than any reasonable length has; a line may begin with digits too.
constexpr std::size_t kMaxDigits = 9;

bool EndsLine(char c) { return c == '\n' || c == '\r' || c == '\0'; }

}  // namespace

void AppendMessage(std::string_view message, SyslogLines& lines) {
  while (!message.empty() && EndsLine(message.back())) message.remove_suffix(1);
  if (message.empty()) return;
  const std::size_t begin = lines.text.size();
  lines.text += message;
  std::replace(lines.text.begin() + static_cast<std::ptrdiff_t>(begin), lines.text.end(), '\n',
               ' ');
  lines.text += '\n';
}

void SyslogFrames::Add(std::string_view bytes, SyslogLines& lines) {
  while (!bytes.empty()) {
    switch (in_) {
      case In::kStart:
        AddToStart(bytes);
        break;
      case In::kLength:
        AddToLength(bytes, lines);
        break;
      case In::kCounted:
      case In::kOverlongCounted:
        AddToCounted(bytes, lines);
        break;
      case In::kLine:
      case In::kOverlongLine:
        AddToLine(bytes, lines);
        break;
    }
  }
}

void SyslogFrames::AddToStart(std::string_view& bytes) {
  if (EndsLine(bytes.front())) return bytes.remove_prefix(1);
  pending_.clear();
  in_ = bytes.front() >= '1' && bytes.front() <= '9' ? In::kLength : In::kLine;
}

void SyslogFrames::AddToLength(std::string_view& bytes, SyslogLines& lines) {
  if (IsDigit(bytes.front()) && pending_.size() < kMaxDigits) {
    pending_ += bytes.front();
    return bytes.remove_prefix(1);
  }
  if (bytes.front() != ' ') {  // `2026-11-21T10:00:00Z host …`
    in_ = In::kLine;
    return;
  }
  bytes.remove_prefix(1);
  left_ = ParseUint(pending_).value_or(0);
  pending_.clear();
  in_ = left_ > kMaxMessageBytes ? In::kOverlongCounted : In::kCounted;
  if (in_ == In::kOverlongCounted) ++lines.malformed;
}

void SyslogFrames::AddToCounted(std::string_view& bytes, SyslogLines& lines) {
  const std::string_view part = bytes.substr(0, left_);
  bytes.remove_prefix(part.size());
  left_ -= part.size();
  if (in_ == In::kCounted) pending_ += part;
  if (left_ > 0) return;
  if (in_ == In::kCounted) AppendMessage(pending_, lines);
  in_ = In::kStart;
}

void SyslogFrames::AddToLine(std::string_view& bytes, SyslogLines& lines) {
  const std::size_t newline = bytes.find('\n');
  const bool ends = newline != std::string_view::npos;
  const std::string_view part = bytes.substr(0, newline);
  bytes.remove_prefix(ends ? newline + 1 : bytes.size());
  if (in_ == In::kLine && pending_.size() + part.size() > kMaxMessageBytes) {
    in_ = In::kOverlongLine;
    pending_ = {};
    ++lines.malformed;
  }
  if (in_ == In::kLine) pending_ += part;
  if (!ends) return;
  if (in_ == In::kLine) AppendMessage(pending_, lines);
  in_ = In::kStart;
}

void SyslogFrames::Close(SyslogLines& lines) {
  if (in_ != In::kLine) return Break(lines);
  AppendMessage(pending_, lines);
  in_ = In::kStart;
}

void SyslogFrames::Break(SyslogLines& lines) {
  const bool cut = in_ == In::kLine || in_ == In::kCounted || in_ == In::kLength;
  if (cut) ++lines.malformed;
  in_ = In::kStart;
}

}  // namespace maillog
