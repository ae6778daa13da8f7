#include "exporter/queue/text_listing.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "exporter/count/stamp_time.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kNoReason = "reason unavailable";

bool IsIdByte(char c) { return IsAlnum(c); }

bool IsHeading(std::string_view line) {
  (void)TakeWhile(line, [](char c) { return c == '-'; });
  return StartsWith(line, "Queue ID-");
}

/// `Fri Mar  7 09:12:44`, from its beginning; the weekday says nothing. `??`: it is not known.
bool TakeArrival(std::string_view& line, absl::TimeZone zone, absl::Time now,
                 std::int64_t& arrived) {
  constexpr std::size_t kWeekday = 4;
  constexpr std::size_t kStamp = 15;
  if (Eat(line, "??")) return true;
  if (line.size() < kWeekday + kStamp) return false;
  const std::optional<absl::Time> time = StampTime(line.substr(kWeekday, kStamp), zone, now);
  if (!time) return false;
  (void)TakeBytes(line, kWeekday + kStamp);
  arrived = absl::ToUnixSeconds(*time);
  return true;
}

}  // namespace

absl::Status TextListing::Feed(std::string_view bytes) {
  while (!ended()) {
    const std::size_t end = bytes.find('\n');
    if (cut_.size() + std::min(end, bytes.size()) > kMaxListingLine) {
      return absl::InvalidArgumentError(
          absl::StrCat("has a line of more than ", kMaxListingLine, " bytes"));
    }
    if (end == std::string_view::npos) {
      cut_.append(bytes);
      return absl::OkStatus();
    }
    std::string_view line = TakeBytes(bytes, end);
    bytes.remove_prefix(1);
    if (!cut_.empty()) {
      cut_.append(line);
      line = cut_;
    }
    if (absl::Status taken = Take(line); !taken.ok()) return taken;
    cut_.clear();
  }
  return absl::OkStatus();
}

absl::Status TextListing::Take(std::string_view line) {
  if (line.empty() || StartsWith(line, "-- ") || StartsWith(line, "Mail queue is empty")) {
    EndHead();
    in_message_ = false;
    ended_ = !line.empty();
    return absl::OkStatus();
  }
  if (IsHeading(line)) return absl::OkStatus();
  if (!in_message_) {
    if (TakeHead(line)) return absl::OkStatus();
    return absl::InvalidArgumentError("is neither that of showq nor of mailq");
  }
  SkipSpaces(line);
  if (Eat(line, '(')) {
    (void)EatBack(line, ")");
    reason_ = line == kNoReason ? std::string_view() : line;
    if (!head_ended_ && message_.queue == QueueName::kIncoming) {
      message_.queue = QueueName::kDeferred;
    }
    return absl::OkStatus();
  }
  EndHead();
  sink_.OnRecipient(message_, line, reason_);
  return absl::OkStatus();
}

/// `4F1C2A0B3D*     712 Fri Mar  7 09:12:44  sender@example.com`
bool TextListing::TakeHead(std::string_view line) {
  message_ = {};
  message_.queue = QueueName::kIncoming;
  if (TakeWhile(line, &IsIdByte).empty()) return false;
  while (!line.empty() && line.front() != ' ' && !IsDigit(line.front())) {
    if (Eat(line, '*')) {
      message_.queue = QueueName::kActive;
    } else if (Eat(line, '!')) {
      message_.queue = QueueName::kHold;
    } else if (!Eat(line, '#')) {  // to be expired by force
      return false;
    }
  }
  SkipSpaces(line);
  if (!TakeUint(line, message_.bytes) || !Eat(line, ' ')) return false;
  SkipSpaces(line);
  if (!TakeArrival(line, zone_, now_, message_.arrived)) return false;
  SkipSpaces(line);
  if (StartsWith(line, "(maildrop queue, ")) message_.queue = QueueName::kMaildrop;
  in_message_ = true;
  head_ended_ = false;
  reason_.clear();
  return true;
}

void TextListing::EndHead() {
  if (!in_message_ || head_ended_) return;
  head_ended_ = true;
  sink_.OnMessage(message_);
}

}  // namespace maillog
