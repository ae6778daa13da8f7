// What the log machine of the crash model writes: lines that end mails, begin and end sessions,
// fail to log in, and put mails of ours into the queue.
#pragma once

#include <string>

#include "tests/support/following.h"

namespace maillog::test {

/// Different for each number; two minutes after the one before; with newline.
[[nodiscard]] inline std::string MachineLine(int number) {
  if (number % 2 == 0) return NumberedLine(number);
  std::string line = NumberedLine(number);
  line.resize(sizeof "Nov 21 10:00:00" - 1);
  const std::string client =
      "n" + std::to_string(number) + ".a-client-with-a-name-as-long-as-usual.example.com";
  const std::string address = "[192.0.2." + std::to_string(number / 12 % 7) + "]";
  switch (number / 2 % 7) {
    case 0:
      line += " mx postfix/smtpd[77]: connect from " + client + address;
      break;
    case 1:
      line += " mx postfix/smtpd[77]: disconnect from " + client + address +
              " ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5";
      break;
    case 2:
      line += " mx postfix/submission/smtpd[78]: warning: " + client + address +
              ": SASL PLAIN authentication failed: UGFzc3dvcmQ6, sasl_username=u" +
              std::to_string(number / 14 % 11) + "@example.com";
      break;
    case 3:
      line += " mx postfix/smtpd[78]: 4F2504E04F89: client=" + client + address +
              ", sasl_method=PLAIN, sasl_username=u" + std::to_string(number / 14 % 5);
      break;
    case 4:
      line += " mx postfix/qmgr[76]: 4F2504E04F89: from=<" + client +
              "@example.com>, size=900, nrcpt=" + std::to_string(1 + number / 14 % 9) +
              " (queue active)";
      break;
    case 5:
      line += " mx dovecot: imap-login: Login: user=<" + client +
              ">, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, mpid=79, session=<aSession>";
      break;
    default:
      line += " mx dovecot: imap(" + client +
              ")<79><aSession>: Disconnected: Logged out in=93 out=801 deleted=0 expunged=0 "
              "trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0";
      break;
  }
  return line + "\n";
}
/// The same without newline: as messages are noted.
[[nodiscard]] inline std::string MachineMessage(int number) {
  std::string line = MachineLine(number);
  line.pop_back();
  return line;
}

}  // namespace maillog::test
