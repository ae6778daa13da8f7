// The record of one mail under way: of one id in one queue. A mail that passes through a content
// filter is several, of which each later one names the earlier.
#pragma once

#include <cstddef>
#include <cstdint>

namespace maillog {

/// A salted hash of host and queue id; 0 is none.
using MailId = std::uint64_t;

/// Where a mail came from.
enum class MailOrigin : std::uint8_t {
  kUnknown,
  kOutside,    ///< a client from the Internet
  kHost,       ///< an unauthenticated client on this host
  kNear,       ///< an unauthenticated client of a private network
  kUser,       ///< a client that has authenticated
  kSubmitted,  ///< pickup, qmqpd
  kNotice      ///< bounce
};

/// What is known of a mail: each line sets bits, in any order.
enum MailFlag : std::uint32_t {
  kMailSeen = 1U << 0,        ///< a line of its own was seen, not only one that names it
  kMailNullSender = 1U << 1,  ///< or Postfix's own, as the next
  // Where it was tried to be delivered.
  kMailHere = 1U << 2,  ///< a mailbox of ours
  kMailAway = 1U << 3,  ///< another host
  // What became of recipients.
  kMailSent = 1U << 4,
  kMailHanded = 1U << 5,  ///< sent to a program on this host that may bring it back
  kMailFailed = 1U << 6,
  kMailExpired = 1U << 7,
  kMailDropped = 1U << 8,  ///< by discard(8)
  kMailProbe = 1U << 9,    ///< only asked for: there was no mail
  // What became of the mail.
  kMailRemoved = 1U << 10,
  kMailDeleted = 1U << 11,    ///< by the administrator
  kMailDiscarded = 1U << 12,  ///< by a rule
  kMailRequeued = 1U << 13,
  kMailLost = 1U << 14,  ///< a part of it was forgotten
  // Its state.
  kMailActive = 1U << 15,
  kMailHeld = 1U << 16,
  kMailWaitedFor = 1U << 17,  ///< late lines were waited for, and did not come
  kMailCounted = 1U << 18,    ///< as a part of another that has been counted
  kMailOwn = 1U << 19,        ///< from Postfix itself: a probe, a notice to postmaster
  kMailTried = 1U << 20       ///< there was an attempt to deliver it
};

/// What a mail leaves to the one that it is a part of.
inline constexpr std::uint32_t kMailInherited = kMailHere | kMailAway | kMailSent | kMailFailed |
                                                kMailExpired | kMailDropped | kMailProbe |
                                                kMailDeleted | kMailDiscarded | kMailLost;

/// Where a record is kept: each list in the order in which its mails came to it.
enum class MailList : std::uint8_t {
  kFree,
  kBegun,   ///< announced or named, not yet in the queue
  kQueued,  ///< in the queue, or its parts are
  kLate,    ///< gone, and waiting for late lines
  kOver     ///< counted; still here so that late lines and links find it
};
inline constexpr std::size_t kMailLists = 5;

struct Mail {
  static constexpr std::uint64_t kNoSize = ~std::uint64_t{0};
  static constexpr std::int64_t kNoTime = -1;
  static constexpr std::uint8_t kAnyScope = 255;

  MailId id = 0;
  MailId parent = 0;                 ///< what it was before
  std::uint64_t order = 0;           ///< among all that are in lists
  std::int64_t tried_us = kNoTime;   ///< longest `delay=` of its deliveries
  std::int64_t handed_us = kNoTime;  ///< longest `delay=` until it was handed to a filter
  std::int64_t parts_us = kNoTime;   ///< longest time of what it went on as
  std::uint64_t size_bytes = kNoSize;
  std::int64_t since = 0;  ///< LogMinute in which it was first seen; in kLate: came there
  std::uint32_t flags = 0;
  std::uint32_t recipients = 0;  ///< 0: not known
  std::uint32_t finals = 0;      ///< recipients that nothing is left to do for
  std::uint32_t runs = 0;        ///< through the active queue
  std::uint32_t late_at = 0;     ///< in kLate: the line at which waiting ends, modulo 2^32
  std::uint16_t parts = 0;       ///< mails that it went on as and that are not over
  std::uint16_t unseen = 0;      ///< of these, no line of their own was seen
  std::uint16_t parts_ever = 0;
  std::uint16_t put_off = 0;  ///< recipients deferred in this run
  std::uint8_t scope = kAnyScope;
  MailOrigin origin = MailOrigin::kUnknown;
  MailList list = MailList::kFree;
  std::uint8_t link = 0;  ///< MailLink to the parent

  [[nodiscard]] bool Has(std::uint32_t bits) const { return (flags & bits) != 0; }
  friend bool operator==(const Mail&, const Mail&) = default;
};
static_assert(sizeof(Mail) <= 96, "200,000 of them are kept for each source");

}  // namespace maillog
