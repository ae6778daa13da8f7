#include "exporter/trace/trace_line.h"

#include <string>

#include "parser/dialect/dialects.h"
#include "parser/dialect/postfix/line.h"
#include "parser/queue_id.h"
#include "parser/scan.h"

namespace maillog {
namespace {

using Kind = TraceLine::Kind;

// `<"a b"@example.com>`; moves past it. Without brackets it ends at a comma or blank.
std::string_view TakeAddress(std::string_view& text) {
  const std::string_view before = text;
  if (!StartsWith(text, "<")) return TakeUntilOneOf<',', ' '>(text);
  if (!postfix::SkipAddress(text)) {
    text = {};
    return before.substr(1);
  }
  std::string_view address = TakenFrom(before, text);
  (void)Eat(address, '<');
  (void)EatBack(address, ">");
  return address;
}

// A name or address after `key` anywhere: of lines whose ends are Postfix's own words.
std::string_view AddressAfter(std::string_view text, std::string_view key) {
  return SkipPast(text, key) ? TakeAddress(text) : std::string_view();
}

// The queue id that ends the text after `word`; empty if there is none.
std::string_view IdAtEnd(std::string_view text, std::string_view word) {
  const std::string_view id = TakeBack(text, word).value_or(std::string_view());
  return IsQueueId(id) ? id : std::string_view();
}

std::string_view WithoutBrackets(std::string_view id) {
  (void)Eat(id, '<');
  (void)EatBack(id, ">");
  return id;
}

// `client=a.example[192.0.2.1], sasl_method=PLAIN, sasl_username=a, sasl_sender=…`, or
// `client=localhost[127.0.0.1], orig_queue_id=331B91D8AF2, orig_client=…`, which smtpd takes from
// filters that it trusts. After a user's name, which may hold anything, no such id is believed.
void ReadClient(std::string_view text, TraceLine& line) {
  line.client = TakeUntil(text, ", ");
  if (Eat(text, ", orig_queue_id=")) {
    line.other_id = TakeUntil(text, ',');
    if (Eat(text, ", orig_client=")) line.client = text;
  } else if (SkipPast(text, ", sasl_username=")) {
    line.user = TakeUntil(text, ", sasl_sender=");
  }
}

// `to=<…>, orig_to=<…>, relay=…, delay=…, dsn=…, status=sent (…)`
bool ReadDelivery(std::string_view text, TraceLine& line) {
  line.to = TakeAddress(text);
  if (Eat(text, ", orig_to=")) line.orig_to = TakeAddress(text);
  if (!Eat(text, ", relay=")) return false;
  line.relay = TakeUntil(text, ',');
  std::string_view fields = TakeUntil(text, ", status=");
  if (!Eat(text, ", status=")) return false;
  if (SkipPast(fields, ", dsn=")) line.dsn = TakeUntil(fields, ',');
  (void)TakeUntil(text, ' ');
  (void)Eat(text, " (");
  (void)EatBack(text, ")");
  line.said = text;
  return true;
}

struct Begins {
  std::string_view words;
  Kind kind;
};
// What a check does to a mail.
constexpr Begins kChecks[] = {
    {"reject: ", Kind::kRefused},           {"milter-reject: ", Kind::kRefused},
    {"proxy-reject: ", Kind::kRefused},     {"discard: ", Kind::kDiscarded},
    {"milter-discard: ", Kind::kDiscarded}, {"hold: ", Kind::kHeld},
    {"milter-hold: ", Kind::kHeld}};
// What postsuper did to one.
constexpr Begins kAdmin[] = {{"removed", Kind::kDeleted},
                             {"placed on hold", Kind::kHeld},
                             {"released from hold", Kind::kReleased}};
constexpr std::string_view kNotices[] = {
    "sender non-delivery notification: ", "sender delay notification: ",
    "sender delivery status notification: ", "postmaster non-delivery notification: ",
    "postmaster delay notification: "};

template <std::size_t kCount>
std::optional<Kind> KindIn(const Begins (&list)[kCount], std::string_view text) {
  for (const Begins& one : list) {
    if (StartsWith(text, one.words)) return one.kind;
  }
  return std::nullopt;
}

void ReadText(std::string_view daemon, TraceLine& line) {
  std::string_view text = line.text;
  if (daemon == "postsuper") {
    line.kind = KindIn(kAdmin, text).value_or(Kind::kOther);
  } else if (text == "removed") {
    line.kind = Kind::kRemoved;
  } else if (text == "removed (canceled)") {
    line.kind = Kind::kCanceled;
  } else if (Eat(text, "to=")) {
    if (ReadDelivery(text, line)) line.kind = Kind::kDelivery;
  } else if (Eat(text, "client=")) {
    line.kind = Kind::kClient;
    ReadClient(text, line);
  } else if (Eat(text, "message-id=")) {
    line.kind = Kind::kMessageId;
    line.message_id = WithoutBrackets(text);
  } else if (Eat(text, "from=")) {
    line.from = TakeAddress(text);
    const bool expired =
        StartsWith(text, ", status=expired") || StartsWith(text, ", status=force-expired");
    line.kind = expired ? Kind::kExpired : Kind::kQueued;
  } else if (StartsWith(text, "uid=")) {
    line.kind = Kind::kPickup;
    line.from = AddressAfter(text, " from=");
    line.other_id = IdAtEnd(text, "> orig_id=");
  } else if (const std::optional<Kind> check = KindIn(kChecks, text)) {
    line.kind = *check;
    line.from = AddressAfter(text, "; from=");
    line.to = AddressAfter(text, " to=");
  } else {
    for (const std::string_view notice : kNotices) {
      if (!Eat(text, notice)) continue;
      line.kind = Kind::kNotice;
      line.other_id = text;
    }
  }
}

bool IsDovecot(const Record& record) {
  const Dialect* const dialect = DialectOf(record);
  return dialect != nullptr && dialect->name == "dovecot";
}

// `lmtp(user)<pid><session>: `, `imap(user): `, `service=lmtp, user=a, ip=[…]. `
std::string_view UserIn(std::string_view prefix) {
  std::string_view rest = prefix;
  if (SkipPast(rest, "user=")) {
    (void)Eat(rest, '<');
    return TakeUntilOneOf<',', '>'>(rest);
  }
  if (!SkipPast(prefix, '(')) return {};
  // A user's name may hold a parenthesis; a pid in `lmtp(1132)` alone is none.
  std::string_view user = prefix;
  user = TakeUntil(user, prefix.find(")<") != std::string_view::npos ? ")<" : ")");
  (void)TakePast(user, ", ");  // `lmtp(1132, user): ` of 2.2
  return user.find_first_not_of("0123456789") == std::string_view::npos ? std::string_view() : user;
}

// Of the mail_log plugin: `imap(user)<1><x>: expunge: box=INBOX, uid=4, msgid=<…>, flags=(…)`.
MailboxLine::Kind KindOfAction(std::string_view before_box, std::string_view after_id) {
  if (before_box.ends_with(" expunge: ") || before_box.ends_with(" delete: ")) {
    return MailboxLine::Kind::kDeleted;
  }
  const bool seen =
      before_box.ends_with(" flag_change: ") && after_id.find("\\Seen") != std::string_view::npos;
  return seen ? MailboxLine::Kind::kSeen : MailboxLine::Kind::kOther;
}

}  // namespace

std::string_view QueuedAs(std::string_view said) {
  std::string_view id = said;
  if (!Eat(id, "forwarded as ")) return IdAtEnd(id, "queued as ");
  return IsQueueId(id) ? id : std::string_view();
}

std::optional<TraceLine> ReadTraceLine(const Record& record) {
  std::string_view program = record.program;
  TraceLine line;
  line.syslog_name = TakeUntil(program, '/');
  const bool may_be_postfix = !program.empty() || line.syslog_name == "postfix";
  if (!may_be_postfix || record.speaker != Speaker::kProgram) return std::nullopt;
  std::string_view text = record.message;
  SkipSpaces(text);
  const std::string_view before = text;
  const postfix::QueueRef ref = postfix::TakeQueueRef(text);
  if (ref == postfix::QueueRef::kNone) return std::nullopt;
  if (ref == postfix::QueueRef::kQueueId) {
    line.queue_id = TakenFrom(before, text);
    line.queue_id.remove_suffix(2);
  }
  line.text = text;
  ReadText(TakeBack(program, '/').value_or(std::string_view()), line);
  return line;
}

std::optional<MailboxLine> ReadMailboxLine(const Record& record) {
  constexpr std::string_view kKey = "msgid=";
  std::string_view text = record.message;
  std::string_view before = TakeUntil(text, kKey);
  if (!Eat(text, kKey) || !IsDovecot(record)) return std::nullopt;
  MailboxLine line;
  line.prefix = before;
  line.user = UserIn(before);
  std::string_view box = before;
  const std::string_view before_box = TakeUntil(box, "box=");
  const bool is_field = Eat(box, "box=");
  // The id is as the sender wrote it: of a list of fields it ends at the next one, else at `: `.
  line.message_id = WithoutBrackets(is_field ? TakeUntil(text, ", ") : TakeUntil(text, ": "));
  if (line.message_id.empty()) return std::nullopt;
  if (is_field) {
    line.kind = KindOfAction(before_box, text);
    line.mailbox = TakeUntil(box, ", ");
  } else if (Eat(text, ": saved mail to ") || SkipPast(text, ": stored mail into mailbox ") ||
             SkipPast(text, " action: stored mail into mailbox ")) {
    line.kind = MailboxLine::Kind::kSaved;
    line.mailbox = text;
  }
  return line;
}

std::string_view QueueIdInPassing(const Record& record) {
  std::string_view text = record.message;
  (void)Eat(text, "NOQUEUE: ");
  if (Eat(text, "proxy-accept: END-OF-MESSAGE: ")) return QueuedAs(TakeUntil(text, "; from="));
  const std::string_view before = text;
  if (postfix::TakeQueueRef(text) == postfix::QueueRef::kQueueId) {
    const std::string_view id = TakenFrom(before, text);
    return id.substr(0, id.size() - 2);
  }
  if (StartsWith(record.program, "amavis") && SkipPast(text, ", Queue-ID: "))
    return TakeUntil(text, ',');
  return {};
}

}  // namespace maillog
