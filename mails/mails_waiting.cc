#include "mails/mails_waiting.h"

#include <algorithm>

namespace maillog {

std::optional<WaitingState> WaitingStateOf(const Mail& mail) {
  if (mail.list != MailList::kQueued ||
      mail.Has(kMailRemoved | kMailDeleted | kMailDiscarded | kMailRequeued))
    return std::nullopt;
  if (mail.Has(kMailHeld)) return WaitingState::kHold;
  return mail.put_off > 0 ? WaitingState::kDeferred : WaitingState::kActive;
}

MailsWaiting WaitingIn(const SavedMails& mails) {
  MailsWaiting waiting;
  waiting.of_scope.resize(mails.scopes.size());
  for (const auto& page : mails.pages) {
    for (const Mail& mail : page->mails) {
      const std::optional<WaitingState> state = WaitingStateOf(mail);
      if (!state) continue;
      if (mail.scope > 0 && mail.scope <= mails.scopes.size())
        ++waiting.of_scope[mail.scope - 1U][static_cast<std::size_t>(*state)];
      if (mail.since != 0 && (waiting.oldest == 0 || mail.since < waiting.oldest))
        waiting.oldest = mail.since;
    }
  }
  return waiting;
}

}  // namespace maillog
