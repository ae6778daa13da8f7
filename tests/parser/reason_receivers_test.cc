// What receivers and filters answer: the reasons of their replies, and who the large ones are.
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "parser/reason.h"
#include "tests/parser/reason_samples.h"

namespace maillog {
namespace {

using enum Reason;

TEST(ReasonOf, GmailAndOutlook) {
  CheckReasons({
      {"host gmail-smtp-in.l.google.com[192.0.2.1] said: 550-5.1.1 The email account that you "
       "tried to reach does not exist. Please try 550-5.1.1 double-checking",
       kUserUnknown},
      {"host x[192.0.2.1] said: 552-5.2.2 The email account that you tried to reach is over quota",
       kMailboxFull},
      {"host x[192.0.2.1] said: 452-4.2.2 The recipient's inbox is out of storage space",
       kMailboxFull},
      {"host x[192.0.2.1] said: 550-5.2.1 The email account that you tried to reach is disabled",
       kUserDisabled},
      {"host x[192.0.2.1] said: 450-4.2.1 The user you are trying to contact is receiving mail too "
       "quickly",
       kRateLimit},
      {"host x[192.0.2.1] said: 450-4.2.1 The user you are trying to contact is receiving mail at "
       "a rate that prevents additional messages",
       kRateLimit},
      {"host x[192.0.2.1] said: 421-4.7.28 Our system has detected an unusual rate of unsolicited "
       "mail originating from your IP address",
       kRateLimit},
      {"host x[192.0.2.1] said: 550-5.7.1 Our system has detected that this message is likely "
       "unsolicited mail",
       kSpam},
      {"host x[192.0.2.1] said: 550-5.7.1 Our system has detected that this message is likely "
       "suspicious due to the very low reputation of the sending domain",
       kReputation},
      {"host x[192.0.2.1] said: 550-5.7.26 This mail is unauthenticated, which poses a security "
       "risk",
       kSenderAuth},
      {"host x[192.0.2.1] said: 550-5.7.26 Unauthenticated email from b.example is not accepted "
       "due to domain's DMARC policy",
       kSenderAuth},
      {"host x[192.0.2.1] said: 550-5.7.25 The IP address sending this message does not have a PTR "
       "record setup",
       kReverseDns},
      {"host x[192.0.2.1] said: 552-5.7.0 This message was blocked because its content presents a "
       "potential security issue",
       kVirus},
      {"host x[192.0.2.1] said: 552-5.3.4 Your message exceeded Google's message size limits",
       kMessageTooBig},
      {"host x[192.0.2.1] said: 451-4.3.0 Temporary System Problem.  Try again later",
       kRemoteError},
      {"host x[192.0.2.1] said: 550 5.5.0 Requested action not taken: mailbox unavailable",
       kUserUnknown},
      {"host x[192.0.2.1] said: 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
       kUserUnknown},
      {"host x[192.0.2.1] said: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by "
       "SMTP address lookup",
       kUserUnknown},
      {"host x[192.0.2.1] said: 550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. "
       "Please contact your Internet service provider since part of their network is on our block "
       "list (S3140)",
       kBlocklist},
      {"host x[192.0.2.1] said: 451 4.7.650 The mail server [192.0.2.9] has been temporarily rate "
       "limited due to IP reputation",
       kRateLimit},
      {"host x[192.0.2.1] said: 451 4.7.500 Server busy. Please try again later from [192.0.2.9]",
       kRateLimit},
      {"host x[192.0.2.1] said: 550 5.7.509 Access denied, sending domain b.example does not pass "
       "DMARC verification",
       kSenderAuth},
      {"host x[192.0.2.1] said: 550 5.7.515 Access denied, sending domain b.example doesn't meet "
       "the required authentication level",
       kSenderAuth},
      {"host x[192.0.2.1] said: 550 5.7.606 Access denied, banned sending IP [192.0.2.9]",
       kBlocklist},
      {"host x[192.0.2.1] said: 554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:"
       "QuotaExceededException",
       kMailboxFull},
      {"host x[192.0.2.1] said: 554 5.4.14 Hop count exceeded - possible mail loop", kLoop},
      {"host x[192.0.2.1] said: 550 5.7.64 TenantAttribution; Relay Access Denied", kRelayDenied},
      {"host x[192.0.2.1] said: 550 5.7.1 Message rejected as spam by Content Filtering.", kSpam},
      {"host x[192.0.2.1] said: 432 4.3.2 Concurrent connections limit exceeded", kRateLimit},
      {"host x[192.0.2.1] said: 421 4.3.2 Service not available, closing transmission channel",
       kRemoteError},
  });
}

TEST(ReasonOf, YahooAndIcloud) {
  CheckReasons({
      {"host x[192.0.2.1] said: 554 delivery error: dd This user doesn't have a yahoo.com account "
       "(a@yahoo.com)",
       kUserUnknown},
      {"host x[192.0.2.1] said: 554 delivery error: dd This user doesn't have a yahoo.co.jp "
       "account",
       kUserUnknown},
      {"host x[192.0.2.1] said: 554 delivery error: dd Sorry, your message cannot be delivered. "
       "This mailbox is disabled (554.30).",
       kUserDisabled},
      {"host x[192.0.2.1] refused to talk to me: 421 4.7.0 [TSS04] Messages from 192.0.2.9 "
       "temporarily deferred due to unexpected volume or user complaints",
       kReputation},
      {"host x[192.0.2.1] refused to talk to me: 553 5.7.1 [BL21] Connections will not be accepted "
       "from 192.0.2.9, because the ip is in Spamhaus's list",
       kBlocklist},
      {"host x[192.0.2.1] said: 554 5.7.9 Message not accepted for policy reasons.", kContent},
      {"host x[192.0.2.1] said: 451 Resources temporarily unavailable. Please try again later "
       "[#4.16.5].",
       kRateLimit},
      {"host x[192.0.2.1] said: 552 1 Requested mail action aborted, mailbox not found",
       kUserUnknown},
      {"host x[192.0.2.1] said: 550 5.1.1 <a@icloud.com>: user does not exist", kUserUnknown},
      {"host x[192.0.2.1] said: 552 5.2.2 <a@icloud.com>: user is over quota", kMailboxFull},
      {"host x[192.0.2.1] said: 550 5.7.1 [CS01] Message rejected due to local policy.", kContent},
      {"host x[192.0.2.1] refused to talk to me: 550 5.7.0 Blocked - see "
       "https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.9",
       kBlocklist},
      {"host x[192.0.2.1] said: 554 5.7.1 [HM08] Message rejected due to DMARC policy",
       kSenderAuth},
  });
}

TEST(ReasonOf, JapaneseProviders) {
  CheckReasons({
      {"host mfsmax.docomo.ne.jp[192.0.2.1] said: 550 Unknown user a@docomo.ne.jp", kUserUnknown},
      {"host x[192.0.2.1] said: 550 5.2.0 Mail rejected. Spam filter", kSpam},
      {"host lsean.ezweb.ne.jp[192.0.2.1] said: 550 <a@ezweb.ne.jp>: User unknown", kUserUnknown},
      {"host x[192.0.2.1] said: 550 Invalid recipient: <a@softbank.ne.jp>", kUserUnknown},
      {"host x[192.0.2.1] said: 552 Mailbox is full", kMailboxFull},
      {"host x[192.0.2.1] said: 450 4.2.2 <a@nifty.com>... Mailbox full", kMailboxFull},
      {"host x[192.0.2.1] said: 550 5.1.1 <a@biglobe.ne.jp>... User unknown", kUserUnknown},
      {"host x[192.0.2.1] refused to talk to me: 421 4.7.0 Too many connections from your host",
       kRateLimit},
      {"host x[192.0.2.1] said: 550 5.1.1 Recipient does not exist", kUserUnknown},
      {"host x[192.0.2.1] said: 550 5.7.1 Your mail was rejected by reason of your reverse DNS",
       kReverseDns},
      {"host x[192.0.2.1] said: 452 4.1.1 Too many recipients", kRateLimit},
      {"host x[192.0.2.1] said: 550 No such mailbox here", kUserUnknown},
      {"host x[192.0.2.1] said: 550 This account has been disabled or discontinued", kUserDisabled},
      {"host x[192.0.2.1] said: 421 Service not available, try again later", kRemoteError},
  });
}

TEST(ReasonOf, FiltersAndLists) {
  CheckReasons({
      {"554 Service unavailable; Client host [192.0.2.9] blocked using Barracuda Reputation",
       kBlocklist},
      {"550 5.7.1 Mail from 192.0.2.9 refused by blackhole site: listed at bl.spamcop.net",
       kBlocklist},
      {"550 Your IP is listed in the UCEPROTECT RBL", kBlocklist},
      {"554 Your access to this mail system has been rejected due to the sending MTA's poor "
       "reputation",
       kReputation},
      {"550 Rejected by header based manually Blocked Senders", kSenderRejected},
      {"550 Local CT IP Reputation - (reject)", kReputation},
      {"554 Email rejected due to security policies", kContent},
      {"550 5.7.1 Message rejected due to content restrictions", kContent},
      {"550 Header Based Anti-Spoofing policy", kSenderAuth},
      {"554 Virus Signature Detected", kVirus},
      {"552 5.7.0 infected by Eicar-Test-Signature", kVirus},
      {"451 Internal resources are temporarily unavailable", kRemoteError},
      {"451 4.7.1 Greylisting in action, please come back later", kGreylist},
      {"450 4.7.1 Please try again in 300 seconds", kGreylist},
      {"451 4.7.1 <x>: Graylisted", kGreylist},
      {"550 5.7.1 This message was classified as SPAM", kSpam},
      {"550 High probability of spam", kSpam},
      {"550 5.7.20 No passing DKIM signature found", kSenderAuth},
      {"550 SPF check failed", kSenderAuth},
      {"550 Blocked", kBlocklist},
  });
}

TEST(ReasonOf, DovecotAndOtherReceivers) {
  CheckReasons({
      {"host b[private/dovecot-lmtp] said: 550 5.1.1 <a@b.example> User doesn't exist: a@b.example",
       kUserUnknown},
      {"host b[private/dovecot-lmtp] said: 552 5.2.2 <a@b.example> Quota exceeded (mailbox for "
       "user "
       "is full)",
       kMailboxFull},
      {"host b[private/dovecot-lmtp] said: 451 4.2.0 <a@b.example> Internal error occurred. Refer "
       "to server log",
       kRemoteError},
      {"host b[private/dovecot-lmtp] said: 451 4.3.0 <a@b.example> Temporary internal error",
       kRemoteError},
      {"host b[private/dovecot-lmtp] said: 451 4.3.0 Temporary lookup failure", kRemoteError},
      {"host x[192.0.2.1] said: 550 relay not permitted", kRelayDenied},
      {"host x[192.0.2.1] said: 550 Unrouteable address", kUserUnknown},
      {"host x[192.0.2.1] said: 530 5.7.1 Authentication required", kAuth},
      {"host x[192.0.2.1] said: 550 Sender verify failed", kSenderRejected},
      {"host x[192.0.2.1] said: 452 4.3.1 Insufficient system storage", kStorage},
      {"host x[192.0.2.1] said: 554 5.4.6 Too many hops", kLoop},
      {"host x[192.0.2.1] said: 503 5.5.1 Bad sequence of commands", kProtocol},
      {"host x[192.0.2.1] said: 552 message too large", kMessageTooBig},
      {"host x[192.0.2.1] said: 550 5.1.8 Sender rejected", kSenderRejected},
      {"retry timeout exceeded", kExpired},
      {"delivery time expired", kExpired},
      {"nothing of these", kOther},
      {"", kOther},
  });
}

TEST(ReceiverOf, KnowsTheLargeReceivers) {
  const std::pair<std::string_view, Receiver> kHosts[] = {
      {"gmail-smtp-in.l.google.com", Receiver::kGoogle},
      {"ASPMX.L.GOOGLE.COM", Receiver::kGoogle},
      {"aspmx2.googlemail.com", Receiver::kGoogle},
      {"example-com.mail.protection.outlook.com", Receiver::kMicrosoft},
      {"hotmail-com.olc.protection.outlook.com.", Receiver::kMicrosoft},
      {"mta5.am0.yahoodns.net", Receiver::kYahoo},
      {"mx1.mail.yahoo.co.jp", Receiver::kYahooJapan},
      {"mx01.mail.icloud.com", Receiver::kIcloud},
      {"mfsmax.docomo.ne.jp", Receiver::kDocomo},
      {"lsean.ezweb.ne.jp", Receiver::kAu},
      {"mx.au.com", Receiver::kAu},
      {"mx.softbank.ne.jp", Receiver::kSoftbank},
      {"mx.rakuten.co.jp", Receiver::kRakuten},
      {"mx.nifty.com", Receiver::kNifty},
      {"mx.biglobe.ne.jp", Receiver::kBiglobe},
      {"mx.ocn.ad.jp", Receiver::kOcn},
      {"notgoogle.com", Receiver::kOther},
      {"google.com.example", Receiver::kOther},
      {"mail.example", Receiver::kOther},
      {"me.com", Receiver::kIcloud},
      {"ME.COM.", Receiver::kIcloud},
      {"a.au.com", Receiver::kAu},
      {"xau.com", Receiver::kOther},
      {"e.com", Receiver::kOther},
      {"m", Receiver::kOther},
      {"", Receiver::kOther},
      {".", Receiver::kOther},
  };
  for (const auto& [host, receiver] : kHosts)
    EXPECT_EQ(Text(ReceiverOf(host)), Text(receiver)) << host;
}

}  // namespace
}  // namespace maillog
