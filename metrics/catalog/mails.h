// Whole mails, from the first line to the last.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "mails/mail_end.h"
#include "metrics/catalog/bounds.h"
#include "metrics/row.h"

namespace maillog {

/// Retries come after 5 minutes at first and after more than an hour later: 100 of them are five
/// days.
inline constexpr std::array<std::int64_t, 8> kAttemptsBounds{1, 2, 3, 5, 10, 20, 50, 100};

inline constexpr Counter<MailEnd, &MailEnd::server, &MailEnd::syslog_name, &MailEnd::direction,
                         &MailEnd::outcome>
    kMails{"maillog_mails_total",
           "Mails that left the queue, by where they came from and went to and by what became of "
           "them; one that passed through a content filter is one."};

inline constexpr Histogram<MailEnd, &MailEnd::seconds, &MailEnd::direction, &MailEnd::outcome>
    kMailSeconds{"maillog_mail_seconds",
                 "Time from a mail's arrival to the last attempt to deliver it, content filter and "
                 "retries included.",
                 kSecondsBounds, Unit::kMicros};

inline constexpr Histogram<MailEnd, &MailEnd::attempts, &MailEnd::direction> kMailAttempts{
    "maillog_mail_attempts", "How many times mails were in the active queue to be delivered.",
    kAttemptsBounds};

inline constexpr Histogram<MailEnd, &MailEnd::recipients, &MailEnd::direction> kMailRecipients{
    "maillog_mail_recipients", "Recipients that mails had when they came in.", kRecipientsBounds};

inline constexpr Histogram<MailEnd, &MailEnd::size_bytes, &MailEnd::direction, &MailEnd::outcome>
    kMailSize{"maillog_mail_size_bytes", "Size of mails, observed once for each.", kBytesBounds};

inline constexpr Counter<MailForgotten, &MailForgotten::server, &MailForgotten::syslog_name>
    kMailsForgotten{"maillog_mails_forgotten_total",
                    "Mails in the queue that had to be forgotten since more were there than the "
                    "limit; they are also in maillog_mails_total, as forgotten."};

inline constexpr std::array<std::string_view, 3> kWaitingLabels{"source", "syslog_name", "state"};
inline constexpr RowInfo kMailsWaiting =
    GaugeRow("maillog_mails_waiting",
             "Mails in the queue by what the log says of them, once two hours of it have been "
             "seen; those on hold, only if they were seen to be put there.",
             kWaitingLabels);
inline constexpr std::array<std::string_view, 1> kWaitingOldestLabels{"source"};
inline constexpr RowInfo kMailsWaitingOldest = GaugeRow(
    "maillog_mails_waiting_oldest_seconds",
    "Time since the oldest mail in the queue was first seen in the log, to the minute; 0 if "
    "there is none.",
    kWaitingOldestLabels);
/// Set by the program itself.
inline constexpr std::array<const RowInfo*, 2> kMailGauges{&kMailsWaiting, &kMailsWaitingOldest};

inline constexpr auto kMailRows =
    std::tuple{kMails, kMailSeconds, kMailAttempts, kMailRecipients, kMailSize, kMailsForgotten};

template <class Zero>
void ZeroSet(const MailEnd& seen, Zero&& zero) {
  MailEnd fact;
  static_cast<Service&>(fact) = static_cast<const Service&>(seen);
  fact.direction = seen.direction;
  for (const MailOutcome outcome :
       {MailOutcome::kDelivered, MailOutcome::kBounced, MailOutcome::kPartly, MailOutcome::kExpired,
        MailOutcome::kForgotten}) {
    fact.outcome = outcome;
    zero(kMails, fact);
  }
  zero(kMailsForgotten, MailForgotten{static_cast<const Service&>(seen)});
}

}  // namespace maillog
