#include "parser/reason.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/parser/reason_samples.h"

namespace maillog {
namespace {

using enum Reason;

TEST(ReasonOf, PostfixDeliveries) {
  CheckReasons({
      {"connect to mx.example[192.0.2.1]:25: Connection refused", kConnectionRefused},
      {"connect to mx.example[192.0.2.1]:25: Connection timed out", kConnectionTimeout},
      {"connect to mx.example[192.0.2.1]:25: No route to host", kNetwork},
      {"connect to mx.example[192.0.2.1]:25: Network is unreachable", kNetwork},
      {"connect to mx.example[192.0.2.1]:25: Connection reset by peer", kConnectionLost},
      {"connect to mx.example[192.0.2.1]: server dropped connection without sending the initial "
       "SMTP greeting",
       kConnectionLost},
      {"connect to mx.example[192.0.2.1]: read timeout", kConnectionTimeout},
      {"connect to mx.example[192.0.2.1]: server refused mail service", kConnectionRefused},
      {"connect to b.example[private/dovecot-lmtp]: No such file or directory", kLocalError},
      {"lost connection with mx.example[192.0.2.1] while sending RCPT TO", kConnectionLost},
      {"lost connection with mx.example[192.0.2.1] while performing the EHLO handshake",
       kConnectionLost},
      {"conversation with mx.example[192.0.2.1] timed out while sending message body",
       kConnectionTimeout},
      {"Host or domain name not found. Name service error for name=b.example type=MX: Host not "
       "found",
       kHostNotFound},
      {"Host or domain name not found. Name service error for name=b.example type=A: Host not "
       "found, try again",
       kDnsError},
      {"Host or domain name not found. Name service error for name=b.example type=AAAA: Host found "
       "but no data record of requested type",
       kHostNotFound},
      {"Name service error for name=b.example type=MX: Malformed or unexpected name server reply",
       kDnsError},
      {"Domain b.example does not accept mail (nullMX)", kHostNotFound},
      {"unable to find primary relay for b.example", kHostNotFound},
      {"unable to look up host b.example: Temporary failure in name resolution", kDnsError},
      {"mail for b.example loops back to myself", kLoop},
      {"mail forwarding loop for a@b.example", kLoop},
      {"TLS is required, but was not offered by host mx.example[192.0.2.1]", kTls},
      {"TLS is required, but host mx.example[192.0.2.1] refused to start TLS: 454 no", kTls},
      {"Cannot start TLS: handshake failure", kTls},
      {"Server certificate not verified", kTls},
      {"Server certificate not trusted", kTls},
      {"Sender requested REQUIRETLS, but TLS service was not offered by host mx.example", kTls},
      {"SASL authentication failed; server mx.example[192.0.2.1] said: 535 5.7.8 Error: "
       "authentication failed: bad",
       kAuth},
      {"SASL authentication failed: server mx.example offered no compatible authentication "
       "mechanisms for this type of connection security",
       kAuth},
      {"message size 1234567 exceeds size limit 1000000 of server mx.example[192.0.2.1]",
       kMessageTooBig},
      {"SMTPUTF8 is required, but was not offered by host mx.example[192.0.2.1]", kProtocol},
      {"delivery temporarily suspended: connect to mx.example[192.0.2.1]:25: Connection refused",
       kConnectionRefused},
      {"delivery temporarily suspended: lost connection with mx.example[192.0.2.1] while receiving "
       "the initial server greeting",
       kConnectionLost},
      {"mail transport unavailable", kLocalError},
      {"unknown mail transport error", kLocalError},
      {"Command died with status 1: \"/usr/bin/procmail\"", kLocalError},
      {"Command time limit exceeded: \"/usr/bin/procmail\"", kLocalError},
      {"temporary failure. Command output: x", kLocalError},
      {"unknown user: \"bob\"", kUserUnknown},
      {"User unknown in local recipient table", kUserUnknown},
      {"maildir delivery failed: error writing message: Disk quota exceeded", kMailboxFull},
      {"maildir delivery failed: create maildir file /x: Permission denied", kLocalError},
      {"cannot update mailbox /var/mail/bob for user bob. error writing message: File too large",
       kMessageTooBig},
      {"cannot update mailbox /var/mail/bob for user bob. unable to lock for exclusive access: "
       "Resource temporarily unavailable",
       kLocalError},
      {"error writing message: No space left on device", kStorage},
      {"mail system configuration error", kLocalError},
      {"alias database unavailable", kLocalError},
      {"bad recipient address syntax: x", kRecipientRejected},
      {"local data error while talking to mx.example[192.0.2.1]", kLocalError},
      {"remote protocol error in reply from mx.example[192.0.2.1] while sending RCPT TO",
       kProtocol},
  });
}

TEST(ReasonOf, PostfixRejects) {
  CheckReasons({
      {"User unknown in virtual mailbox table", kUserUnknown},
      {"User unknown in virtual alias table", kUserUnknown},
      {"Recipient address rejected: User unknown in relay recipient table", kUserUnknown},
      {"Relay access denied", kRelayDenied},
      {"Client host rejected: cannot find your hostname, [192.0.2.1]", kReverseDns},
      {"Client host rejected: cannot find your reverse hostname, [192.0.2.1]", kReverseDns},
      {"Client host rejected: Access denied", kBlocklist},
      {"Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; "
       "https://www.spamhaus.org/query/ip/192.0.2.1",
       kBlocklist},
      {"Service unavailable; client [192.0.2.1] blocked using b.barracudacentral.org", kBlocklist},
      {"Helo command rejected: need fully-qualified hostname", kHeloRejected},
      {"Helo command rejected: Host not found", kHeloRejected},
      {"Helo command rejected: Invalid name", kHeloRejected},
      {"Sender address rejected: Domain not found", kSenderRejected},
      {"Sender address rejected: Access denied", kSenderRejected},
      {"Sender address rejected: not owned by user bob", kSenderRejected},
      {"Sender address rejected: not logged in", kAuth},
      {"Sender address rejected: need fully-qualified address", kSenderRejected},
      {"Recipient address rejected: Access denied", kRecipientRejected},
      {"Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/b.html",
       kGreylist},
      {"Recipient address rejected: SPF fail - not authorized", kSenderAuth},
      {"Recipient address rejected: Server configuration problem", kLocalError},
      {"Recipient address rejected: Multi-recipient bounce", kProtocol},
      {"Recipient address rejected: undeliverable address: mail for b.example loops back to myself",
       kLoop},
      {"Temporary lookup failure", kLocalError},
      {"Insufficient system storage", kStorage},
      {"Message size exceeds fixed limit", kMessageTooBig},
      {"Session encryption is required", kTls},
      {"mx.example Error: bare <LF> received", kProtocol},
      {"Data command rejected: Improper use of SMTP command pipelining", kProtocol},
      {"Service currently unavailable", kGreylist},
      {"Protocol error", kProtocol},
      {"too many connections", kRateLimit},
      {"all server ports busy", kRateLimit},
      {"message content rejected", kContent},
      {"Command rejected", kContent},
      {"Service unavailable - try again later", kLocalError},
      {"Must issue a STARTTLS command first", kTls},
      {"Error: too many errors", kRateLimit},
  });
}

Reason OfCodes(std::string_view text, std::string_view dsn, std::string_view code) {
  return ReasonOf(text, DsnCode::Of(dsn), ReplyCode::Of(code));
}

TEST(ReasonOf, TextGoesBeforeEnhancedCodeBeforeReplyCode) {
  EXPECT_EQ(OfCodes("mailbox full", "5.1.1", "552"), kMailboxFull);
  EXPECT_EQ(OfCodes("sorry", "5.1.1", "552"), kUserUnknown);
  EXPECT_EQ(OfCodes("sorry", "", "552"), kMailboxFull);
  EXPECT_EQ(OfCodes("sorry", "5.0.0", "421"), kRemoteError);
  EXPECT_EQ(OfCodes("sorry", "other", "550"), kOther);
}

TEST(ReasonOf, OfABareCodeIsOther) {
  EXPECT_EQ(OfCodes("", "", "552"), kOther);
  EXPECT_EQ(OfCodes("550", "", "421"), kOther);
}

TEST(ReasonOf, ReadsEnhancedCodes) {
  const std::pair<std::string_view, Reason> kCodes[] = {
      {"5.1.1", kUserUnknown},   {"5.1.2", kHostNotFound},   {"5.1.8", kSenderRejected},
      {"5.1.10", kHostNotFound}, {"5.2.1", kUserDisabled},   {"4.2.2", kMailboxFull},
      {"5.2.3", kMessageTooBig}, {"4.3.0", kRemoteError},    {"4.3.1", kStorage},
      {"5.3.4", kMessageTooBig}, {"4.4.2", kConnectionLost}, {"4.4.3", kDnsError},
      {"5.4.6", kLoop},          {"4.4.7", kExpired},        {"5.5.1", kProtocol},
      {"5.6.0", kContent},       {"5.7.1", kContent},        {"4.7.1", kRemoteError},
      {"5.7.8", kAuth},          {"5.7.23", kSenderAuth},    {"5.7.25", kReverseDns},
      {"4.7.28", kRateLimit},    {"5.7.30", kTls},           {"5.0.0", kOther},
      {"5.7.0", kOther},         {"5.4.10", kOther},         {"2.0.0", kOther},
  };
  for (const auto& [dsn, reason] : kCodes)
    EXPECT_EQ(Text(OfCodes("", dsn, "")), Text(reason)) << dsn;
}

TEST(ReasonOf, IgnoresAddressesAndHostNames) {
  CheckReasons({
      {"host spam.virus.example[192.0.2.1] said: 550 <blacklist@spamhaus.example>: nothing",
       kOther},
      {"550 <spam@b.example>: User unknown", kUserUnknown},
      {"550 <\"x@y", kOther},
      {"550 nospamhere", kOther},
  });
}

TEST(ReasonOf, ReadsNoMoreThanTheLimit) {
  const std::string far = std::string(1000, '.') + " user unknown";
  EXPECT_EQ(ReasonOf(far, DsnCode{}, ReplyCode{}), kOther);
  const std::string bytes = "\xff\xfe\x80 \x00 <";
  EXPECT_EQ(ReasonOf(bytes, DsnCode{}, ReplyCode{}), kOther);
}

}  // namespace
}  // namespace maillog
