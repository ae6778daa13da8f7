#include "exporter/input/syslog/relp_session.h"

namespace maillog {
namespace {

constexpr std::string_view kOffers =
    "200 OK\nrelp_version=0\nrelp_software=maillog_exporter\ncommands=syslog";
constexpr std::string_view kOk = "200 OK";
constexpr std::string_view kNoVersion = "500 no relp_version is offered";
// A hint, which is not answered.
constexpr std::string_view kServerClose = "0 serverclose 0\n";

std::uint32_t After(std::uint32_t number) {
  return number == RelpFrames::kMaxNumber ? 1 : number + 1;
}

}  // namespace

std::optional<RelpMessage> RelpSession::Take(std::string_view& bytes) {
  while (state_ == State::kNew || state_ == State::kOpen) {
    const std::optional<RelpFrame> frame = frames_.Take(bytes);
    if (!frame) {
      if (frames_.broken()) Break();
      return std::nullopt;
    }
    if (frame->number == 0) continue;  // a hint
    const bool is_next = frame->number == next_;
    if (is_next && state_ == State::kNew) {
      Open(*frame);
    } else if (is_next && frame->command == "syslog") {
      next_ = After(next_);
      ++unanswered_;
      return RelpMessage{.text = frame->data, .hash = frame->hash, .overlong = frame->overlong};
    } else if (is_next && frame->command == "close") {
      state_ = State::kClosing;
      AnswerClose();
    } else {
      Break();
    }
  }
  return std::nullopt;
}

void RelpSession::Open(const RelpFrame& frame) {
  if (frame.command != "open") return Break();
  const bool offers = frame.data.starts_with("relp_version=") ||
                      frame.data.find("\nrelp_version=") != std::string_view::npos;
  Reply(frame.number, offers ? kOffers : kNoVersion);
  if (!offers) return Break();
  next_ = answer_ = After(next_);
  state_ = State::kOpen;
}

void RelpSession::Answer(std::size_t count) {
  for (; count > 0 && unanswered_ > 0; --count) {
    Reply(answer_, kOk);
    answer_ = After(answer_);
    --unanswered_;
  }
  AnswerClose();
}

void RelpSession::AnswerClose() {
  if (!closing() || unanswered_ > 0) return;
  Reply(answer_, kOk);
  replies_ += kServerClose;
  state_ = State::kClosed;
}

void RelpSession::Reply(std::uint32_t number, std::string_view data) {
  replies_ += std::to_string(number);
  replies_ += " rsp ";
  replies_ += std::to_string(data.size());
  replies_ += ' ';
  replies_ += data;
  replies_ += '\n';
}

void RelpSession::Break() {
  replies_ += kServerClose;
  state_ = State::kBroken;
}

}  // namespace maillog
