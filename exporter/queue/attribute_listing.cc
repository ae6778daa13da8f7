#include "exporter/queue/attribute_listing.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kProtocol = "mail_queue_list_protocol";

std::optional<std::uint64_t> NumberOf(std::string_view text) {
  const std::optional<std::uint64_t> number = TakeUint(text);
  return text.empty() ? number : std::nullopt;
}

}  // namespace

absl::Status AttributeListing::Feed(std::string_view bytes) {
  while (!ended()) {
    const std::size_t end = bytes.find('\0');
    if (cut_.size() + std::min(end, bytes.size()) > kMaxAttribute) {
      return absl::InvalidArgumentError(
          absl::StrCat("has an attribute of more than ", kMaxAttribute, " bytes"));
    }
    if (end == std::string_view::npos) {
      cut_.append(bytes);
      return absl::OkStatus();
    }
    std::string_view text = TakeBytes(bytes, end);
    bytes.remove_prefix(1);
    if (!cut_.empty()) {
      cut_.append(text);
      text = cut_;
    }
    if (absl::Status taken = Take(text); !taken.ok()) return taken;
    cut_.clear();
  }
  return absl::OkStatus();
}

absl::Status AttributeListing::Take(std::string_view text) {
  if (has_name_) {
    has_name_ = false;
    return TakePair(text);
  }
  if (text.empty()) return TakeEnd();
  name_ = text;
  has_name_ = true;
  return absl::OkStatus();
}

absl::Status AttributeListing::TakePair(std::string_view value) {
  if (place_ == Place::kBeginning && name_ == "protocol") {
    place_ = Place::kGreeting;
    if (value == kProtocol) return absl::OkStatus();
    return absl::InvalidArgumentError("is that of a service other than showq");
  }
  if (name_ == "queue_name") {
    if (place_ == Place::kGreeting || place_ == Place::kMessage) {
      return absl::InvalidArgumentError("has a message within another");
    }
    place_ = Place::kMessage;
    message_ = {};
    message_.queue = FromText<QueueName>(value).value_or(QueueName::kOther);
    has_time_ = has_size_ = head_ended_ = has_recipient_ = false;
    return absl::OkStatus();
  }
  if (place_ == Place::kGreeting) return absl::OkStatus();
  if (place_ != Place::kMessage) {
    return absl::InvalidArgumentError("has no queue for a message");
  }
  if (name_ == "recipient") {
    if (absl::Status ended = EndHead(); !ended.ok()) return ended;
    EndRecipient({});
    recipient_ = value;
    has_recipient_ = true;
  } else if (name_ == "reason") {
    EndRecipient(value);
  } else if (name_ == "time" || name_ == "size") {
    const std::optional<std::uint64_t> number = NumberOf(value);
    if (!number) return absl::InvalidArgumentError("has a time or a size that is not a number");
    const bool is_time = name_ == "time";
    (is_time ? has_time_ : has_size_) = true;
    if (is_time) {
      message_.arrived = static_cast<std::int64_t>(*number);
    } else {
      message_.bytes = *number;
    }
  }
  return absl::OkStatus();
}

absl::Status AttributeListing::TakeEnd() {
  switch (place_) {
    case Place::kGreeting:
      place_ = Place::kBetween;
      return absl::OkStatus();
    case Place::kMessage: {
      if (absl::Status ended = EndHead(); !ended.ok()) return ended;
      EndRecipient({});
      place_ = Place::kBetween;
      return absl::OkStatus();
    }
    default:
      place_ = Place::kEnded;
      return absl::OkStatus();
  }
}

absl::Status AttributeListing::EndHead() {
  if (head_ended_) return absl::OkStatus();
  if (!has_time_ || !has_size_) {
    return absl::InvalidArgumentError("has no time or no size for a message");
  }
  head_ended_ = true;
  sink_.OnMessage(message_);
  return absl::OkStatus();
}

void AttributeListing::EndRecipient(std::string_view reason) {
  if (!has_recipient_) return;
  has_recipient_ = false;
  sink_.OnRecipient(message_, recipient_, reason);
}

}  // namespace maillog
