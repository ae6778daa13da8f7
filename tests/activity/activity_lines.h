// Lines that count: mails of senders, and failed logins.
#pragma once

#include <string>

namespace maillog::test {

/// Of a day in November.
inline std::string Stamp(int day, int minute_of_day) {
  const auto two = [](int number, char fill) {
    return (number < 10 ? std::string(1, fill) : std::string()) + std::to_string(number);
  };
  return "Nov " + two(day, ' ') + " " + two(minute_of_day / 60, '0') + ":" +
         two(minute_of_day % 60, '0') + ":00";
}

inline std::string Line(const std::string& stamp, const std::string& text) {
  return stamp + " mx postfix/" + text + "\n";
}

/// A mail of a sender: its beginning and its first attempt.
inline std::string MailBy(const std::string& stamp, const std::string& id, const std::string& from,
                          int recipients) {
  const std::string queued =
      "qmgr[2]: " + id + ": from=<a@example.com>, size=400, nrcpt=" + std::to_string(recipients) +
      " (queue active)";
  const bool is_local = from.starts_with("uid=");
  return Line(stamp, (is_local ? "pickup[1]: " : "submission/smtpd[1]: ") + id + ": " + from) +
         Line(stamp, queued);
}
inline std::string User(const std::string& name) {
  return "client=c.example[203.0.113.7], sasl_method=PLAIN, sasl_username=" + name;
}
inline std::string Id(int number) { return "5F1B2C" + std::to_string(100000 + number); }

inline std::string Failure(const std::string& stamp, const std::string& client,
                           const std::string& user) {
  return stamp +
         " mx dovecot: imap-login: Disconnected (auth failed, 2 attempts in 3 secs): user=<" +
         user + ">, method=PLAIN, rip=" + client + ", lip=192.0.2.1, session=<abcdefgh>\n";
}

}  // namespace maillog::test
