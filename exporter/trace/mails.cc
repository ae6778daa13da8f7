#include "exporter/trace/mails.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "exporter/trace/queued_mails.h"

namespace maillog {
namespace {

/// Which mails are in one story: sets of indices that are put together.
class Together {
 public:
  explicit Together(std::size_t size) : of_(size) { std::iota(of_.begin(), of_.end(), 0); }
  [[nodiscard]] std::size_t Of(std::size_t i) {
    while (of_[i] != i) i = of_[i] = of_[of_[i]];
    return i;
  }
  void Join(std::size_t a, std::size_t b) { of_[Of(b)] = Of(a); }

 private:
  std::vector<std::size_t> of_;
};

/// Shorter ones are no ids of sessions.
constexpr std::size_t kShortestSession = 8;

// The session's id, as Dovecot also gives it in its answer: of `lmtp(user)<1132><0IkfEy:R2>: `,
// `0IkfEy`.
std::string_view SessionIn(std::string_view prefix) {
  const std::optional<std::string_view> last = TakeBack(prefix, '<');
  if (!last) return {};
  std::string_view id = *last;
  id = TakeUntilOneOf<'>', ':'>(id);
  return id.size() < kShortestSession ? std::string_view() : id;
}

class Teller {
 public:
  Teller(const TraceWhat& what, const TraceFindings& findings)
      : what_(what), findings_(findings), queued_(what) {}

  [[nodiscard]] std::vector<Story> Tell() {
    for (std::size_t i = 0; i < findings_.texts.size(); ++i) {
      const std::optional<TraceLine> line = ReadTraceLine(RecordOf(findings_.texts[i]));
      if (line && (!line->queue_id.empty() || what_.Matches(*line)))
        queued_.Add(findings_.texts[i], i, *line);
    }
    together_ = Together(mails().size());
    for (std::size_t i = 0; i < mails().size(); ++i) by_id_[mails()[i].queue_id].push_back(i);
    for (std::size_t i = 0; i < mails().size(); ++i) Link(i);
    MarkNotices();
    MakeStories();
    NoteMessages();
    for (std::size_t i = 0; i < findings_.texts.size(); ++i) AddOther(i);
    for (Story& story : stories_) Order(story);
    return std::move(stories_);
  }

 private:
  [[nodiscard]] std::vector<QueuedMail>& mails() { return queued_.all(); }

  // The mail with the id that had begun most lately when the line was written.
  [[nodiscard]] std::optional<std::size_t> MailBefore(std::string_view id, std::size_t line) {
    const auto found = by_id_.find(std::string(id));
    if (id.empty() || found == by_id_.end()) return std::nullopt;
    std::optional<std::size_t> before;
    for (const std::size_t mail : found->second) {
      if (!before || mails()[mail].lines.front() < line) before = mail;
    }
    return before;
  }

  // What a server answers is its own choice: a mail is followed by it only if the next queue says
  // of itself where it came from, or has the same message, or the answer was this host's own.
  [[nodiscard]] static bool GoesOnAs(const QueuedMail& mail, const TracedRecipient& recipient,
                                     const QueuedMail& next) {
    if (!next.orig_queue_id.empty()) return next.orig_queue_id == mail.queue_id;
    if (!next.message_id.empty() && !mail.message_id.empty())
      return next.message_id == mail.message_id;
    return recipient.next_hop == NextHop::kLoopback || recipient.next_hop == NextHop::kSocket ||
           recipient.agent == Agent::kLocal;
  }

  // A filter may answer without the queue id that the mail has got from it.
  static void NoteReturned(QueuedMail& before, const QueuedMail& after) {
    for (TracedRecipient& recipient : before.recipients) {
      const bool returned =
          std::any_of(after.recipients.begin(), after.recipients.end(),
                      [&](const TracedRecipient& other) { return other.to == recipient.to; });
      const bool by_smtp = recipient.agent == Agent::kSmtp || recipient.agent == Agent::kLmtp;
      if (!returned || !by_smtp || recipient.status != DeliveryStatus::kSent ||
          !recipient.next_id.empty())
        continue;
      recipient.goes_on = true;
      recipient.next_id = after.queue_id;
    }
  }

  void Link(std::size_t i) {
    QueuedMail& mail = mails()[i];
    if (const auto first = MailBefore(mail.orig_queue_id, mail.lines.front());
        first && mails()[*first].host == mail.host) {
      together_.Join(*first, i);
      goes_on_.emplace_back(*first, i);
      if (mail.is_pickup) {
        mails()[*first].requeued = true;
      } else {
        NoteReturned(mails()[*first], mail);
      }
    }
    for (TracedRecipient& recipient : mail.recipients) {
      const auto next = MailBefore(recipient.next_id, recipient.line);
      if (!next || *next == i || !GoesOnAs(mail, recipient, mails()[*next])) continue;
      recipient.goes_on = true;
      together_.Join(i, *next);
      goes_on_.emplace_back(i, *next);
    }
    for (const std::string& notice : mail.notices) {
      const auto found = MailBefore(notice, mail.lines.back());
      if (!found || *found == i || mails()[*found].host != mail.host) continue;
      mails()[*found].is_notice = true;
      together_.Join(i, *found);
    }
  }

