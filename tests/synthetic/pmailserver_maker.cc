#include <array>
#include <cstdio>
#include <optional>

#include "tests/synthetic/corpus_maker.h"

namespace maillog::test {
namespace {

/// Japanese of the manual (the wording of stops and errors is invented), by its bytes.
struct Japanese {
  std::string_view utf8;
  std::string_view cp932;
};
constexpr Japanese kStarted{" サービスを開始しました。",
                            " \x83\x54\x81\x5b\x83\x72\x83\x58\x82\xf0\x8a\x4a\x8e\x6e\x82\xb5\x82"
                            "\xdc\x82\xb5\x82\xbd\x81\x42"};
constexpr Japanese kStopped{" サービスを停止しました。",
                            " \x83\x54\x81\x5b\x83\x72\x83\x58\x82\xf0\x92\xe2\x8e\x7e\x82\xb5\x82"
                            "\xdc\x82\xb5\x82\xbd\x81\x42"};
constexpr Japanese kUnconditional{
    "無条件接続許可ホスト(IP)",
    "\x96\xb3\x8f\xf0\x8c\x8f\x90\xda\x91\xb1\x8b\x96\x89\xc2\x83\x7a\x83\x58\x83\x67(IP)"};
constexpr Japanese kRelay{"中継許可IPされたアドレス",
                          "\x92\x86\x8c\x70\x8b\x96\x89\xc2IP\x82\xb3\x82\xea\x82\xbd\x83\x41\x83"
                          "\x68\x83\x8c\x83\x58"};
constexpr Japanese kTrouble{"ソケットエラー",
                            "\x83\x5c\x83\x50\x83\x62\x83\x67\x83\x47\x83\x89\x81\x5b"};
constexpr Japanese kTimedOut{"タイムアウト", "\x83\x5e\x83\x43\x83\x80\x83\x41\x83\x45\x83\x67"};

struct Reject {
  std::string_view reply;
  std::string_view code;
  std::string_view stage;
  std::string_view reason;
};
constexpr Reject kRejects[] = {
    {"550 5.1.1 <nobody@example.jp>... User unknown", "550", "other", "user_unknown"},
    {"450 4.2.2 <full@example.jp> Mailbox full", "450", "other", "mailbox_full"},
    {"535 5.7.8 Authentication failed", "535", "auth", "auth"},
    {"500 5.5.1 Command unrecognized", "500", "other", "protocol"},
};

struct Result {
  std::string_view text;
  std::string_view reason;
};
/// By code, 0 to -17.
constexpr std::array<Result, 18> kResults{{{"delivered", ""},
                                           {"connection_refused", "connection_refused"},
                                           {"helo_rejected", "helo_rejected"},
                                           {"sender_rejected", "sender_rejected"},
                                           {"recipient_rejected", "recipient_rejected"},
                                           {"data_rejected", "content"},
                                           {"message_rejected", "content"},
                                           {"recipient_deferred", "expired"},
                                           {"connection_lost", "connection_lost"},
                                           {"sender_deferred", "expired"},
                                           {"dns_error", "dns_error"},
                                           {"auth_failed", "auth"},
                                           {"connection_timeout", "connection_timeout"},
                                           {"host_not_found", "host_not_found"},
                                           {"internal_error", "local_error"},
                                           {"internal_error", "local_error"},
                                           {"data_timeout", "connection_timeout"},
                                           {"filter", "content"}}};

/// Writes the log of one service.
class ServiceWriter {
 public:
  ServiceWriter(const PMailServerShape& shape, std::string_view service, Dice& dice)
      : shape_(shape), service_(service), dice_(dice) {}

