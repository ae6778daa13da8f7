// Which mail is a part of which other: brought back by a filter, forwarded, requeued.
#include <algorithm>
#include <limits>

#include "mails/mail_memory.h"

namespace maillog {
namespace {

constexpr MailSlot kNoMail = MailTable::kNone;
/// Filters and forwarding in a row.
constexpr int kDeepest = 8;

/// Whether a mail that came in like this may be what a link of the kind names.
constexpr bool Fits(MailLink link, MailOrigin origin) {
  switch (link) {
    case MailLink::kCameFrom:
      return true;
    case MailLink::kRequeuedAs:
      return origin == MailOrigin::kSubmitted;
    case MailLink::kQueuedAs:
      return origin == MailOrigin::kUnknown || origin == MailOrigin::kHost ||
             origin == MailOrigin::kNear;
    case MailLink::kForwardedAs:
      return origin == MailOrigin::kUnknown;
    default:
      return false;
  }
}

MailLink LinkOf(const Mail& mail) { return static_cast<MailLink>(mail.link); }

}  // namespace

void MailMemory::Begin(MailSlot slot, const MailEvent& event) {
  Mail& mail = table_.Change(slot);
  mail.origin = event.origin;
  if (mail.parent != 0 && !Fits(LinkOf(mail), mail.origin)) Unlink(slot);
  if (event.other == 0) return;
  const MailSlot parent = table_.Find(event.other, Mail::kAnyScope);
  if (parent == kNoMail) return;
  if (event.link == MailLink::kCameFrom) filters_ |= kForwardIds;
  if (table_.At(parent).list == MailList::kOver) {
    table_.Change(slot).flags |= kMailCounted;
  } else if (CanBePart(parent, slot, event.link)) {
    Link(parent, slot, event.link);
  }
}

// `queued as Q`, `forwarded as Q`.
void MailMemory::LinkToPart(MailSlot slot, const MailEvent& event) {
  if (event.link == MailLink::kReturnedAs) return DeliverNear(slot, event);
  if (event.link == MailLink::kQueuedAs) filters_ |= kTellIds;
  MailSlot part = table_.Find(event.other, Mail::kAnyScope);
  if (part == kNoMail) part = AddBegun(event.other, Mail::kAnyScope);
  if (CanBePart(slot, part, event.link)) Link(slot, part, event.link);
}

// To a host of a private network that says `queued as Q`: a filter if Q, which has begun before it
// could say so, came from this mail; otherwise that is where the mail was to go.
void MailMemory::DeliverNear(MailSlot slot, const MailEvent& event) {
  const MailSlot part = table_.Find(event.other, Mail::kAnyScope);
  Mail& mail = table_.Change(slot);
  if (part == kNoMail || table_.At(part).parent != mail.id) {
    mail.flags |= kMailSent | kMailHere;
    return;
  }
  mail.flags |= kMailHanded;
  mail.handed_us = std::max(mail.handed_us, event.delay_us);
}

// The line that names the part is so late that the whole has been counted.
void MailMemory::NotePartOfCounted(const MailEvent& event) {
  const MailSlot part = table_.Find(event.other, Mail::kAnyScope);
  if (part == kNoMail) return;
  const Mail& mail = table_.At(part);
  if (mail.list != MailList::kOver && mail.parent == 0 && Fits(event.link, mail.origin))
    table_.Change(part).flags |= kMailCounted;
}

bool MailMemory::CanBePart(MailSlot parent, MailSlot part, MailLink link) const {
  const Mail& mail = table_.At(part);
  if (part == parent || mail.list == MailList::kOver || mail.parent != 0 ||
      !Fits(link, mail.origin))
    return false;
  int depth = 0;
  for (MailSlot up = parent; up != kNoMail && table_.At(up).parent != 0;) {
    up = table_.Find(table_.At(up).parent, Mail::kAnyScope);
    if (up == part || ++depth >= kDeepest) return false;
  }
  return table_.At(parent).parts_ever < std::numeric_limits<std::uint16_t>::max();
}

void MailMemory::Link(MailSlot parent, MailSlot part, MailLink link) {
  Mail& mail = table_.Change(part);
  mail.parent = table_.At(parent).id;
  mail.link = static_cast<std::uint8_t>(link);
  const bool unseen = !mail.Has(kMailSeen);
  Mail& whole = table_.Change(parent);
  ++whole.parts;
  ++whole.parts_ever;
  if (unseen) ++whole.unseen;
  // Of all mails at once postsuper says nothing.
  if (link == MailLink::kRequeuedAs) whole.flags |= kMailRequeued;
  if (whole.list == MailList::kLate || whole.Has(kMailRequeued)) Settle(parent);
  Settle(part);
}

void MailMemory::Unlink(MailSlot part) {
  Mail& mail = table_.Change(part);
  const MailSlot parent = table_.Find(mail.parent, Mail::kAnyScope);
  const bool unseen = !mail.Has(kMailSeen);
  mail.parent = 0;
  mail.link = 0;
  if (parent == kNoMail || table_.At(parent).list == MailList::kOver) return;
  Mail& whole = table_.Change(parent);
  if (whole.parts > 0) --whole.parts;
  if (whole.parts_ever > 0) --whole.parts_ever;
  if (unseen && whole.unseen > 0) --whole.unseen;
  Settle(parent);
}

}  // namespace maillog