  // A notice that goes through a filter or to another queue is still one.
  void MarkNotices() {
    bool any = true;
    for (std::size_t round = 0; any && round < mails().size(); ++round) {
      any = false;
      for (const auto& [from, to] : goes_on_) {
        any = any || (mails()[from].is_notice && !mails()[to].is_notice);
        mails()[to].is_notice = mails()[to].is_notice || mails()[from].is_notice;
      }
    }
  }

  void MakeStories() {
    std::map<std::size_t, std::vector<std::size_t>> sets;
    for (std::size_t i = 0; i < mails().size(); ++i) sets[together_.Of(i)].push_back(i);
    std::map<std::size_t, std::size_t> by_first;  // so that the stories are in order
    for (const auto& [of, members] : sets) {
      const bool matches = std::any_of(members.begin(), members.end(),
                                       [this](std::size_t i) { return mails()[i].matches; });
      if (matches) by_first[members.front()] = of;
    }
    story_of_.resize(mails().size());
    for (const auto& [first, of] : by_first) {
      Story& story = stories_.emplace_back();
      for (const std::size_t i : sets[of]) {
        story_of_[i] = stories_.size() - 1;
        story.lines.insert(story.lines.end(), mails()[i].lines.begin(), mails()[i].lines.end());
        story.mails.push_back(mails()[i]);
      }
    }
  }

  // For the lines of mailboxes: the mails of the stories by message id; and all by the words of
  // their answers, one of which is the id of a session.
  void NoteMessages() {
    for (std::size_t i = 0; i < mails().size(); ++i) {
      const QueuedMail& mail = mails()[i];
      if (mail.message_id.empty()) continue;
      if (story_of_[i]) by_message_id_[mail.message_id].push_back(i);
      for (const TracedRecipient& recipient : mail.recipients) {
        std::string_view said = recipient.said;
        while (!said.empty()) {
          const std::string_view word = TakeUntilOneOf<' ', ':'>(said);
          if (word.size() >= kShortestSession) answered_[word].push_back(i);
          if (!said.empty()) said.remove_prefix(1);
        }
      }
    }
  }

  // Lines of filters and of mailboxes.
  void AddOther(std::size_t i) {
    const TracedText& text = findings_.texts[i];
    const Record record = RecordOf(text);
    if (const std::optional<TraceLine> line = ReadTraceLine(record);
        line && !line->queue_id.empty()) {
      return;
    }
    if (const std::optional<MailboxLine> line = ReadMailboxLine(record)) {
      for (const std::size_t story : StoriesOf(*line, i)) {
        stories_[story].lines.push_back(i);
        stories_[story].mailboxes.push_back(
            {line->kind, std::string(line->user), std::string(line->mailbox), text.time});
      }
      return;
    }
    const auto mail = MailBefore(QueueIdInPassing(record), i);
    if (mail && mails()[*mail].host == text.host && story_of_[*mail])
      stories_[*story_of_[*mail]].lines.push_back(i);
  }

  // By the session's id, of which nobody else decides, or else by the message id.
  [[nodiscard]] std::set<std::size_t> StoriesOf(const MailboxLine& line, std::size_t index) {
    const auto found = by_message_id_.find(std::string(line.message_id));
    if (found == by_message_id_.end()) {
      if (!what_.IsMessageId(line.message_id)) return {};
      return {StoryOfMailboxesAlone()};
    }
    std::vector<std::size_t> of_mails;
    if (const auto answered = answered_.find(SessionIn(line.prefix)); answered != answered_.end()) {
      // These may be in no story: then the line is not, either.
      std::copy_if(answered->second.begin(), answered->second.end(), std::back_inserter(of_mails),
                   [&](std::size_t i) { return mails()[i].message_id == line.message_id; });
    }
    std::set<std::size_t> stories;
    for (const std::size_t i : of_mails.empty() ? found->second : of_mails) {
      if (story_of_[i] && mails()[i].lines.front() <= index) stories.insert(*story_of_[i]);
    }
    return stories;
  }

  // Where the log is Dovecot's alone.
  [[nodiscard]] std::size_t StoryOfMailboxesAlone() {
    if (!mailboxes_alone_) {
      mailboxes_alone_ = stories_.size();
      stories_.emplace_back();
    }
    return *mailboxes_alone_;
  }

  // The order of the log, which is that of time, unless several logs were read.
  void Order(Story& story) {
    std::sort(story.lines.begin(), story.lines.end());
    const auto time = [this](std::size_t line) { return findings_.texts[line].time; };
    const bool all = std::none_of(story.lines.begin(), story.lines.end(), [&](std::size_t line) {
      return time(line) == absl::InfinitePast();
    });
    if (!all) return;
    std::stable_sort(story.lines.begin(), story.lines.end(),
                     [&](std::size_t a, std::size_t b) { return time(a) < time(b); });
  }

  const TraceWhat& what_;
  const TraceFindings& findings_;
  QueuedMails queued_;
  Together together_{0};
  std::vector<std::pair<std::size_t, std::size_t>> goes_on_;
  std::map<std::string, std::vector<std::size_t>> by_id_;
  std::map<std::string, std::vector<std::size_t>> by_message_id_;
  std::vector<std::optional<std::size_t>> story_of_;
  // Views of what was said in answer to the mails.
  std::unordered_map<std::string_view, std::vector<std::size_t>> answered_;
  std::vector<Story> stories_;
  std::optional<std::size_t> mailboxes_alone_;
};

}  // namespace

std::vector<Story> TellStories(const TraceWhat& what, const TraceFindings& findings) {
  return Teller(what, findings).Tell();
}

}  // namespace maillog
