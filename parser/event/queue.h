// The queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/event/speaker.h"

namespace maillog {

enum class QueueAdminAction : std::uint8_t { kRemoved, kHeld, kReleased, kRequeued, kExpired };
template <>
struct Label<QueueAdminAction> {
  static constexpr std::string_view name = "action";
  using enum QueueAdminAction;
  static constexpr auto values = LabelTexts<QueueAdminAction>({{kRemoved, "removed"},
                                                               {kHeld, "held"},
                                                               {kReleased, "released"},
                                                               {kRequeued, "requeued"},
                                                               {kExpired, "expired"}});
};

enum class NoticeKind : std::uint8_t { kNonDelivery, kDelay, kSuccess, kPostmaster, kOther };
template <>
struct Label<NoticeKind> {
  static constexpr std::string_view name = "kind";
  using enum NoticeKind;
  static constexpr auto values = LabelTexts<NoticeKind>({{kNonDelivery, "non_delivery"},
                                                         {kDelay, "delay"},
                                                         {kSuccess, "success"},
                                                         {kPostmaster, "postmaster"},
                                                         {kOther, "other"}});
};

/// `from=<…>, size=1234, nrcpt=1 (queue active)`.
struct QueueActivation : Service {
  std::uint8_t bad_values = 0;
  std::optional<std::uint64_t> size_bytes;
  std::optional<std::uint64_t> recipients;
  static constexpr Wording kWording{"queue_activation"};
};
struct QueueRemoved : Service {
  static constexpr Wording kWording{"queue_removed"};
};
struct QueueExpired : Service {
  static constexpr Wording kWording{"queue_expired"};
};
/// `Deleted: 3 messages`, which postsuper says at its end. Of ids that it was given it has said one
/// by one before what it did to them; of `ALL` it says nothing but the total.
struct QueueAdmin : Service {
  QueueAdminAction action = QueueAdminAction::kRemoved;
  std::uint64_t messages = 0;
  static constexpr Wording kWording{"queue_admin"};
};
struct BounceNotice : Service {
  NoticeKind kind = NoticeKind::kOther;
  static constexpr Wording kWording{"bounce_notice", &BounceNotice::kind};
};

}  // namespace maillog
