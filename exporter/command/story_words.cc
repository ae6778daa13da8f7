#include "exporter/command/story_words.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exporter/command/amounts.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

/// `mailbox full (2), user unknown`, the most frequent first.
std::string ReasonWords(const std::map<Reason, std::size_t>& reasons) {
  std::vector<std::pair<Reason, std::size_t>> sorted(reasons.begin(), reasons.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> words;
  for (const auto& [reason, count] : sorted) {
    std::string& word = words.emplace_back(reason == Reason::kOther ? "for another reason"
                                                                    : std::string(Text(reason)));
    std::replace(word.begin(), word.end(), '_', ' ');
    if (count > 1 && sorted.size() > 1) absl::StrAppend(&word, " (", count, ")");
  }
  return absl::StrJoin(words, ", ");
}

std::string WithReasons(std::string words, const std::map<Reason, std::size_t>& reasons) {
  if (!reasons.empty()) absl::StrAppend(&words, ": ", ReasonWords(reasons));
  return words;
}

class Words {
 public:
  Words(const Story& story, const StoryOutcome& outcome) : story_(story), outcome_(outcome) {}

  [[nodiscard]] std::string Text() {
    AddRecipients();
    AddMailboxes();
    if (outcome_.has_notice) parts_.emplace_back("a notice was sent about it");
    const bool was_queued = std::any_of(
        story_.mails.begin(), story_.mails.end(),
        [](const QueuedMail& mail) { return !mail.queue_id.empty() && !mail.is_notice; });
    if (was_queued && !outcome_.has_beginning)
      parts_.emplace_back("its beginning is not in the log");
    return absl::StrJoin(parts_, "; ");
  }

 private:
  // Of one recipient nobody needs to be told that it is one.
  void Add(std::size_t count, std::string words) {
    if (count == 0) return;
    parts_.push_back(outcome_.recipients == 1 ? std::move(words) : absl::StrCat(count, " ", words));
  }

  void AddRecipients() {
    const StoryOutcome& o = outcome_;
    if (o.delivered > 0) {
      parts_.push_back(absl::StrCat("delivered to ", o.delivered, " of ", o.recipients,
                                    o.recipients == 1 ? " recipient" : " recipients"));
      if (o.taken) absl::StrAppend(&parts_.back(), " in ", TimeTakenText(*o.taken));
    }
    const std::string attempts = o.most_attempts == 0 ? ""
                                 : o.most_attempts == 1
                                     ? " after 1 attempt"
                                     : absl::StrCat(" after ", o.most_attempts, " attempts");
    Add(o.bounced, WithReasons("bounced", o.bounce_reasons));
    Add(o.expired, WithReasons("given up" + attempts, o.delay_reasons));
    Add(o.waiting, WithReasons((o.held ? "on hold" : "still waiting") + attempts, o.delay_reasons));
    Add(o.discarded, "discarded");
    Add(o.deleted, "deleted from the queue by the administrator");
    Add(o.refused, "refused, not taken into the queue");
    Add(o.canceled, "canceled before it was in the queue");
    Add(o.deliverable, "deliverable, says a probe of the address");
    Add(o.undeliverable, "undeliverable, says a probe of the address");
    if (o.unknown > 0) {
      parts_.push_back(o.unknown == o.recipients
                           ? "the log does not say what became of it"
                           : absl::StrCat("the log does not say what became of ", o.unknown));
    }
  }

  void AddMailboxes() {
    if (story_.mails.empty()) AddUsers(MailboxLine::Kind::kSaved, "saved in the mailbox of ");
    AddUsers(MailboxLine::Kind::kSeen, "marked as read by ");
    AddUsers(MailboxLine::Kind::kDeleted, "deleted from the mailbox by ");
  }

  void AddUsers(MailboxLine::Kind kind, std::string_view words) {
    constexpr std::size_t kMax = 3;
    std::vector<std::string> users;
    for (const MailboxEvent& event : story_.mailboxes) {
      if (event.kind != kind) continue;
      std::string user = event.user.empty() ? "somebody" : Printable(event.user);
      if (std::find(users.begin(), users.end(), user) == users.end())
        users.push_back(std::move(user));
    }
    if (users.empty()) return;
    const std::size_t more = users.size() - std::min(users.size(), kMax);
    users.resize(users.size() - more);
    std::string& part = parts_.emplace_back(words);
    absl::StrAppend(&part, absl::StrJoin(users, ", "));
    if (more > 0) absl::StrAppend(&part, " and ", more, " more");
  }

  const Story& story_;
  const StoryOutcome& outcome_;
  std::vector<std::string> parts_;
};

}  // namespace

std::string StoryWords(const Story& story, const StoryOutcome& outcome) {
  return Words(story, outcome).Text();
}

}  // namespace maillog
