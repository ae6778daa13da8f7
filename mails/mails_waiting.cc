#include "mails/mails_waiting.h"

#include <algorithm>

namespace maillog {
namespace {

/// A mail that has left its queue may still be kept for its parts, which are in the queue
/// themselves.
bool IsInQueue(const Mail& mail) {
  return mail.list == MailList::kQueued &&
         !mail.Has(kMailRemoved | kMailDeleted | kMailDiscarded | kMailRequeued);
}

WaitingState StateOf(const Mail& mail) {
  if (mail.Has(kMailHeld)) return WaitingState::kHold;
  return mail.put_off > 0 ? WaitingState::kDeferred : WaitingState::kActive;
}

}  // namespace

MailsWaiting WaitingIn(const SavedMails& mails) {
  MailsWaiting waiting;
  waiting.of_scope.resize(mails.scopes.size());
  for (const auto& page : mails.pages) {
    for (const Mail& mail : page->mails) {
      if (!IsInQueue(mail)) continue;
      if (mail.scope > 0 && mail.scope <= mails.scopes.size())
        ++waiting.of_scope[mail.scope - 1U][static_cast<std::size_t>(StateOf(mail))];
      if (mail.since != 0 && (waiting.oldest == 0 || mail.since < waiting.oldest))
        waiting.oldest = mail.since;
    }
  }
  return waiting;
}

}  // namespace maillog
