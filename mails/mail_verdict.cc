#include "mails/mail_verdict.h"

#include <algorithm>
#include <iterator>

namespace maillog {
namespace {

/// Whose the sender is.
enum class Side : std::uint8_t { kUnknown, kOutside, kOurs };

constexpr Side SideOf(MailOrigin origin) {
  if (origin == MailOrigin::kUnknown) return Side::kUnknown;
  return origin == MailOrigin::kOutside ? Side::kOutside : Side::kOurs;
}

/// The first row that fits counts. A mail that was tried nowhere (every recipient was refused by
/// Postfix itself) counts as one of the most frequent kind.
struct DirectionRow {
  Side side;
  std::uint32_t tried;  ///< one of these; 0: anything
  MailDirection direction;
};
constexpr DirectionRow kDirections[] = {
    {Side::kOutside, kMailHere, MailDirection::kIncoming},
    {Side::kOutside, kMailAway, MailDirection::kRelayed},
    {Side::kOutside, 0, MailDirection::kIncoming},
    {Side::kOurs, kMailAway, MailDirection::kOutgoing},
    {Side::kOurs, kMailHere, MailDirection::kInternal},
    {Side::kOurs, 0, MailDirection::kOutgoing},
};

/// The first row that fits counts.
struct OutcomeRow {
  std::uint32_t all;
  std::uint32_t any;  ///< one of these; 0: anything
  MailOutcome outcome;
};
constexpr OutcomeRow kOutcomes[] = {
    {kMailLost, 0, MailOutcome::kForgotten},
    {kMailSent, kMailFailed | kMailExpired | kMailDeleted, MailOutcome::kPartly},
    {kMailSent, 0, MailOutcome::kDelivered},
    {kMailDeleted, 0, MailOutcome::kRemovedByAdmin},
    {kMailExpired, 0, MailOutcome::kExpired},
    {kMailFailed, 0, MailOutcome::kBounced},
    {0, kMailDropped | kMailDiscarded, MailOutcome::kDiscarded},
};

}  // namespace

MailDirection DirectionOf(MailOrigin origin, std::uint32_t flags) {
  if (origin == MailOrigin::kNotice || (flags & kMailNullSender) != 0)
    return MailDirection::kNotice;
  const Side side = SideOf(origin);
  const auto* const row =
      std::find_if(std::begin(kDirections), std::end(kDirections), [&](const DirectionRow& r) {
        return r.side == side && (r.tried == 0 || (flags & r.tried) != 0);
      });
  return row == std::end(kDirections) ? MailDirection::kUnknown : row->direction;
}

MailOutcome OutcomeOf(std::uint32_t flags) {
  const auto* const row =
      std::find_if(std::begin(kOutcomes), std::end(kOutcomes), [&](const OutcomeRow& r) {
        return (flags & r.all) == r.all && (r.any == 0 || (flags & r.any) != 0);
      });
  return row == std::end(kOutcomes) ? MailOutcome::kForgotten : row->outcome;
}

}  // namespace maillog
