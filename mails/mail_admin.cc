// What postsuper does to mails. Of each id that it was given it writes a line, and of all together
// `Deleted: 3 messages`. With ALL in the place of an id it writes only the latter: how many more
// that are than it has named is all that the log says. Which they were follows from how many wait.
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "mails/mail_memory.h"
#include "mails/mails_waiting.h"

namespace maillog {
namespace {

struct Step {
  AdminAction action;
  bool in_all;  ///< not of one mail
};

std::optional<Step> StepOf(MailStep step) {
  switch (step) {
    case MailStep::kDeleted:
      return Step{AdminAction::kDelete, false};
    case MailStep::kHeld:
      return Step{AdminAction::kHold, false};
    case MailStep::kReleased:
      return Step{AdminAction::kRelease, false};
    case MailStep::kDeletedInAll:
      return Step{AdminAction::kDelete, true};
    case MailStep::kHeldInAll:
      return Step{AdminAction::kHold, true};
    case MailStep::kReleasedInAll:
      return Step{AdminAction::kRelease, true};
    default:
      return std::nullopt;
  }
}

/// States of waiting mails, as bits.
using States = unsigned;
constexpr States Bit(WaitingState state) { return 1U << static_cast<unsigned>(state); }
constexpr States kActive = Bit(WaitingState::kActive);
constexpr States kDeferred = Bit(WaitingState::kDeferred);
constexpr States kHold = Bit(WaitingState::kHold);

/// What an action can find, all of it first; then single queues (`postsuper -d ALL deferred`), the
/// more usual first.
constexpr std::array<std::array<States, 3>, kAdminActions> kFound{{
    {kActive | kDeferred | kHold, kDeferred, kHold},
    {kActive | kDeferred, kDeferred, 0},
    {kHold, 0, 0},
}};

}  // namespace

// True: the event is about no single mail, and has done what it does.
bool MailMemory::TakeAdmins(const MailEvent& event, std::uint8_t scope) {
  const std::optional<Step> step = StepOf(event.step);
  if (!step) return false;
  if (scope == 0) return step->in_all;
  std::uint32_t& named = scopes_[scope - 1U].named[static_cast<std::size_t>(step->action)];
  if (!step->in_all) {
    ++named;
    return false;
  }
  // Several runs at once tell their numbers one after the other.
  const std::uint32_t told = std::min(named, event.recipients);
  named -= told;
  if (event.recipients > told) AdministerUnnamed(step->action, event.recipients - told, scope);
  return true;
}

// Where no number fits, nothing is believed to have happened: a mail that is tried again would be
// taken for another one.
void MailMemory::AdministerUnnamed(AdminAction action, std::size_t mails, std::uint8_t scope) {
  std::vector<std::pair<MailSlot, States>> waiting;
  for (MailSlot slot = table_.First(MailList::kQueued); slot != MailTable::kNone;
       slot = table_.Next(slot)) {
    const std::optional<WaitingState> state = WaitingStateOf(table_.At(slot));
    if (table_.At(slot).scope == scope && state) waiting.emplace_back(slot, Bit(*state));
  }
  const auto count = [&waiting](States states) {
    return static_cast<std::size_t>(std::count_if(
        waiting.begin(), waiting.end(), [&](const auto& mail) { return mail.second & states; }));
  };
  const auto& found = kFound[static_cast<std::size_t>(action)];
  // There may be mails that have not been seen in the queue.
  States states = mails >= count(found[0]) ? found[0] : 0;
  for (std::size_t i = 1; i < found.size() && states == 0; ++i) {
    if (mails == count(found[i])) states = found[i];
  }
  for (const auto& [slot, state] : waiting) {
    if ((state & states) == 0) continue;
    Mail& mail = table_.Change(slot);
    switch (action) {
      case AdminAction::kDelete:
        mail.flags |= kMailDeleted;
        break;
      case AdminAction::kHold:
        mail.flags |= kMailHeld;
        break;
      case AdminAction::kRelease:
        mail.flags &= ~kMailHeld;
        break;
    }
    Settle(slot);
  }
}

}  // namespace maillog
