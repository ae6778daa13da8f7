// One RELP session, as the server sees it: what has come, and what is to be answered. Bytes in,
// messages and answers out. The peer opens the session, sends messages, and may close it; its
// frames are numbered from 1 without gaps, and answered in that order. A frame that is not
// answered is sent again in the peer's next session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/input/syslog/relp_frames.h"

namespace maillog {

struct RelpMessage {
  std::string_view text;   ///< empty if overlong
  std::uint64_t hash = 0;  ///< of the text, overlong or not
  bool overlong = false;
};

class RelpSession {
 public:
  /// The next message; its bytes are taken off. Nothing: all bytes have been taken, or the session
  /// is over. The text is valid until the next call, and as long as the bytes.
  [[nodiscard]] std::optional<RelpMessage> Take(std::string_view& bytes);
  /// Answers the first `count` of the messages that were taken and are not answered yet; and the
  /// request to close, if that is what follows.
  void Answer(std::size_t count);
  /// Messages that were taken, and not answered.
  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

  /// What is to be sent to the peer. Whoever sends takes off what was sent.
  [[nodiscard]] std::string& replies() { return replies_; }
  /// The peer has asked to close: no message follows.
  [[nodiscard]] bool closing() const { return state_ == State::kClosing; }
  /// All was answered, the request to close too.
  [[nodiscard]] bool closed() const { return state_ == State::kClosed; }
  /// The peer does not keep to the protocol. The connection ends when the replies have been sent.
  [[nodiscard]] bool broken() const { return state_ == State::kBroken; }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kClosing, kClosed, kBroken };

  void Open(const RelpFrame& frame);
  void Reply(std::uint32_t number, std::string_view data);
  void AnswerClose();
  void Break();

  RelpFrames frames_;
  State state_ = State::kNew;
  std::uint32_t next_ = 1;    // number of the next frame
  std::uint32_t answer_ = 1;  // number of the next frame to be answered
  std::size_t unanswered_ = 0;
  std::string replies_;
};

}  // namespace maillog
