// Cuts what a RELP peer sends into frames: `TXNR SP COMMAND SP DATALEN [SP DATA] LF`, TXNR and
// DATALEN of 1 to 9 digits, COMMAND of 1 to 32 letters; without data there is no blank before it.
// Source: the protocol's specification, librelp's doc/relp.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/input/fingerprint.h"

namespace maillog {

struct RelpFrame {
  std::uint32_t number = 0;  ///< TXNR
  std::string_view command;
  std::string_view data;   ///< empty if overlong
  std::uint64_t hash = 0;  ///< of the data, overlong or not
  bool overlong = false;   ///< the data were longer than kMaxMessageBytes, and are gone
};

/// One connection. Holds at most one frame's data, and none of what is overlong.
class RelpFrames {
 public:
  static constexpr std::uint32_t kMaxNumber = 999'999'999;
  static constexpr std::size_t kMaxDigits = 9;
  static constexpr std::size_t kMaxCommand = 32;

  /// The next whole frame; its bytes are taken off. Nothing: all bytes have been taken, or the
  /// connection is broken. Views are valid until the next call, and as long as the bytes.
  [[nodiscard]] std::optional<RelpFrame> Take(std::string_view& bytes);
  /// Whether something came that is no frame: nothing after it can be understood.
  [[nodiscard]] bool broken() const { return in_ == In::kBroken; }

 private:
  enum class In : std::uint8_t { kNumber, kCommand, kLength, kData, kEnd, kBroken };

  void AddToNumber(char c);
  void AddToCommand(char c);
  void AddToLength(char c);
  void AddToData(std::string_view& bytes);
  [[nodiscard]] RelpFrame Whole();
  [[nodiscard]] bool AddDigit(char c, std::uint32_t& value);

  In in_ = In::kNumber;
  std::uint32_t number_ = 0;
  std::uint32_t length_ = 0;
  std::size_t digits_ = 0;
  std::string command_;
  std::string held_;       // of data that came in parts
  std::string_view data_;  // whole
  std::size_t left_ = 0;   // bytes of the data that have not come yet
  RollingHash hash_;
};

}  // namespace maillog
