#include "mails/mail_memory.h"

#include <algorithm>
#include <limits>

#include "mails/mail_verdict.h"
#include "parser/find.h"
#include "parser/label_form.h"

namespace maillog {
namespace {

constexpr MailSlot kNone = MailTable::kNone;
/// A mail that has none of these is under way.
constexpr std::uint32_t kGone = kMailRemoved | kMailDeleted | kMailDiscarded | kMailRequeued;

template <class Integer>
void AddUpToMost(Integer& sum, std::uint64_t more) {
  const std::uint64_t room = std::numeric_limits<Integer>::max() - sum;
  sum = static_cast<Integer>(sum + std::min(room, more));
}

/// What is known of it and its parts. What was handed to a program on this host, and did not come
/// back, has been delivered here.
std::uint32_t AllFlags(const Mail& mail) {
  const bool stayed = mail.Has(kMailHanded) && mail.parts_ever == 0;
  return mail.flags | (stayed ? kMailSent | kMailHere : 0);
}

std::int64_t TimeOf(const Mail& mail) {
  std::int64_t handed = mail.handed_us;
  if (mail.parts_ever > 0 && mail.parts_us != Mail::kNoTime)
    handed = std::max<std::int64_t>(handed, 0) + mail.parts_us;
  return std::max(mail.tried_us, handed);
}

}  // namespace

MailMemory::MailMemory(MailSalt salt, std::size_t limit, Hosts hosts)
    : salt_(salt), limit_(std::clamp(limit, kLeastLimit, kMaxLimit)), hosts_(hosts) {}

// 0: there are too many, or it has no name that may be shown.
[[gnu::always_inline]] inline std::uint8_t MailMemory::ScopeOf(const LineOrigin& origin) {
  if (last_ != nullptr && SameText(last_->syslog_name, origin.syslog_name) &&
      (hosts_ == Hosts::kTogether || SameText(last_->host, origin.host)))
    return last_scope_;
  return FindScope(origin);
}

std::uint8_t MailMemory::FindScope(const LineOrigin& origin) {
  const std::string_view host = hosts_ == Hosts::kApart ? origin.host : std::string_view{};
  const auto is = [&](const MailScope& scope) {
    return SameText(scope.syslog_name, origin.syslog_name) && SameText(scope.host, host);
  };
  auto found = std::find_if(scopes_.begin(), scopes_.end(), is);
  if (found == scopes_.end()) {
    const bool has_name = IsServiceName(origin.syslog_name) && (host.empty() || IsHostName(host));
    if (!has_name || scopes_.size() >= kMaxScopes) return 0;
    found = scopes_.insert(scopes_.end(),
                           {std::string(host), std::string(origin.syslog_name), /*named=*/{}});
  }
  last_ = &*found;
  last_scope_ = static_cast<std::uint8_t>(found - scopes_.begin() + 1);
  return last_scope_;
}

// The record of the mail that the line is about. One that begins again under the same id is
// another.
[[gnu::always_inline]] inline MailSlot MailMemory::Get(const MailEvent& event, std::uint8_t scope) {
  const bool begins = event.step == MailStep::kBegun || event.step == MailStep::kSubmitted;
  MailSlot slot = table_.Find(event.id, scope);
  if (slot != kNone && begins) {
    const Mail& mail = table_.At(slot);
    if (mail.list == MailList::kOver) {
      table_.Remove(slot);
      slot = kNone;
    } else if (mail.origin != MailOrigin::kUnknown) {
      mail.list == MailList::kBegun ? Drop(slot) : Forget(slot, false);
      slot = kNone;
    }
  }
  if (slot == kNone) slot = AddBegun(event.id, scope);
  if (table_.At(slot).Has(kMailSeen)) return slot;
  Mail& mail = table_.Change(slot);
  mail.flags |= kMailSeen;
  mail.scope = scope;
  if (mail.parent == 0) return slot;
  const MailSlot parent = table_.Find(mail.parent, Mail::kAnyScope);
  if (parent != kNone && table_.At(parent).unseen > 0) --table_.Change(parent).unseen;
  return slot;
}

[[gnu::always_inline]] inline void MailMemory::Deliver(MailSlot slot, Mail& mail,
                                                       const MailEvent& event) {
  mail.flags |= kMailTried;
  std::int64_t& longest = (event.flags & kMailHanded) != 0 ? mail.handed_us : mail.tried_us;
  longest = std::max(longest, event.delay_us);
  if (!event.is_final) {
    AddUpToMost(mail.put_off, event.times);
    return;
  }
  AddUpToMost(mail.finals, event.times);
  if (event.other != 0) LinkToPart(slot, event);
}

[[gnu::always_inline]] inline void MailMemory::Take(const MailEvent& event, std::uint8_t scope) {
  if (event.step == MailStep::kNotice) return Notice(event, scope);
  if (event.is_admins && TakeAdmins(event, scope)) return;
  if (event.step == MailStep::kRefused || event.step == MailStep::kCanceled) {
    const MailSlot slot = table_.Find(event.id, scope);
    if (slot != kNone && table_.At(slot).list == MailList::kBegun) Drop(slot);
    return;
  }
  const MailSlot slot = Get(event, scope);
  const MailList list = table_.At(slot).list;
  if (list == MailList::kOver) {
    if (event.other != 0) NotePartOfCounted(event);
    return;
  }
  if (event.enters && list == MailList::kBegun) {
    EnterQueue(slot);
    if (table_.At(slot).list == MailList::kOver) return;
  }
  Mail& mail = table_.Change(slot);
  mail.flags |= event.flags;
  switch (event.step) {
    case MailStep::kBegun:
    case MailStep::kSubmitted:
      Begin(slot, event);
      break;
    case MailStep::kQueued:
      mail.recipients = std::max(mail.recipients, event.recipients);
      if (event.size_bytes != Mail::kNoSize) mail.size_bytes = event.size_bytes;
      AddUpToMost(mail.runs, event.times);
      mail.put_off = 0;
      mail.flags = (mail.flags | kMailActive) & ~kMailHeld;
      break;
    case MailStep::kDelivery:
      Deliver(slot, mail, event);
      break;
    case MailStep::kPutBack:
      AddUpToMost(mail.put_off, event.times);
      break;
    case MailStep::kExpired:
      mail.flags |= kMailExpired;
      break;
    case MailStep::kRemoved:
      mail.flags |= kMailRemoved;
      break;
    case MailStep::kDeleted:
      mail.flags |= kMailDeleted;
      break;
    case MailStep::kDiscarded:
      mail.flags |= kMailDiscarded;
      break;
    case MailStep::kReleased:
      mail.flags &= ~kMailHeld;
      break;
    case MailStep::kRequeued:
      mail.flags |= kMailRequeued;
      break;
    default:
      break;
  }
  if (table_.At(slot).Has(kGone)) Settle(slot);
}

std::span<const CountedMail> MailMemory::Apply(const MailEvent& event, const LineOrigin& origin) {
  counted_.clear();
  ++lines_;
  stamp_ = InParts(origin.stamp);
  if (lines_ % kLookEvery == 0 && !covers_) Cover();
  if (lines_ % kLookEvery == 0 && table_.First(MailList::kLate) != kNone) EndWaiting();
  Take(event, ScopeOf(origin));
  return counted_;
}

void MailMemory::Notice(const MailEvent& event, std::uint8_t scope) {
  if (event.other == 0) return;
  MailSlot slot = table_.Find(event.other, scope);
  if (slot != kNone && table_.At(slot).list == MailList::kOver) {
    table_.Remove(slot);
    slot = kNone;
  }
  if (slot == kNone) slot = AddBegun(event.other, scope);
  Mail& mail = table_.Change(slot);
  if (mail.origin == MailOrigin::kUnknown && mail.parent == 0) mail.origin = MailOrigin::kNotice;
  mail.flags |= kMailSeen;
  Settle(slot);
}

MailSlot MailMemory::AddBegun(MailId id, std::uint8_t scope) {
  if (table_.SizeOf(MailList::kBegun) >= limit_ / kBegunPart) {
    Drop(table_.First(MailList::kBegun));
    table_.PrefetchRemoval(MailList::kBegun);
  }
  const MailSlot slot = table_.Add(id, scope, MailList::kBegun);
  table_.Change(slot).since = clock_.MinuteOf(stamp_);
  return slot;
}

void MailMemory::EnterQueue(MailSlot slot) {
  table_.Move(slot, MailList::kQueued);
  // More than one if the limit was lowered.
  while (table_.SizeOf(MailList::kQueued) + table_.SizeOf(MailList::kLate) > limit_) {
    const MailSlot oldest = table_.First(MailList::kQueued);
    Forget(oldest != slot ? oldest : table_.First(MailList::kLate), true);
    table_.PrefetchRemoval(MailList::kQueued);
  }
}

// Whether it is gone, and everything that belongs to it is there.
void MailMemory::Settle(MailSlot slot) {
  const Mail& mail = table_.At(slot);
  const bool gone = mail.Has(kMailRemoved | kMailDeleted | kMailDiscarded) ||
                    (mail.Has(kMailRequeued) && mail.parts_ever > 0);
  if (mail.list == MailList::kOver) return;
  if (!gone) {
    if (mail.list == MailList::kLate) table_.Move(slot, MailList::kQueued);
    return;
  }
  const bool has_beginning =
      mail.origin != MailOrigin::kUnknown || mail.parent != 0 || mail.Has(kMailOwn);
  const bool stopped = mail.Has(kMailDeleted | kMailExpired) && mail.Has(kMailTried);
  const bool has_end = mail.Has(kMailDiscarded | kMailRequeued) ||
                       (mail.recipients > 0 && (stopped || mail.finals >= mail.recipients));
  // The line that says that it is a part of another may be late, or that another is a part of it.
  const bool may_be_part = (filters_ & kTellIds) != 0 && mail.origin == MailOrigin::kHost &&
                           mail.parent == 0 && !mail.Has(kMailCounted);
  const bool may_have_part =
      (filters_ & kForwardIds) != 0 && mail.Has(kMailHanded) && mail.parts_ever == 0;
  const bool is_all =
      has_beginning && has_end && mail.unseen == 0 && !may_be_part && !may_have_part;
  if (!is_all && !mail.Has(kMailWaitedFor)) {
    if (mail.list == MailList::kLate) return;
    table_.Move(slot, MailList::kLate);
    Mail& late = table_.Change(slot);
    late.late_at = static_cast<std::uint32_t>(lines_) + kLateLines;
    late.since = clock_.MinuteOf(stamp_);
  } else if (mail.parts == 0) {
    Finish(slot);
  } else if (mail.list == MailList::kLate) {
    table_.Move(slot, MailList::kQueued);
  }
}

void MailMemory::Finish(MailSlot slot) {
  const Mail& mail = table_.At(slot);
  if (mail.parent == 0) {
    CountOne(slot, false);
    return ToOver(slot);
  }
  const MailSlot parent = table_.Find(mail.parent, Mail::kAnyScope);
  const bool is_there = parent != kNone && table_.At(parent).list != MailList::kOver;
  if (is_there) Fold(slot, parent);
  ToOver(slot);
  if (is_there) Settle(parent);
}

void MailMemory::Fold(MailSlot part, MailSlot parent) {
  const Mail& mail = table_.At(part);
  Mail& whole = table_.Change(parent);
  whole.flags |= AllFlags(mail) & kMailInherited;
  whole.parts_us = std::max(whole.parts_us, TimeOf(mail));
  AddUpToMost(whole.runs, mail.runs > 0 ? mail.runs - 1 : 0);
  if (whole.parts > 0) --whole.parts;
}

void MailMemory::CountOne(MailSlot slot, bool evicted) {
  const Mail& mail = table_.At(slot);
  const std::uint32_t flags = AllFlags(mail);
  constexpr std::uint32_t kReal = kMailSent | kMailFailed | kMailExpired | kMailDropped |
                                  kMailDeleted | kMailDiscarded | kMailLost;
  if (mail.Has(kMailCounted) || ((flags & kMailProbe) != 0 && (flags & kReal) == 0)) return;
  CountedMail& counted = counted_.emplace_back();
  counted.evicted = evicted;
  MailEnd& end = counted.end;
  if (mail.scope > 0 && mail.scope <= scopes_.size()) {
    counted.host = scopes_[mail.scope - 1U].host;
    end.syslog_name = {scopes_[mail.scope - 1U].syslog_name};
  } else {
    end.syslog_name = {kOtherValue};
  }
  end.direction = DirectionOf(mail.origin, flags);
  end.outcome = OutcomeOf(flags);
  if (end.outcome == MailOutcome::kForgotten) return;
  if (const std::int64_t time = TimeOf(mail); time != Mail::kNoTime) end.seconds = time;
  if (mail.runs > 0) {
    end.attempts = mail.runs;
    end.recipients = mail.recipients;
  }
  if (mail.size_bytes != Mail::kNoSize) end.size_bytes = mail.size_bytes;
}

// A part takes with it what is known of the whole.
void MailMemory::Forget(MailSlot slot, bool evicted) {
  Mail& mail = table_.Change(slot);
  mail.flags |= kMailLost;
  const MailId whole = mail.parent;
  if (whole == 0) CountOne(slot, evicted);
  const MailSlot parent = whole == 0 ? kNone : table_.Find(whole, Mail::kAnyScope);
  const bool is_there = parent != kNone && table_.At(parent).list != MailList::kOver;
  if (is_there) Fold(slot, parent);
  table_.Remove(slot);
  if (is_there) Settle(parent);
}

void MailMemory::Drop(MailSlot slot) {
  if (table_.At(slot).parent != 0) Unlink(slot);
  table_.Remove(slot);
}

void MailMemory::ToOver(MailSlot slot) {
  const Mail before = table_.At(slot);
  table_.Move(slot, MailList::kOver);
  Mail& mail = table_.Change(slot);
  mail = {.id = before.id,
          .parent = before.parent,
          .order = mail.order,
          .flags = kMailSeen,
          .scope = before.scope,
          .list = MailList::kOver};
  const std::size_t most = std::min(kMaxOver, limit_);
  while (table_.SizeOf(MailList::kOver) > most) table_.Remove(table_.First(MailList::kOver));
  table_.PrefetchRemoval(MailList::kOver);
}

// Since the first line that was seen.
void MailMemory::Cover() {
  const LogMinute now = clock_.MinuteOf(stamp_);
  if (since_ == 0) since_ = now;
  covers_ = since_ != 0 && now != 0 && MinutesBetween(now, since_) >= kCoveringMinutes;
}

void MailMemory::EndWaiting() {
  const LogMinute now = clock_.MinuteOf(stamp_);
  for (MailSlot slot; (slot = table_.First(MailList::kLate)) != kNone;) {
    // The stamp could not be read by which it came here: it waits from now on.
    if (table_.At(slot).since == 0 && now != 0) table_.Change(slot).since = now;
    const Mail& mail = table_.At(slot);
    const bool enough =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(lines_) - mail.late_at) >= 0;
    const bool long_enough = now != 0 && MinutesBetween(now, mail.since) >= kLateMinutes;
    if (!enough && !long_enough) return;
    WaitNoMore(slot);
  }
}

