#include "exporter/command/story_text.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exporter/command/progress.h"
#include "exporter/command/story_words.h"
#include "exporter/follow/time_window.h"
#include "exporter/trace/outcome.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

/// Whether the story is about the mail: about notices only if nothing is known of what they are
/// about.
bool IsAbout(const Story& story, const QueuedMail& mail) {
  const auto is_known = [](const QueuedMail& other) {
    return !other.is_notice && (other.has_beginning || other.has_sender);
  };
  return !mail.is_notice || std::none_of(story.mails.begin(), story.mails.end(), is_known);
}

/// What is known first of the mails that it is about.
template <class Get>
std::string FirstKnown(const Story& story, Get get) {
  for (const QueuedMail& mail : story.mails) {
    if (IsAbout(story, mail) && !get(mail).empty()) return Printable(get(mail));
  }
  return {};
}

// `331B91D8AF2 -> 479CE1D8AE9`, and the notices about them.
std::string Ids(const Story& story) {
  std::vector<std::string> ids;
  std::vector<std::string> notices;
  for (const QueuedMail& mail : story.mails) {
    if (!mail.queue_id.empty()) (mail.is_notice ? notices : ids).push_back(mail.queue_id);
  }
  if (ids.empty() && notices.empty()) return story.mails.empty() ? "in mailboxes" : "not queued";
  std::string text = absl::StrJoin(ids, " -> ");
  if (!notices.empty())
    absl::StrAppend(&text, text.empty() ? "" : ", ", "notice ", absl::StrJoin(notices, ", "));
  return text;
}

std::string Heading(const Story& story) {
  std::vector<std::string> parts;
  const auto add = [&](const std::string& words, const std::string& value) {
    if (!value.empty()) parts.push_back(words + value);
  };
  const bool has_sender =
      std::any_of(story.mails.begin(), story.mails.end(),
                  [](const QueuedMail& mail) { return mail.has_sender || !mail.from.empty(); });
  const std::string from = FirstKnown(story, [](const QueuedMail& mail) { return mail.from; });
  if (has_sender) parts.push_back("from <" + from + ">");
  add("client ", FirstKnown(story, [](const QueuedMail& mail) { return mail.client; }));
  add("user ", FirstKnown(story, [](const QueuedMail& mail) { return mail.user; }));
  for (const QueuedMail& mail : story.mails) {
    if (!mail.size_bytes || !IsAbout(story, mail)) continue;
    parts.push_back(BytesText(*mail.size_bytes));
    break;
  }
  const std::string id = FirstKnown(story, [](const QueuedMail& mail) { return mail.message_id; });
  if (!id.empty()) parts.push_back("message-id <" + id + ">");
  return absl::StrJoin(parts, ", ");
}

bool HasSeveralHosts(const Story& story, const TraceFindings& findings) {
  std::set<std::string_view> hosts;
  for (const std::size_t line : story.lines) hosts.insert(findings.texts[line].host);
  return hosts.size() > 1;
}

// So that messages begin in one column, if names are not very long.
std::size_t ProgramColumns(const Story& story, const TraceFindings& findings) {
  constexpr std::size_t kMax = 28;
  std::size_t columns = 0;
  for (const std::size_t line : story.lines)
    columns = std::max(columns, Printable(findings.texts[line].program).size());
  return std::min(columns, kMax);
}

}  // namespace

std::string StoryBlock(const Story& story, const TraceFindings& findings, const Palette& palette,
                       absl::TimeZone zone) {
  const Palette& p = palette;
  std::string text = absl::StrCat(std::string(p.number), Ids(story), std::string(p.end));
  if (const std::string heading = Heading(story); !heading.empty())
    absl::StrAppend(&text, "  ", heading);
  text += '\n';
  const bool with_host = HasSeveralHosts(story, findings);
  const std::size_t columns = ProgramColumns(story, findings);
  for (const std::size_t line : story.lines) {
    const TracedText& one = findings.texts[line];
    text += "  ";
    if (one.time != absl::InfinitePast()) {
      absl::StrAppend(&text, std::string(p.faint), MomentText(one.time, zone), std::string(p.end),
                      "  ");
    }
    if (with_host) absl::StrAppend(&text, Printable(one.host), "  ");
    if (!one.program.empty()) {
      const std::string program = Printable(one.program);
      const std::size_t blanks = columns - std::min(columns, program.size());
      absl::StrAppend(&text, std::string(p.metric), program, std::string(p.end),
                      std::string(blanks + 2, ' '));
    }
    absl::StrAppend(&text, Printable(one.message), "\n");
  }
  const StoryOutcome outcome = OutcomeOf(story);
  const bool good = outcome.delivered == outcome.recipients;
  absl::StrAppend(&text, std::string(good ? p.event : p.trouble), "  = ",
                  StoryWords(story, outcome), std::string(p.end), "\n");
  return text;
}

}  // namespace maillog
