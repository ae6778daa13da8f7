#include "exporter/command/explain_mail.h"

#include <string_view>

#include "mails/mail_event.h"
#include "mails/mail_line.h"

namespace maillog {
namespace {

std::string_view OriginWords(MailOrigin origin) {
  switch (origin) {
    case MailOrigin::kOutside:
      return "from a client of the Internet";
    case MailOrigin::kHost:
      return "from a program on this host";
    case MailOrigin::kNear:
      return "from a client of a private network";
    case MailOrigin::kUser:
      return "from a client that has authenticated";
    case MailOrigin::kSubmitted:
      return "submitted on this host";
    case MailOrigin::kNotice:
    case MailOrigin::kUnknown:
      break;
  }
  return "from an unknown place";
}

std::string_view DeliveryWords(const MailEvent& mail) {
  if (!mail.is_final) return "to be tried again";
  if ((mail.flags & kMailProbe) != 0) return "a probe of the address, not a mail";
  if ((mail.flags & kMailHanded) != 0)
    return "given to a program on this host, which may return it";
  if ((mail.flags & kMailDropped) != 0) return "thrown away for a recipient";
  return (mail.flags & kMailFailed) != 0 ? "failed for a recipient" : "delivered to a recipient";
}

std::string_view StepWords(const MailEvent& mail) {
  switch (mail.step) {
    case MailStep::kBegun:
    case MailStep::kSubmitted:
      return "begins, ";
    case MailStep::kQueued:
      return "in the active queue";
    case MailStep::kDelivery:
      return DeliveryWords(mail);
    case MailStep::kExpired:
      return "given up, it was in the queue for too long";
    case MailStep::kRemoved:
      return "leaves the queue";
    case MailStep::kPutBack:
      return "to be tried again, its sender could not be told";
    case MailStep::kNotice:
      return "its sender is told";
    case MailStep::kRefused:
      return "refused as a whole, it never was in the queue";
    case MailStep::kDiscarded:
      return "accepted and thrown away";
    case MailStep::kCanceled:
      return "canceled, it never was in the queue";
    case MailStep::kHeld:
      return "on hold";
    case MailStep::kReleased:
      return "no longer on hold";
    case MailStep::kRequeued:
      return "goes on under another id";
    case MailStep::kDeleted:
      return "deleted by the administrator";
    case MailStep::kMentioned:
    case MailStep::kDeletedInAll:
    case MailStep::kHeldInAll:
    case MailStep::kReleasedInAll:
      break;
  }
  return "";
}

std::string LinkWords(const MailLine& line) {
  switch (line.link) {
    case MailLink::kCameFrom:
    case MailLink::kRequeuedAs:
      return "; was " + std::string(line.other_id) + " before";
    case MailLink::kQueuedAs:
    case MailLink::kForwardedAs:
      return "; goes on as " + std::string(line.other_id);
    case MailLink::kReturnedAs:
      return "; goes on as " + std::string(line.other_id) + " if that one says so";
    case MailLink::kNoticeIs:
      return " by " + std::string(line.other_id);
    case MailLink::kNone:
      break;
  }
  return "";
}

}  // namespace

std::string MailWords(const Record& record, const Event& event) {
  MailEvent mail;
  if (!MakeMailEvent({}, record, event, mail) || mail.id == 0) return "";
  const MailLine line = ReadMailLine(record, event);
  const bool begins = mail.step == MailStep::kBegun || mail.step == MailStep::kSubmitted;
  std::string words(line.queue_id);
  words.append(": ").append(StepWords(mail));
  if (begins) words.append(OriginWords(mail.origin));
  return words + LinkWords(line);
}

}  // namespace maillog
