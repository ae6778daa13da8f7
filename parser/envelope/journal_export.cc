#include "parser/envelope/journal_export.h"

#include "parser/scan.h"

namespace maillog {
namespace {

// systemd's own limits: of a field's name, and of its data.
constexpr std::uint8_t kMaxName = 64;
constexpr std::uint64_t kMaxData = 768 * 1024 * 1024;
constexpr std::uint8_t kLengthBytes = 8;

constexpr bool IsKeyByte(char c) { return IsUpper(c) || IsDigit(c) || c == '_'; }

/// The value of the field at the front, and moves past it; nothing if it is none.
std::optional<std::string_view> TakeValue(std::string_view& text) {
  if (Eat(text, '=')) return TakeLine(text);
  if (!Eat(text, '\n')) return std::nullopt;
  const std::optional<std::uint64_t> length = TakeLittleEndian64(text);
  if (!length || *length > text.size()) return std::nullopt;
  const std::string_view value = TakeBytes(text, *length);
  return Eat(text, '\n') ? std::optional(value) : std::nullopt;
}

/// A field that is there twice has its first value.
void Set(std::string_view& field, std::string_view value) {
  if (field.empty()) field = value;
}

}  // namespace

bool EntryScan::SkipName(std::string_view& text) {
  count_ = static_cast<std::uint8_t>(count_ + TakeWhile(text, [n = count_](char c) mutable {
                                                return IsKeyByte(c) && n++ < kMaxName;
                                              }).size());
  if (text.empty()) return false;
  if (Eat(text, '\n')) {
    if (count_ == 0) return true;
    left_ = 0;
    Begin(In::kLength);
  } else {
    Begin(count_ > 0 && Eat(text, '=') ? In::kText : In::kBroken);
  }
  return false;
}

void EntryScan::SkipLength(std::string_view& text) {
  left_ |= FirstEight(TakeBytes(text, 1)) << (8 * count_);
  if (++count_ == kLengthBytes) Begin(left_ <= kMaxData ? In::kData : In::kBroken);
}

bool EntryScan::SkipOn(std::string_view& text) {
  while (!text.empty()) {
    switch (in_) {
      case In::kName:
        if (SkipName(text)) return true;
        break;
      case In::kText:
        if (!SkipPast(text, '\n')) {
          text = {};
        } else {
          Begin(In::kName);
        }
        break;
      case In::kLength:
        SkipLength(text);
        break;
      case In::kData:
        left_ -= TakeBytes(text, left_).size();
        if (left_ == 0) Begin(In::kDataEnd);
        break;
      case In::kDataEnd:
        Begin(Eat(text, '\n') ? In::kName : In::kBroken);
        break;
      case In::kBroken:
        if (!SkipPast(text, '\n')) {
          text = {};
          break;
        }
        Begin(In::kName);
        return true;
    }
  }
  return false;
}

std::size_t EntrySize(std::string_view text) {
  EntryScan scan;
  std::string_view rest = text;
  return scan.SkipOn(rest) ? text.size() - rest.size() : 0;
}

std::size_t WholeEntriesPrefix(std::string_view text) {
  std::string_view rest = text;
  while (BeginsEntry(rest)) {
    const std::size_t size = EntrySize(rest);
    if (size == 0) break;
    (void)TakeBytes(rest, size);
  }
  return text.size() - rest.size();
}

std::optional<LogFields> ReadEntry(std::string_view entry, std::span<char> scratch) {
  LogFields fields;
  std::optional<std::string_view> message;
  std::string_view command;
  while (!entry.empty()) {
    const std::string_view name = TakeWhile(entry, IsKeyByte);
    if (name.empty() && Eat(entry, '\n')) break;
    const std::optional<std::string_view> value = TakeValue(entry);
    if (!value) return std::nullopt;
    if (name == "MESSAGE") {
      if (!message) message = value;
    } else if (name == "SYSLOG_IDENTIFIER") {
      Set(fields.program, *value);
    } else if (name == "_COMM") {
      Set(command, *value);
    } else if (name == "_HOSTNAME") {
      Set(fields.host, *value);
    } else if (name == "__REALTIME_TIMESTAMP") {
      Set(fields.stamp, *value);
    }
  }
  if (!message || !entry.empty()) return std::nullopt;
  Set(fields.program, command);
  fields.message = OneLine(*message, scratch);
  return fields;
}

}  // namespace maillog