std::span<const CountedMail> MailMemory::End() {
  counted_.clear();
  for (MailSlot slot; (slot = table_.First(MailList::kLate)) != kNone;) WaitNoMore(slot);
  return counted_;
}

// No part of which no line was seen will come.
void MailMemory::WaitNoMore(MailSlot slot) {
  Mail& mail = table_.Change(slot);
  mail.flags |= kMailWaitedFor;
  mail.parts = static_cast<std::uint16_t>(mail.parts - std::min(mail.parts, mail.unseen));
  mail.parts_ever =
      static_cast<std::uint16_t>(mail.parts_ever - std::min(mail.parts_ever, mail.unseen));
  mail.unseen = 0;
  Settle(slot);
}

SavedMails MailMemory::Save() const {
  return {.salt = salt_,
          .lines = lines_,
          .filters = filters_,
          .since = since_,
          .covers = covers_,
          .scopes = {scopes_.begin(), scopes_.end()},
          .pages = table_.Pages()};
}

void MailMemory::Restore(const SavedMails& saved) {
  salt_ = saved.salt;
  lines_ = saved.lines;
  filters_ = saved.filters;
  since_ = saved.since;
  covers_ = saved.covers;
  scopes_.assign(saved.scopes.begin(), saved.scopes.end());
  table_.Restore(saved.pages);
}

}  // namespace maillog
