// What is counted of a mail when it has left the queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/event.h"

namespace maillog {

/// From where to where, as seen from this host.
enum class MailDirection : std::uint8_t {
  kIncoming,  ///< from outside to a mailbox here
  kOutgoing,  ///< from a user or host of ours to outside
  kInternal,  ///< from a user or host of ours to a mailbox here
  kRelayed,   ///< from outside to outside
  kNotice,    ///< with the null sender
  kUnknown    ///< its beginning was not seen
};
template <>
struct Label<MailDirection> {
  static constexpr std::string_view name = "direction";
  using enum MailDirection;
  static constexpr auto values = LabelTexts<MailDirection>({{kIncoming, "incoming"},
                                                            {kOutgoing, "outgoing"},
                                                            {kInternal, "internal"},
                                                            {kRelayed, "relayed"},
                                                            {kNotice, "notice"},
                                                            {kUnknown, "unknown"}});
};

enum class MailOutcome : std::uint8_t {
  kDelivered,       ///< to all recipients
  kBounced,         ///< to none: refused
  kPartly,          ///< to some
  kExpired,         ///< to none: tried for too long
  kDiscarded,       ///< thrown away on purpose
  kRemovedByAdmin,  ///< before it was delivered to anybody
  kForgotten        ///< what became of it is not known
};
template <>
struct Label<MailOutcome> {
  static constexpr std::string_view name = "outcome";
  using enum MailOutcome;
  static constexpr auto values = LabelTexts<MailOutcome>({{kDelivered, "delivered"},
                                                          {kBounced, "bounced"},
                                                          {kPartly, "partly"},
                                                          {kExpired, "expired"},
                                                          {kDiscarded, "discarded"},
                                                          {kRemovedByAdmin, "removed_by_admin"},
                                                          {kForgotten, "forgotten"}});
};

/// A mail that has left the queue, a filter's passage and retries included.
struct MailEnd : Service {
  MailDirection direction = MailDirection::kUnknown;
  MailOutcome outcome = MailOutcome::kForgotten;
  /// From its arrival to the last attempt to deliver it. The others absent as well if it is
  /// forgotten.
  std::optional<Micros> seconds;
  std::optional<std::uint64_t> attempts;    ///< times that it was tried
  std::optional<std::uint64_t> recipients;  ///< those it had when it came in
  std::optional<std::uint64_t> size_bytes;
};

/// A mail under way that was forgotten since there were too many.
struct MailForgotten : Service {};

}  // namespace maillog
