// Cuts what a syslog connection sends into messages. RFC 6587: a message comes after its length
// (`57 <22>Nov 21 …`) or before a newline; which of the two is decided for each message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace maillog {

/// Lines to be counted, and those that were lost.
struct SyslogLines {
  std::string text;             ///< whole messages, each with its newline
  std::uint32_t malformed = 0;  ///< longer than kMaxMessageBytes, or cut off
};
/// A block's text ends with the message that reaches this.
inline constexpr std::size_t kMaxSyslogText = 256 * 1024;

/// A message as a line: newlines within it become spaces, those at its end are left out. Nothing if
/// it is empty.
void AppendMessage(std::string_view message, SyslogLines& lines);

/// One connection. Holds at most one message.
class SyslogFrames {
 public:
  void Add(std::string_view bytes, SyslogLines& lines);
  /// The other side has closed the connection: a last line may lack its newline.
  void Close(SyslogLines& lines);
  /// The connection is broken: what has not come whole will not.
  void Break(SyslogLines& lines);

 private:
  enum class In : std::uint8_t {
    kStart,
    kLength,
    kCounted,
    kOverlongCounted,
    kLine,
    kOverlongLine
  };

  void AddToStart(std::string_view& bytes);
  void AddToLength(std::string_view& bytes, SyslogLines& lines);
  void AddToCounted(std::string_view& bytes, SyslogLines& lines);
  void AddToLine(std::string_view& bytes, SyslogLines& lines);

  In in_ = In::kStart;
  std::string pending_;     // of the message, or of its length
  std::uint64_t left_ = 0;  // bytes of a counted message that have not come yet
};

}  // namespace maillog
