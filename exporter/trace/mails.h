// From the lines that a trace has found to mails, and from mails to stories: the queues that a mail
// went through, the notices that were sent about it, and what became of it in mailboxes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "exporter/trace/search.h"
#include "exporter/trace/trace_line.h"
#include "exporter/trace/wanted.h"
#include "parser/event/delivery.h"
#include "parser/scan.h"

namespace maillog {

/// What became of one recipient in one queue, by the last attempt to deliver.
struct TracedRecipient {
  std::string to;
  std::string orig_to;  ///< empty: the same
  DeliveryStatus status = DeliveryStatus::kOther;
  Agent agent = Agent::kOther;
  Reason reason = Reason::kOther;
  NextHop next_hop = NextHop::kNone;
  std::string dsn;
  std::string relay;
  std::string said;     ///< what is in parentheses after the status
  std::string next_id;  ///< by what was said, the queue id that it got next; empty: none
  /// Whether a mail of the story goes on from here, so that this was not the end.
  bool goes_on = false;
  bool discarded = false;  ///< taken and thrown away, by discard(8) or a content filter
  std::size_t attempts = 0;
  std::size_t line = 0;  ///< of the findings: the last attempt
  absl::Time time = absl::InfinitePast();
  std::optional<Micros> delay;         ///< since it arrived in this queue
  std::optional<Micros> before_queue;  ///< the part of it in which it arrived
};

/// What happened under one queue id from the beginning until it was removed.
struct QueuedMail {
  std::string host;
  std::string syslog_name;
  std::string queue_id;  ///< empty: refused before it had one
  std::string client;
  std::string user;
  std::string from;
  std::string message_id;
  std::string orig_queue_id;  ///< of the mail that a filter has given back, as smtpd logs it; or
                              ///< that postsuper has requeued, as pickup does
  std::optional<std::uint64_t> size_bytes;
  std::uint64_t recipient_count = 0;  ///< as the queue manager says; 0: it has said nothing
  std::vector<TracedRecipient> recipients;
  std::vector<std::string> notices;  ///< queue ids of the notices about it
  absl::Time begun = absl::InfinitePast();
  bool has_beginning = false;
  bool is_pickup = false;   ///< submitted on the host
  bool has_sender = false;  ///< the queue manager has said who: `from` may be empty all the same
  bool is_notice = false;   ///< of a mail in the same story
  bool removed = false;
  bool expired = false;
  bool refused = false;
  bool discarded = false;
  bool canceled = false;  ///< broken off before it was in the queue
  bool held = false;
  bool deleted = false;
  bool requeued = false;           ///< a mail of the story goes on for whom it had not reached yet
  bool matches = false;            ///< it is one of those that the user meant
  std::vector<std::size_t> lines;  ///< of the findings
};

/// What a line says of the mail in a mailbox.
struct MailboxEvent {
  MailboxLine::Kind kind = MailboxLine::Kind::kOther;
  std::string user;
  std::string mailbox;
  absl::Time time = absl::InfinitePast();
};

struct Story {
  std::vector<QueuedMail> mails;  ///< in the order in which they began; notices too
  std::vector<MailboxEvent> mailboxes;
  std::vector<std::size_t> lines;  ///< of the findings, in the order of time
};

/// One story for each mail that the user meant, the earliest first.
[[nodiscard]] std::vector<Story> TellStories(const TraceWhat& what, const TraceFindings& findings);

}  // namespace maillog
