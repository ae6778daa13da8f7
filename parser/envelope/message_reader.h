// Reads the messages of a block one after the other: finds the lines and the journal's entries,
// takes a container runtime's wrapping off and joins its fragments, then takes the envelope off.
//
//   MessageReader reader(block, scratch);
//   while (reader.Next(record, result)) …
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/envelope/container.h"
#include "parser/envelope/envelopes.h"
#include "parser/envelope/log_fields.h"
#include "parser/envelope/relay.h"
#include "parser/envelope/usual_form.h"
#include "parser/record.h"
#include "parser/scan.h"

namespace maillog {

/// Space for one reader at a time: unescaped JSON, that of a container and that in it, and the
/// fragments of both streams. Large; made once per source, never on the stack. Nothing in it
/// outlives a reader, except for OpenFragments.
class MessageScratch {
 public:
  /// Whether a view of a record lies here, and so ends with the next message.
  [[nodiscard]] bool Holds(std::string_view view) const {
    return LiesIn(view, {reinterpret_cast<const char*>(this), sizeof *this}) && !view.empty();
  }

 private:
  friend class MessageReader;
  // One byte more than a message may have distinguishes an overlong one from one that just fits.
  using Text = std::array<char, kMaxMessageBytes + 1>;
  Text unescaped_;
  std::array<char, kFieldsScratchBytes> fields_;
  std::array<Text, 2> fragments_;  ///< by stream: stdout, stderr
};

/// The messages in fragments whose last part has not come, of each stream: what one reader of a
/// text leaves to the reader of what follows, with the same scratch.
class OpenFragments {
 public:
  /// How many there are.
  [[nodiscard]] std::size_t count() const {
    return (streams_[0].open ? 1U : 0U) + (streams_[1].open ? 1U : 0U);
  }

 private:
  friend class MessageReader;
  struct Pending {
    std::size_t size = 0;  ///< of what has come so far
    bool open = false;
  };
  std::array<Pending, 2> streams_;  ///< as those of MessageScratch
};

/// What a reader does at a container's line.
enum class AtContainers : std::uint8_t {
  kRead,
  kStop,  ///< before it, as if the block ended there
};

class MessageReader {
 public:
  /// `block` is whole lines (the newline of the last may be missing) and begins with a message. It
  /// and `scratch` must outlive the reader. In the streams of `given_up` it begins within one that
  /// has been counted as malformed already: the rest of it yields nothing, since its first bytes
  /// may be a client's, made up to look like a message. `open` must outlive it: what the reader of
  /// the text in front has left there goes on, and what is open at the end is left there.
  MessageReader(std::string_view block, MessageScratch& scratch, StreamSet given_up = {},
                Format format = Format::kAuto, AtContainers at_containers = AtContainers::kRead,
                OpenFragments* open = nullptr)
      : rest_(block),
        scratch_(scratch),
        format_(format),
        may_be_usual_(format == Format::kAuto || format == Format::kSyslog),
        at_containers_(at_containers),
        given_up_(given_up),
        leaves_open_(open != nullptr),
        open_(open == nullptr ? own_open_ : *open) {}
  MessageReader(const MessageReader&) = delete;
  MessageReader& operator=(const MessageReader&) = delete;

  /// The next message; false at the end of the block. Empty lines (also of CR and NUL alone, or
  /// with a prefix alone) yield nothing. `result` is kMalformed for a line that cannot be read, for
  /// a message longer than kMaxMessageBytes, and at the end of the block for fragments whose last
  /// part is missing. The views in `record` are valid until the next call.
  [[nodiscard]] bool Next(Record& record, EnvelopeResult& result) {
    // Nearly all lines: without a call.
    if (!rest_.empty() && !stops_) {
      std::string_view rest = rest_;
      if (IsUsual(line_ends_.Take(rest), record)) {
        rest_ = rest;
        result = EnvelopeResult::kRecord;
        return is_usual_ = true;
      }
    }
    is_usual_ = false;
    return NextOfAny(record, result);
  }
  /// Whether all views of the last record are known to lie in the block; else some may lie in the
  /// scratch.
  [[nodiscard]] bool is_usual() const { return is_usual_; }
  /// What has not been read: empty at the end, unless it stopped before a container's line.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  /// A container runtime's `2026-11-21T10:00:00.123456789Z stdout F …` has the stamp of a usual
  /// line.
  [[nodiscard, gnu::always_inline]] bool IsUsual(std::string_view line, Record& record) {
    if (!may_be_usual_ || line.size() > kMaxMessageBytes || !usual_form_.Read(line, record))
      return false;
    if (MayBeLine(record)) return false;
    return !IsDigit(line.front()) || (record.host != "stdout" && record.host != "stderr");
  }
  /// Next, from a line that is not of the usual form.
  [[nodiscard, gnu::noinline]] bool NextOfAny(Record& record, EnvelopeResult& result);
  [[nodiscard]] bool ReadLine(std::string_view line, Record& record, EnvelopeResult& result);
  void ReadJournalEntry(std::string_view rest, Record& record, EnvelopeResult& result);
  [[nodiscard]] bool ReadContainerLine(const ContainerLine& line, Record& record,
                                       EnvelopeResult& result);
  [[nodiscard]] bool ReadContent(std::string_view content, Record& record, EnvelopeResult& result);
  void SetFields(const std::optional<LogFields>& fields, Record& record, EnvelopeResult& result);
  void Append(std::size_t stream, std::string_view content);
  [[nodiscard]] bool TakeDangling(Record& record, EnvelopeResult& result);

  std::string_view rest_;
  LineEnds line_ends_;
  internal::UsualForm usual_form_;
  MessageScratch& scratch_;
  const Format format_;
  const bool may_be_usual_;
  const AtContainers at_containers_;
  bool stops_ = false;
  bool is_usual_ = false;
  StreamSet given_up_;
  const bool leaves_open_;
  OpenFragments own_open_;
  OpenFragments& open_;
};

}  // namespace maillog
