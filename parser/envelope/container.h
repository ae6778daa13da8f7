// Lines of a container runtime's log: CRI (`2026-11-21T10:00:00.123456789Z stdout F text`, as
// containerd and CRI-O write it) and Docker's json-file (`{"log":"text\n","stream":"stdout",…}`).
// A runtime splits a long message into fragments: CRI tags all but the last `P`, Docker ends only
// the last with a newline. Fragments of stdout and stderr may be interleaved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace maillog {

/// Which stream of a container a line came from. Fragments are joined per stream.
enum class Stream : std::uint8_t { kNone, kStdout, kStderr };

/// Some of the streams.
class StreamSet {
 public:
  constexpr StreamSet() = default;
  /// As saved by bits().
  explicit constexpr StreamSet(std::uint8_t bits) : bits_(bits & kAll) {}

  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr bool contains(Stream stream) const { return (bits_ & Bit(stream)) != 0; }
  constexpr void Add(Stream stream) { bits_ = bits_ | Bit(stream); }
  constexpr void Remove(Stream stream) { bits_ = bits_ & static_cast<std::uint8_t>(~Bit(stream)); }
  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(StreamSet, StreamSet) = default;

 private:
  static constexpr std::uint8_t kAll = 6;  // stdout and stderr
  static constexpr std::uint8_t Bit(Stream stream) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(stream)) & kAll;
  }
  std::uint8_t bits_ = 0;
};

struct ContainerLine {
  /// The text; points into the line, or into `scratch` where JSON had escapes.
  std::string_view content;
  Stream stream = Stream::kNone;  ///< kNone: this line is not from a container runtime
  bool partial = false;           ///< the message goes on in the next line of the same stream
};

/// Recognises a CRI or Docker JSON line, with or without its newline. `scratch` takes unescaped
/// JSON text; a text that does not fit is cut there (so that with more than kMaxMessageBytes of
/// scratch it counts as overlong). Never allocates.
[[nodiscard]] ContainerLine ParseContainerLine(std::string_view line, std::span<char> scratch);

/// Whether the first or the last line of a block of lines is a container's.
[[nodiscard]] bool BeginsOrEndsAsContainers(std::string_view block);

/// How many bytes at the front of `block` hold only whole messages: up to the last place where no
/// message of either stream is in the middle; all of the block if it ends at such a place. `block`
/// is whole lines, each with its newline, and begins with a message, except for the streams in
/// `given_up`: theirs up to the end of the message count for nothing. Looks at the first and the
/// last line only, unless one of them is a container's, or a stream is given up. Where it begins
/// with an entry of the journal's export, these are whole entries.
[[nodiscard]] std::size_t WholeMessagesPrefix(std::string_view block, StreamSet given_up = {});

/// In which streams a message is in the middle after `block`, if before it one was in those of
/// `open`. The newline of the last line may be missing, and a CRI line may be cut.
[[nodiscard]] StreamSet OpenAfter(std::string_view block, StreamSet open);

}  // namespace maillog
