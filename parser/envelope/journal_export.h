// Entries of the journal's export format (`journalctl -o export`): lines `KEY=value`, or for what
// is not text `KEY`, a newline, the length in eight bytes, the bytes and a newline; an empty line
// ends the entry. https://systemd.io/JOURNAL_EXPORT_FORMATS/
//
// The bytes of a field can be anything, also lines made up to look like an entry: an entry's end is
// found only by reading it from its beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "parser/envelope/log_fields.h"

namespace maillog {

/// Whether an entry begins here: with one of the fields that the journal itself puts first
/// (`__CURSOR=`).
[[nodiscard]] inline bool BeginsEntry(std::string_view text) {
  return text.size() > 2 && text[0] == '_' && text[1] == '_' && text[2] >= 'A' && text[2] <= 'Z';
}

/// Finds the end of an entry whose bytes come in pieces.
class EntryScan {
 public:
  /// Moves past what is of the entry. True as soon as its end, an empty line, has been passed; a
  /// line that is not a field ends a broken entry.
  [[nodiscard]] bool SkipOn(std::string_view& text);
  friend bool operator==(const EntryScan&, const EntryScan&) = default;

 private:
  enum class In : std::uint8_t { kName, kText, kLength, kData, kDataEnd, kBroken };

  void Begin(In in) {
    in_ = in;
    count_ = 0;
  }
  [[nodiscard]] bool SkipName(std::string_view& text);
  void SkipLength(std::string_view& text);

  In in_ = In::kName;
  std::uint8_t count_ = 0;  ///< bytes of the name, or of the length, that have been passed
  std::uint64_t left_ = 0;  ///< the length, or how many bytes of the data are to come
};

/// The size of the entry at the front, with the empty line after it; 0 if that is not there yet.
[[nodiscard]] std::size_t EntrySize(std::string_view text);

/// How many bytes at the front are whole entries.
[[nodiscard]] std::size_t WholeEntriesPrefix(std::string_view text);

/// The fields of a whole entry. Nothing if it is broken or has no message.
[[nodiscard]] std::optional<LogFields> ReadEntry(std::string_view entry, std::span<char> scratch);

}  // namespace maillog
