// The phrases that say why mail was refused, the most specific first: where a text holds several,
// the first of this list decides. Lower case; a phrase begins at the beginning of a word, and may
// end inside one (`greylist` is found in `Greylisted`). They are the words of Postfix, Dovecot's
// LMTP, greylisting daemons, block lists, and the large receivers (Gmail, Outlook, Yahoo, iCloud,
// the Japanese mobile and access providers).
//
// Three lists: sentences that leave no doubt, whatever else the text says; then words and short
// phrases, in the order of the classes in the metric contract (reason_words.h); then what says
// little (reason_vague.h).
#pragma once

#include <array>
#include <string_view>

#include "parser/event.h"

namespace maillog::internal {

struct ReasonPhrase {
  std::string_view phrase;
  Reason reason;
};

inline constexpr auto kReasonSentences = std::to_array<ReasonPhrase>({
    // Postfix's own side of a delivery.
    {"non dnssec destination", Reason::kTls},
    {"tlsa records", Reason::kTls},
    {"transport is unavailable", Reason::kLocalError},
    {"host not found, try again", Reason::kDnsError},
    {"loops back to myself", Reason::kLoop},
    {"mail forwarding loop", Reason::kLoop},
    {"alias database loop", Reason::kLoop},
    {"too many hops", Reason::kLoop},
    {"excessive recursion", Reason::kLoop},
    {"in the queue too long", Reason::kExpired},
    {"hopcount exceeded", Reason::kLoop},
    {"hop count exceeded", Reason::kLoop},
    {"routing loop", Reason::kLoop},
    {"mail loop", Reason::kLoop},
    {"possible loop", Reason::kLoop},
    {"tls is required", Reason::kTls},
    {"cannot start tls", Reason::kTls},
    {"server certificate not", Reason::kTls},
    {"sender requested requiretls", Reason::kTls},
    {"requiretls", Reason::kTls},
    {"session encryption is required", Reason::kTls},
    {"must issue a starttls", Reason::kTls},
    {"client tls configuration problem", Reason::kTls},
    {"smtputf8 is required", Reason::kProtocol},
    {"message requires smtputf8", Reason::kProtocol},
    {"sasl authentication failed", Reason::kAuth},
    {"virus_scan failed", Reason::kLocalError},  // amavis: its scanner is away
    {"all virus scanners failed", Reason::kLocalError},
    {"av-scanner failed", Reason::kLocalError},
    {"command line usage error", Reason::kLocalError},  // exit statuses of sysexits.h
    {"data format error", Reason::kContent},
    {"timeout quota exceeded", Reason::kLocalError},         // maildrop's limit of time
    {"quota exceeded while writing", Reason::kMailboxFull},  // procmail
    {"timeout while waiting for lock", Reason::kLocalError},
    {"mailbox locked for too long", Reason::kLocalError},
    {"mailbox locked, try", Reason::kLocalError},
    {"no locks available", Reason::kLocalError},
    {"sasl [cached] authentication failed", Reason::kAuth},
    {"cannot sasl authenticate", Reason::kAuth},
    {"malformed sasl challenge", Reason::kAuth},
    {"message size exceeds", Reason::kMessageTooBig},
    {"exceeds size limit", Reason::kMessageTooBig},
    {"insufficient system storage", Reason::kStorage},
    {"no space left on device", Reason::kStorage},
    {"disk quota exceeded", Reason::kMailboxFull},
    {"disc quota exceeded", Reason::kMailboxFull},  // BSD's and Solaris's spelling
    {"retry timeout exceeded", Reason::kExpired},
    {"multi-recipient bounce", Reason::kProtocol},
    {"improper use of smtp command pipelining", Reason::kProtocol},
    {"bare <lf>", Reason::kProtocol},
    {"policy restrictions; try later", Reason::kGreylist},  // postgrey's other text
    {"service is unavailable (try later)", Reason::kGreylist},
    // The example of Postfix's policy server.
    {"recipient address rejected: service temporarily unavailable", Reason::kGreylist},
    {"recipient address rejected: temporarily unavailable", Reason::kRecipientRejected},
    {"recipient address rejected: unverified address: address verification in",
     Reason::kRecipientRejected},
    {"service currently unavailable", Reason::kGreylist},  // postscreen, after its deep tests
    {"service unavailable - try again later", Reason::kLocalError},  // the milter is away
    {"temporary lookup failure", Reason::kLocalError},
    {"table lookup failure", Reason::kLocalError},
    {"temporary lookup error", Reason::kLocalError},
    {"user lookup error", Reason::kLocalError},
    {"server local data error", Reason::kLocalError},
    {"server configuration problem", Reason::kLocalError},
    {"server configuration error", Reason::kLocalError},
    {"cannot find your hostname", Reason::kReverseDns},
    {"cannot find your reverse hostname", Reason::kReverseDns},
    {"relay access denied", Reason::kRelayDenied},
    {"sender address rejected: not logged in", Reason::kAuth},
    {"sender address rejected: undeliverable address", Reason::kSenderRejected},
    {"domain of sender address", Reason::kSenderRejected},
    {"domain may not exist or dns check failed", Reason::kSenderRejected},  // QQ, of the sender's
    {"not owned by user", Reason::kSenderRejected},
    {"duplicate header", Reason::kContent},
    {"helo command rejected", Reason::kHeloRejected},
    // Gmail.
    {"spf authentication didn't pass", Reason::kSenderAuth},
    {"dkim authentication didn't pass", Reason::kSenderAuth},
    {"wasn't sent over a tls", Reason::kTls},
    {"not authorized to relay", Reason::kRelayDenied},
    {"rate that prevents additional messages", Reason::kRateLimit},
    {"receiving mail too quickly", Reason::kRateLimit},
    {"unusual rate of", Reason::kRateLimit},
    {"rate limited due to ip", Reason::kRateLimit},
    {"low reputation", Reason::kReputation},
    {"likely unsolicited mail", Reason::kSpam},
    {"likely suspicious", Reason::kReputation},
    {"tried to reach does not exist", Reason::kUserUnknown},
    {"tried to reach is disabled", Reason::kUserDisabled},
    {"tried to reach is over quota", Reason::kMailboxFull},
    {"tried to reach is inactive", Reason::kUserDisabled},
    {"out of storage space", Reason::kMailboxFull},
    {"over the limit for the number of recipients", Reason::kRateLimit},
    {"sending limit exceeded", Reason::kRateLimit},
    {"sending quota exceeded", Reason::kRateLimit},
    {"is unauthenticated", Reason::kSenderAuth},
    {"does not have authentication information", Reason::kSenderAuth},
    {"does not pass authentication", Reason::kSenderAuth},
    {"not authorized to send email directly", Reason::kBlocklist},
    {"guidelines regarding ptr", Reason::kReverseDns},
    {"potential security issue", Reason::kVirus},
    {"duplicate message-id", Reason::kContent},
    {"multiple addresses in from", Reason::kContent},
    {"missing a valid address in from", Reason::kContent},
    {"policy that prohibited the mail", Reason::kContent},
    // Outlook and Exchange.
    {"traffic not accepted from this ip", Reason::kReputation},
    {"recipient addresses rejected", Reason::kUserUnknown},
    {"notauthorizedtogroup", Reason::kSenderRejected},
    {"tlsa-invalid", Reason::kTls},
    {"wrong office 365 region", Reason::kRemoteError},
    {"access denied. as(", Reason::kUserUnknown},
    {"5.4.1 recipient address rejected: access denied", Reason::kUserUnknown},
    {"sendasdenied", Reason::kSenderRejected},
    {"outboundspamexception", Reason::kSpam},
    {"temporary server error. please try again later", Reason::kRemoteError},
    {"recipient address rejected: access denied [", Reason::kUserUnknown},
    {"not found by smtp address lookup", Reason::kUserUnknown},
    {"recipnotfound", Reason::kUserUnknown},
    {"recipientnotfound", Reason::kUserUnknown},
    {"on our block list", Reason::kBlocklist},
    {"banned sending ip", Reason::kBlocklist},
    {"banned sender", Reason::kBlocklist},
    {"required authentication level", Reason::kSenderAuth},
    {"does not pass dmarc", Reason::kSenderAuth},
    {"due to ip reputation", Reason::kReputation},
    {"quotaexceeded", Reason::kMailboxFull},
    {"server busy", Reason::kRateLimit},
    {"recipient thread limit exceeded", Reason::kRateLimit},
    {"concurrent connections limit", Reason::kRateLimit},
    {"submission quota exceeded", Reason::kRateLimit},
    {"message submission rate", Reason::kRateLimit},
    {"recipient rate limit", Reason::kRateLimit},
    {"direct send not allowed", Reason::kAuth},
    {"sendsizelimit", Reason::kMessageTooBig},
    {"recipsizelimit", Reason::kMessageTooBig},
    {"access denied, bad inbound connector", Reason::kRelayDenied},
    // Yahoo, AOL, and Yahoo Japan.
    {"rtr:rd", Reason::kReverseDns},
    {"rtr:", Reason::kBlocklist},
    {"dyn:t", Reason::kRateLimit},
    {"not in whitelist", Reason::kBlocklist},
    {"dmarc failure", Reason::kSenderAuth},
    {"this user doesn't have a", Reason::kUserUnknown},
    {"max message per connection", Reason::kRateLimit},
    {"user complaints", Reason::kReputation},
    {"permanently deferred", Reason::kReputation},
    {"temporarily deferred due to unexpected volume", Reason::kRateLimit},
    {"doesn't have a yahoo", Reason::kUserUnknown},
    {"not accepted for policy reasons", Reason::kContent},
    {"resources temporarily unavailable", Reason::kRateLimit},
    // GMX, web.de, T-Online; mail.ru, QQ; Comcast.
    {"bad dns ptr", Reason::kReverseDns},
    {"reject due to policy restrictions", Reason::kReputation},
    {"ask your postmaster for help", Reason::kReputation},
    {"unavailable: account is disabled", Reason::kUserDisabled},
    {"bounce attacks", Reason::kReputation},
    {"frequency limited", Reason::kRateLimit},
    {"must have a ptr record", Reason::kReverseDns},
    // iCloud.
    {"rejected due to local policy", Reason::kContent},
    {"user is over quota", Reason::kMailboxFull},
    // Mimecast and Proofpoint.
    {"local ct ip reputation", Reason::kReputation},
    {"blocked senders", Reason::kSenderRejected},
    {"anti-spoofing", Reason::kSenderAuth},
    {"envelope blocked", Reason::kSenderRejected},
    {"rejected due to security policies", Reason::kContent},
    {"content restrictions", Reason::kContent},
    {"ipcheck.proofpoint.com", Reason::kBlocklist},
    {"proofpoint.com/dnsbl", Reason::kBlocklist},
    {"content policy", Reason::kContent},
    // cPanel and other limits, docomo.
    {"too much mail data", Reason::kMailboxFull},
    {"too many messages on the server", Reason::kMailboxFull},
    {"too many invalid", Reason::kRateLimit},
    {"max emails per hour", Reason::kRateLimit},
    {"max defers and failures per hour", Reason::kRateLimit},
    // Greylisting daemons.
    {"greylist", Reason::kGreylist},
    {"graylist", Reason::kGreylist},
    {"grey listed", Reason::kGreylist},
    {"grey-listed", Reason::kGreylist},
    {"grey listing", Reason::kGreylist},
    {"postgrey", Reason::kGreylist},
    // Block lists.
    {"blocked using", Reason::kBlocklist},
    {"spamhaus", Reason::kBlocklist},
    {"barracudacentral", Reason::kBlocklist},
    {"spamcop", Reason::kBlocklist},
    {"sorbs", Reason::kBlocklist},
    {"uceprotect", Reason::kBlocklist},
    {"cloudmark", Reason::kReputation},
    {"senderbase", Reason::kReputation},
    {"talosintelligence", Reason::kReputation},
    {"senderscore", Reason::kReputation},
    {"poor reputation", Reason::kReputation},
    {"bad reputation", Reason::kReputation},
});

}  // namespace maillog::internal