  /// A session's lines; the thread's number may be used again by a later one.
  void BeginSession() {
    thread_ = dice_.Below(4);
    job_ = dice_.Below(100'000);
    lines_.clear();
  }
  [[nodiscard]] std::vector<SyntheticLine> TakeSession() { return std::move(lines_); }

  /// A line that is logged from this level on.
  void Say(int from_level, std::string_view text) { Say(from_level, text, {}, {}); }
  void Say(int from_level, std::string_view text, std::string_view row, Labels labels) {
    if (shape_.level < from_level) return;
    SyntheticLine line{Head() + std::string(text), {}};
    Count(line, row, std::move(labels));
    lines_.push_back(std::move(line));
  }
  void Say(int from_level, const Japanese& text, std::string_view row, Labels labels) {
    Say(from_level, In(text), row, std::move(labels));
  }
  void SayReject(const Reject& reject) {
    if (shape_.level < 3) return;
    SyntheticLine line{Head() + std::string(reject.reply), {}};
    Count(line, "maillog_smtp_replies_total", {{"class", std::string(reject.code.substr(0, 1))}});
    Count(line, "maillog_smtp_rejects_total",
          {{"stage", std::string(reject.stage)},
           {"code", std::string(reject.code)},
           {"reason", std::string(reject.reason)}});
    lines_.push_back(std::move(line));
  }
  /// A line of no session.
  [[nodiscard]] SyntheticLine ServiceLine(const Japanese& text, std::string_view daemon,
                                          std::string_view event) {
    SyntheticLine line{
        Stamp() + std::string(service_) + std::string(In(text)) +
            (event == "start" ? "(Debug Level" + std::to_string(shape_.level) + ")" : ""),
        {}};
    Count(line, "maillog_service_events_total",
          {{"daemon", std::string(daemon)}, {"event", std::string(event)}});
    return line;
  }

 private:
  [[nodiscard]] std::string_view In(const Japanese& text) const {
    return shape_.encoding == JapaneseAs::kUtf8 ? text.utf8 : text.cp932;
  }
  [[nodiscard]] std::string Stamp() {
    char stamp[64];
    std::snprintf(stamp, sizeof stamp, "[%s] 2012/03/%02u %02u:%02u:%02u ", service_.data(),
                  static_cast<unsigned>(1 + dice_.Below(28)),
                  static_cast<unsigned>(dice_.Below(24)), static_cast<unsigned>(dice_.Below(60)),
                  static_cast<unsigned>(dice_.Below(60)));
    return stamp;
  }
  [[nodiscard]] std::string Head() {
    char thread[32] = "";
    if (shape_.form == ThreadForm::kThread) {
      std::snprintf(thread, sizeof thread, "[%03zu] ", thread_);
    } else if (shape_.form == ThreadForm::kJob) {
      std::snprintf(thread, sizeof thread, "[%03zu-%05zu] ", thread_, job_);
    }
    return Stamp() + thread;
  }
  static void Count(SyntheticLine& line, std::string_view row, Labels labels) {
    if (row.empty()) return;
    labels["server"] = "pmailserver";
    line.counts.emplace_back(SeriesName(row, labels), 1);
  }

  const PMailServerShape& shape_;
  std::string_view service_;
  Dice& dice_;
  std::size_t thread_ = 0;
  std::size_t job_ = 0;
  std::vector<SyntheticLine> lines_;
};

void Command(ServiceWriter& log, std::string_view text, std::string_view verb) {
  log.Say(2, text, "maillog_smtp_commands_total", {{"command", std::string(verb)}});
}
void Reply(ServiceWriter& log, std::string_view text) {
  log.Say(3, text, "maillog_smtp_replies_total", {{"class", std::string(text.substr(0, 1))}});
}

std::vector<SyntheticLine> SmtpSession(ServiceWriter& log, Dice& dice) {
  log.BeginSession();
  log.Say(2, "Connect from client.example.net(203.0.113.5)", "maillog_smtp_connections_total", {});
  if (dice.OneIn(2)) {
    log.Say(2, kUnconditional, "maillog_access_decisions_total", {{"decision", "unconditional"}});
  }
  if (dice.OneIn(3)) {
    log.Say(2, kRelay, "maillog_access_decisions_total", {{"decision", "relay_permitted"}});
  }
  Reply(log,
        "220 mail.example.jp ESMTP PMailServer 2.21; Date: Sun,04 Mar 2012 10:00:00 +0900(JST)");
  if (dice.OneIn(3)) {
    Command(log, "HELO client", "helo");
  } else {
    Command(log, "EHLO [SMTP] 2012/03/04 10:00:00 [000] Connect from x(1.2.3.4)", "ehlo");
    log.Say(3, "250-mail.example.jp Hello");
    log.Say(3, "250-SIZE 10485760");
  }
  Reply(log, "250 mail.example.jp Hello client, pleased to meet you.");
  for (std::size_t mails = dice.Below(3); mails > 0; --mails) {
    Command(log, "MAIL FROM:<a@example.net>", "mail");
    Reply(log, "250 2.1.0 <a@example.net>... Sender ok");
    for (std::size_t recipients = 1 + dice.Below(3); recipients > 0; --recipients) {
      Command(log, "RCPT TO:<****>", "rcpt");
      if (dice.OneIn(4)) {
        log.SayReject(dice.Pick(kRejects));
      } else {
        Reply(log, "250 2.1.5 <b@example.jp>... Recipient ok");
      }
    }
    Command(log, "data", "data");
    Reply(log, "354 Enter mail, end with \".\" on a line by itself");
    Reply(log, "250 2.0.0 Message accepted");
  }
  if (dice.OneIn(6)) {
    log.Say(0, kTrouble, "maillog_log_problems_total", {{"daemon", "smtp"}, {"level", "error"}});
  }
  Command(log, "QUIT", "quit");
  Reply(log, "221 2.0.0 mail.example.jp closing connection");
  log.Say(2, "Disconnect from client.example.net(203.0.113.5)", "maillog_smtp_disconnections_total",
          {});
  return log.TakeSession();
}

std::vector<SyntheticLine> Pop3Session(ServiceWriter& log, Dice& dice) {
  log.BeginSession();
  const auto command = [&log](std::string_view text, std::string_view verb) {
    log.Say(2, text, "maillog_pop3_commands_total", {{"command", std::string(verb)}});
    log.Say(3, verb == "pass" ? "-ERR" : "+OK");
  };
  log.Say(2, "Connect from client.example.net(203.0.113.5)");
  log.Say(3, "+OK PMailServer POP3 ready <1.2@mail.example.jp>");
  command("USER a", "user");
  command("PASS ****", "pass");
  command("STAT", "stat");
  for (std::size_t mails = dice.Below(4); mails > 0; --mails) {
    command("RETR 1", "retr");
    if (dice.OneIn(2)) command("DELE 1", "dele");
  }
  command("QUIT", "quit");
  log.Say(2, "Disconnect from client.example.net(203.0.113.5)");
  return log.TakeSession();
}

std::vector<SyntheticLine> Imap4Session(ServiceWriter& log, Dice& dice) {
  log.BeginSession();
  const auto command = [&log](std::string_view text, std::string_view verb) {
    log.Say(2, text, "maillog_imap_commands_total", {{"command", std::string(verb)}});
    log.Say(3, "a1 OK completed");
  };
  log.Say(2, "Connect from client.example.net(203.0.113.5)");
  log.Say(3, "* OK PMailServer IMAP4 ready");
  command("a1 LOGIN a ****", "login");
  command("a2 SELECT INBOX", "select");
  log.Say(3, "* 3 EXISTS");
  for (std::size_t mails = dice.Below(4); mails > 0; --mails) command("a3 UID FETCH 1:*", "uid");
  if (dice.OneIn(3)) {
    log.Say(0, kTimedOut, "maillog_log_problems_total",
            {{"daemon", "imap4"}, {"level", "warning"}});
  }
  command("a4 LOGOUT", "logout");
  log.Say(2, "Disconnect from client.example.net(203.0.113.5)");
  return log.TakeSession();
}

/// What the MTA says to other servers does not belong to the SMTP service.
std::vector<SyntheticLine> MtaSession(ServiceWriter& log, Dice& dice) {
  log.BeginSession();
  log.Say(3, "220 mx.example.net ESMTP");
  log.Say(2, "EHLO mail.example.jp");
  log.Say(2, "MAIL FROM:<a@example.jp>");
  if (dice.OneIn(2)) log.Say(3, "550 5.1.1 User unknown");
  log.Say(2, "QUIT");
  return log.TakeSession();
}

SyntheticLine ReportLine(char separator, Dice& dice) {
  const std::size_t minus = dice.OneIn(2) ? 0 : dice.Below(kResults.size());
  const std::string code = (minus > 0 ? "-" : "") + std::to_string(minus);
  const std::string quote = separator == ',' ? "\"" : "";
  const std::string between = quote + separator + quote;
  const std::string sender = dice.OneIn(5) ? "<>" : "a@example.jp";
  SyntheticLine line{quote + "2012/03/04 10:00:00" + between + sender + between + "b@example.net" +
                         between + code + quote,
                     {}};
  const std::string status = minus == 0 ? "sent" : "bounced";
  const Result& result = kResults[minus];
  const auto count = [&line](std::string_view row, Labels labels) {
    labels["server"] = "pmailserver";
    line.counts.emplace_back(SeriesName(row, labels), 1);
  };
  count("maillog_mta_reports_total", {{"code", code}, {"result", std::string(result.text)}});
  count("maillog_deliveries_total",
        {{"agent", "smtp"}, {"next_hop", "remote"}, {"status", status}});
  count("maillog_delivery_dsn_total", {{"agent", "smtp"}, {"status", status}});
  count("maillog_delivery_receivers_total", {{"status", status}, {"receiver", "other"}});
  if (minus > 0) {
    count("maillog_delivery_reasons_total", {{"agent", "smtp"},
                                             {"next_hop", "remote"},
                                             {"status", status},
                                             {"reason", std::string(result.reason)}});
  }
  return line;
}

using SessionMaker = std::vector<SyntheticLine> (*)(ServiceWriter&, Dice&);

struct Service {
  std::string_view name;
  std::string_view daemon;
  SessionMaker session;
};
constexpr Service kServices[] = {{"SMTP", "smtp", &SmtpSession},
                                 {"POP3", "pop3", &Pop3Session},
                                 {"IMAP4", "imap4", &Imap4Session},
                                 {"MTA", "mta", &MtaSession}};

}  // namespace

SyntheticCorpus MakePMailServerCorpus(const PMailServerShape& shape, std::uint32_t seed) {
  Dice dice(seed);
  SyntheticCorpus corpus;
  for (const Service& service : kServices) {
    const std::string file = std::string(service.name) + ".log";
    ServiceWriter log(shape, service.name, dice);
    corpus.Add(file, {log.ServiceLine(kStarted, service.daemon, "start")}, shape.line_end);
    std::vector<std::vector<SyntheticLine>> sessions;
    for (int i = 0; i < 60; ++i) sessions.push_back(service.session(log, dice));
    corpus.Add(file, Interleaved(std::move(sessions), dice), shape.line_end);
    corpus.Add(file, {log.ServiceLine(kStopped, service.daemon, "stop")}, shape.line_end);
  }
  for (int i = 0; i < 200; ++i) {
    corpus.Add("report.log", {ReportLine(shape.report_separator, dice)}, shape.line_end);
  }
  return corpus;
}

}  // namespace maillog::test
