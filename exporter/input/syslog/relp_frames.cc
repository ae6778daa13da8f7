#include "exporter/input/syslog/relp_frames.h"

#include "parser/envelope/envelopes.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::optional<RelpFrame> RelpFrames::Take(std::string_view& bytes) {
  while (!bytes.empty() && in_ != In::kBroken) {
    if (in_ == In::kData) {
      AddToData(bytes);
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (in_ == In::kNumber) {
      AddToNumber(c);
    } else if (in_ == In::kCommand) {
      AddToCommand(c);
    } else if (in_ == In::kLength && !(c == '\n' && digits_ > 0 && length_ == 0)) {
      AddToLength(c);
    } else if (c == '\n') {
      return Whole();
    } else {
      in_ = In::kBroken;
    }
  }
  return std::nullopt;
}

bool RelpFrames::AddDigit(char c, std::uint32_t& value) {
  if (!IsDigit(c) || digits_ == kMaxDigits) return false;
  value = value * 10 + static_cast<std::uint32_t>(c - '0');
  ++digits_;
  return true;
}

void RelpFrames::AddToNumber(char c) {
  if (digits_ == 0) number_ = 0;
  if (AddDigit(c, number_)) return;
  in_ = c == ' ' && digits_ > 0 ? In::kCommand : In::kBroken;
  command_.clear();
}

void RelpFrames::AddToCommand(char c) {
  if (IsLetter(c) && command_.size() < kMaxCommand) {
    command_ += c;
    return;
  }
  in_ = c == ' ' && !command_.empty() ? In::kLength : In::kBroken;
  length_ = 0;
  digits_ = 0;
  data_ = {};
  held_.clear();
  hash_ = {};
}

void RelpFrames::AddToLength(char c) {
  if (AddDigit(c, length_)) return;
  in_ = c == ' ' && length_ > 0 ? In::kData : In::kBroken;
  left_ = length_;
}

void RelpFrames::AddToData(std::string_view& bytes) {
  const std::string_view part = bytes.substr(0, left_);
  bytes.remove_prefix(part.size());
  left_ -= part.size();
  hash_.Add(part);
  if (left_ == 0) in_ = In::kEnd;
  if (length_ > kMaxMessageBytes) return;
  if (part.size() == length_ && !bytes.empty()) {  // usually: nothing is copied
    data_ = part;
    return;
  }
  held_ += part;
  data_ = held_;
}

RelpFrame RelpFrames::Whole() {
  in_ = In::kNumber;
  digits_ = 0;
  return {.number = number_,
          .command = command_,
          .data = data_,
          .hash = hash_.value(),
          .overlong = length_ > kMaxMessageBytes};
}

}  // namespace maillog
