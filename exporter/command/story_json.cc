#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exporter/command/story_text.h"
#include "exporter/command/story_words.h"
#include "exporter/os/json_text.h"
#include "exporter/trace/outcome.h"

namespace maillog {
namespace {

std::string TimeJson(absl::Time time, absl::TimeZone zone) {
  if (time == absl::InfinitePast()) return "null";
  return JsonText(absl::FormatTime(absl::RFC3339_full, time, zone));
}

std::string SecondsJson(const std::optional<Micros>& micros) {
  constexpr double kSecond = 1e6;
  return micros ? absl::StrFormat("%g", static_cast<double>(*micros) / kSecond) : "null";
}

std::string_view Bool(bool value) { return value ? "true" : "false"; }

std::string RecipientJson(const QueuedMail& mail, const TracedRecipient& recipient,
                          absl::TimeZone zone) {
  JsonParts json;
  json.Text("to", recipient.to);
  if (!recipient.orig_to.empty()) json.Text("orig_to", recipient.orig_to);
  if (recipient.attempts == 0) {
    json.Text("status", mail.refused ? "refused" : "unknown");
    return json.Object();
  }
  const bool refused =
      recipient.status == DeliveryStatus::kBounced || recipient.status == DeliveryStatus::kDeferred;
  json.Text("status", Text(recipient.status));
  json.Add("reason", refused ? JsonText(Text(recipient.reason)) : "null");
  json.Text("dsn", recipient.dsn);
  json.Text("relay", recipient.relay);
  json.Text("said", recipient.said);
  json.Add("delay_seconds", SecondsJson(recipient.delay));
  json.Number("attempts", recipient.attempts);
  json.Add("time", TimeJson(recipient.time, zone));
  json.Add("next_queue_id", recipient.goes_on ? JsonText(recipient.next_id) : "null");
  return json.Object();
}

std::string MailJson(const QueuedMail& mail, absl::TimeZone zone) {
  JsonParts json;
  JsonParts recipients;
  for (const TracedRecipient& recipient : mail.recipients)
    recipients.Add(RecipientJson(mail, recipient, zone));
  json.Text("host", mail.host);
  json.Text("syslog_name", mail.syslog_name);
  json.Add("queue_id", mail.queue_id.empty() ? "null" : JsonText(mail.queue_id));
  json.Add("begun", TimeJson(mail.begun, zone));
  json.Add("notice", Bool(mail.is_notice));
  json.Add("removed", Bool(mail.removed));
  json.Text("from", mail.from);
  json.Text("client", mail.client);
  json.Text("user", mail.user);
  json.Text("message_id", mail.message_id);
  json.Add("bytes", mail.size_bytes ? std::to_string(*mail.size_bytes) : "null");
  json.Add("recipients", recipients.List());
  return json.Object();
}

std::string_view WordOf(MailboxLine::Kind kind) {
  switch (kind) {
    case MailboxLine::Kind::kSaved:
      return "saved";
    case MailboxLine::Kind::kSeen:
      return "read";
    case MailboxLine::Kind::kDeleted:
      return "deleted";
    case MailboxLine::Kind::kOther:
      break;
  }
  return "other";
}

std::string MailboxesJson(const Story& story, absl::TimeZone zone) {
  JsonParts all;
  for (const MailboxEvent& event : story.mailboxes) {
    JsonParts json;
    json.Text("action", WordOf(event.kind));
    json.Text("user", event.user);
    json.Text("mailbox", event.mailbox);
    json.Add("time", TimeJson(event.time, zone));
    all.Add(json.Object());
  }
  return all.List();
}

}  // namespace

std::string StoryJson(const Story& story, const TraceFindings& findings, absl::TimeZone zone) {
  const StoryOutcome outcome = OutcomeOf(story);
  JsonParts mails;
  for (const QueuedMail& mail : story.mails) mails.Add(MailJson(mail, zone));
  JsonParts lines;
  for (const std::size_t at : story.lines) {
    const TracedText& text = findings.texts[at];
    JsonParts line;
    line.Add("time", TimeJson(text.time, zone));
    line.Text("host", text.host);
    line.Text("program", text.program);
    line.Text("message", text.message);
    lines.Add(line.Object());
  }
  struct Count {
    std::string_view name;
    std::size_t count;
  };
  JsonParts counts;
  for (const Count& one :
       {Count{"all", outcome.recipients}, Count{"delivered", outcome.delivered},
        Count{"bounced", outcome.bounced}, Count{"expired", outcome.expired},
        Count{"waiting", outcome.waiting}, Count{"discarded", outcome.discarded},
        Count{"deleted", outcome.deleted}, Count{"refused", outcome.refused},
        Count{"canceled", outcome.canceled}, Count{"deliverable", outcome.deliverable},
        Count{"undeliverable", outcome.undeliverable}, Count{"unknown", outcome.unknown}}) {
    counts.Number(one.name, one.count);
  }
  JsonParts json;
  json.Text("outcome", outcome.word());
  json.Text("summary", StoryWords(story, outcome));
  json.Add("seconds", SecondsJson(outcome.taken));
  json.Add("recipients", counts.Object());
  json.Add("mails", mails.List());
  json.Add("mailboxes", MailboxesJson(story, zone));
  json.Add("lines", lines.List());
  return json.Object();
}

}  // namespace maillog
