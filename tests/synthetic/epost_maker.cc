#include <cstdio>

#include "tests/synthetic/corpus_maker.h"

namespace maillog::test {
namespace {

/// Rejections of the receiver's published table that follow RCPT TO.
struct Reject {
  std::string_view reply;
  std::string_view code;
  std::string_view stage;
  std::string_view reason;
};
constexpr Reject kRejects[] = {
    {"450 4.2.2 Sorry. e-mail address box is full.", "450", "rcpt", "mailbox_full"},
    {"450 4.7.1 Sorry. mail from a valid IP or Domain address.(SPF_GRAY)", "450", "mail",
     "sender_auth"},
    {"550 5.1.1 <nobody@example.jp> ... User unknown.", "550", "rcpt", "user_unknown"},
    {"550 5.1.1 Address exceeds a maximum.", "550", "rcpt", "rate_limit"},
    {"550 5.7.0 Please, mail after SMTP-authentication.", "550", "mail", "auth"},
    {"550 5.7.1 Sorry <b@example.net>, I don't allow unauthorized relaying.", "550", "rcpt",
     "relay_denied"},
    {"503 5.0.0 Need MAIL before RCPT", "503", "rcpt", "protocol"},
    {"552 5.7.1 Requested mail action aborted: caught by the filter setting.", "552", "end_of_data",
     "content"},
    {"554 5.4.6 too many Received: headers.", "554", "end_of_data", "loop"},
};

struct Failure {
  std::string_view text;
  std::string_view reason;
  std::string_view dsn;
};
constexpr Failure kFailures[] = {
    {" [550 User Unknown]", "user_unknown", ""},
    {" [550 5.1.1 <b@example.net> User unknown]", "user_unknown", "5.1.1"},
    {" [452 4.2.2 Mailbox full]", "mailbox_full", "4.2.2"},
    {" [Unable to deliver to destination domain]", "network", ""},
    {" [Unable to deliver to destination domain Cannot resolve example.net]", "host_not_found", ""},
    {" [451 Requested action aborted: error in processing. (code=54/ffffffff)]", "connection_lost",
     ""},
    {" [451 Requested action aborted: error in processing. (code=61/0)]", "connection_refused", ""},
    {"", "other", ""},
};

struct SocketError {
  std::string_view code;
  std::string_view reason;
};
constexpr SocketError kSocketErrors[] = {{"54", "connection_lost"},
                                         {"10060", "connection_timeout"},
                                         {"61", "connection_refused"},
                                         {"65", "network"}};

constexpr std::string_view kMethods[] = {"PLAIN", "LOGIN", "CRAM-MD5"};

class EPostWriter {
 public:
  EPostWriter(const EPostShape& shape, std::uint32_t seed) : shape_(shape), dice_(seed) {}

  [[nodiscard]] SyntheticCorpus Make() {
    for (int i = 0; i < 80; ++i) SmtpSession();
    for (int i = 0; i < 30; ++i) ImapSession();
    for (int i = 0; i < 30; ++i) Pop3Session();
    return std::move(corpus_);
  }

 private:
  using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

  void Write(const std::string& log, std::string text, Counts counts = {}) {
    corpus_.Add(log + "/mail/171130.log", {{std::move(text), std::move(counts)}}, shape_.line_end);
  }
  [[nodiscard]] static std::pair<std::string, std::uint64_t> One(std::string_view row,
                                                                 Labels labels = {}) {
    labels["server"] = "epost";
    return {SeriesName(row, labels), 1};
  }
  [[nodiscard]] std::string Stamp() {
    char stamp[32];
    std::snprintf(stamp, sizeof stamp, "[30/Nov/2017:08:%02u:%02u]",
                  static_cast<unsigned>(dice_.Below(60)), static_cast<unsigned>(dice_.Below(60)));
    return stamp;
  }
  [[nodiscard]] std::string Number() {
    char number[16];
    std::snprintf(number, sizeof number, "B%010u", ++number_);
    return number;
  }

  // ---- the receiver

  void Dialogue(std::string_view text, Counts counts = {}) {
    Write("receivelog", " " + Stamp() + ", " + context_ + ", " + std::string(text),
          std::move(counts));
  }
  void Internal(std::string_view text, Counts counts = {}) {
    const std::string none(context_.size(), '0');
    Write("receivelog", " " + Stamp() + ", " + none + ", " + std::string(text), std::move(counts));
  }
  void Command(std::string_view text, std::string_view verb) {
    Dialogue(text, {One("maillog_smtp_commands_total", {{"command", std::string(verb)}})});
  }
  void Reply(std::string_view text) {
    Dialogue(text,
             {One("maillog_smtp_replies_total", {{"class", std::string(text.substr(0, 1))}})});
  }
  void Refuse(const Reject& reject) {
    Dialogue(reject.reply,
             {One("maillog_smtp_replies_total", {{"class", std::string(reject.code.substr(0, 1))}}),
              One("maillog_smtp_rejects_total", {{"stage", std::string(reject.stage)},
                                                 {"code", std::string(reject.code)},
                                                 {"reason", std::string(reject.reason)}})});
  }

  void SmtpSession() {
    char context[16];
    std::snprintf(context, sizeof context, "%08X",
                  static_cast<unsigned>(0x145008 + dice_.Below(9)));
    context_ = std::string(shape_.context) + context;
    Write("acceptlog",
          Stamp() + ", (mx.example.jp), [203.0.113.9]:" + (dice_.OneIn(4) ? "465 SSL" : "25") +
              ", Client accept now.",
          {One("maillog_smtp_connections_total")});
    if (dice_.OneIn(8)) return ListedClient();
    Reply("220 mx.example.jp E-POST ESMTP Receiver .....");
    if (dice_.OneIn(10)) return Leave();  // before MAIL: there is no second line in acceptlog
    Command("ehlo client.example.net", "ehlo");
    Dialogue("250-mx.example.jp Hello");
    Reply("250 AUTH PLAIN LOGIN CRAM-MD5");
    LookUp();
    if (dice_.OneIn(3) && !Authenticate()) return Leave();
    for (std::size_t mails = 1 + dice_.Below(2); mails > 0; --mails) Mail();
    Command("QUIT", "quit");
    Reply("221 2.0.0 mx.example.jp closing connection.");
    Leave();
  }
  void Leave() {
    Dialogue("CloseClient Started.:SOCKET.C");
    Dialogue("closesocket():SOCKET.C");
  }
  void ListedClient() {
    Write("acceptlog",
          Stamp() +
              ", (mx.example.jp), cl.example.net[203.0.113.9], It was in the ORDB IP.,"
              "<B0000000000>,abort",
          {One("maillog_smtp_sessions_total", {{"result", "abort"}}),
           One("maillog_smtp_rejects_total", {{"stage", "connect"}, {"reason", "blocklist"}})});
  }
  void LookUp() {
    Internal("Query_FILTER_RBL(9.113.0.203.rbl.example)");
    const bool listed = dice_.OneIn(5);
    Internal(std::string("Query_FILTER_RBL(9.113.0.203.rbl.example 203.0.113.9,N)=") +
                 (listed ? "found list" : "not found list"),
             {One("maillog_dnsbl_lookups_total", {{"result", listed ? "listed" : "not_listed"}})});
  }
  bool Authenticate() {
    const std::string method(dice_.Pick(kMethods));
    const bool right = !dice_.OneIn(3);
    Command("AUTH " + method, "auth");
    if (right) {
      Reply("235 2.0.0 Authentication successful.");
    } else {
      Refuse({"535 5.7.0 Authentication failed.", "535", "auth", "auth"});
    }
    const std::string result = right ? "ok" : "abort";
    Write("acceptlog",
          Stamp() + ", (mx.example.jp), cl.example.net[203.0.113.9], AUTH-" + method +
              ":user@example.jp " + (right ? "[success]" : "[failed]") + ",<" + Number() + ">," +
              result,
          {One("maillog_smtp_sessions_total", {{"result", result}}),
           One("maillog_auth_attempts_total", {{"protocol", "smtp"},
                                               {"method", method},
                                               {"result", right ? "success" : "failure"}})});
    return right;
  }

  void Mail() {
    const std::string number = Number();
    const bool is_bounce = dice_.OneIn(6);
    const std::string sender = is_bounce ? "" : "a@example.net";
    Command("mail from: <" + sender + ">", "mail");
    Internal("Check MAIL FROM address = " + sender);
    Internal("user check status(1) = not found local group (0)");
    Reply("250 2.0.0 <" + sender + ">... Sender ok.");
    std::size_t accepted = 0;
    for (std::size_t recipients = 1 + dice_.Below(3); recipients > 0; --recipients) {
      Command("rcpt to: <b@example.jp>", "rcpt");
      Internal("Check RCPT TO address = b@example.jp");
      Internal("match!!");
      if (dice_.OneIn(4)) {
        Refuse(dice_.Pick(kRejects));
      } else {
        Reply("250 2.0.0 <b@example.jp>... Recipient ok.");
        ++accepted;
      }
    }
    const bool times_out = accepted > 0 && dice_.OneIn(8);
    const std::string result = accepted == 0 ? "abort" : times_out ? "connection timeout" : "ok";
    Write("acceptlog",
          Stamp() + ", (mx.example.jp), cl.example.net [203.0.113.9], " + sender + ",<" + number +
              ">," + result,
          {One("maillog_smtp_sessions_total", {{"result", times_out ? "timeout" : result}})});
    if (times_out) Dialogue("get_reply() SOCKET_ERROR OTHER CODE=0");
    if (accepted == 0 || times_out) return;
    Command("DATA", "data");
    Reply("354 2.0.0 Start mail input;id <" + number + "@mx.example.jp> end with <CRLF>.<CRLF>");
    Reply("250 2.0.0 Message received ok.");
    Receive(number, sender, accepted);
  }

  void Receive(const std::string& number, const std::string& sender, std::size_t recipients) {
    std::string line =
        "<" + number + "@mx.example.jp> " + Stamp() + " 203.0.113.9 client.example.net " + sender;
    for (std::size_t i = 0; i < recipients; ++i) line += " b@example.jp";
    Write("inlog", line,
          {One("maillog_smtp_messages_total", {{"origin", "client"}}),
           {SeriesName("maillog_smtp_recipients_total", {{"server", "epost"}}), recipients}});
    for (std::size_t i = 0; i < recipients; ++i) Deliver(number, sender);
  }

  // ---- the sender

  void Sender(const std::string& id, std::string_view text, Counts counts = {}) {
    Write("senderlog", "[08:20:44:193] [" + id + "] [example.net] " + std::string(text),
          std::move(counts));
  }
  [[nodiscard]] static Counts DeliveryCounts(const Labels& who, const std::string& status,
                                             const std::string& dsn) {
    Labels delivery = who;
    delivery["status"] = status;
    Labels by_dsn{{"agent", who.at("agent")}, {"status", status}};
    if (!dsn.empty()) {
      delivery["dsn_class"] = dsn.substr(0, 1);
      by_dsn["dsn"] = dsn;
    }
    return {One("maillog_deliveries_total", delivery), One("maillog_delivery_dsn_total", by_dsn)};
  }

  void Deliver(const std::string& number, const std::string& sender) {
    Sender(number, "GetTryServer:(ltime(12709270733)-otime(12709270733))/240=(0)");
    if (dice_.OneIn(3)) return DeliverHere(number, sender);
    Sender(number, "ConnectHost:mx.example.net");
    std::string id = number;
    for (std::size_t tries = dice_.Below(3); tries > 0; --tries) {
      const SocketError& error = dice_.Pick(kSocketErrors);
      Sender(id, "SendData (socket error code=" + std::string(error.code) + ")",
             {One("maillog_connection_failures_total",
                  {{"agent", "smtp"}, {"reason", std::string(error.reason)}})});
      Sender(id, "SetRetry():Try-number: 1 -> /var/spool/epms/1");
      Sender(id, "SetRetry:a->b", {One("maillog_delivery_retries_total")});
      id = number + "-R0001";
    }
    Sender(id, "220 mx.example.net ESMTP");
    Sender(id, "MAIL FROM:<a@example.net>");
    Sender(id, "250 ok");
    const Labels who{{"agent", "smtp"}, {"next_hop", "remote"}};
    if (dice_.OneIn(4)) return Fail(id, sender, who);
    Counts counts = DeliveryCounts(who, "sent", "");
    counts.push_back(
        One("maillog_delivery_receivers_total", {{"status", "sent"}, {"receiver", "google"}}));
    // No sender: an error mail of the server's own.
    if (sender.empty()) {
      counts.push_back(One("maillog_bounce_notices_total", {{"kind", "non_delivery"}}));
    }
    Write("outlog",
          id + "@mx.example.jp sent on " + Stamp() + " to 203.0.113.25 aspmx.l.google.com from " +
              (sender.empty() ? "-" : sender) + " to b@example.net",
          std::move(counts));
  }
  void DeliverHere(const std::string& number, const std::string& sender) {
    Counts counts = DeliveryCounts({{"agent", "local"}, {"next_hop", "local"}}, "sent", "");
    if (sender.empty()) {
      counts.push_back(One("maillog_bounce_notices_total", {{"kind", "non_delivery"}}));
    }
    const std::string target = dice_.OneIn(2) ? "192.0.2.1 mx.example.jp" : "";
    Write("outlocallog",
          number + "@mx.example.jp sent on " + Stamp() + " to " + target + " from " +
              (sender.empty() ? "-" : sender) + " to b@example.jp",
          std::move(counts));
  }
  void Fail(const std::string& id, const std::string& sender, const Labels& who) {
    const Failure& failure = dice_.Pick(kFailures);
    Counts counts = DeliveryCounts(who, "bounced", std::string(failure.dsn));
    counts.push_back(
        One("maillog_delivery_receivers_total", {{"status", "bounced"}, {"receiver", "other"}}));
    Labels why = who;
    why["status"] = "bounced";
    why["reason"] = failure.reason;
    counts.push_back(One("maillog_delivery_reasons_total", why));
    const bool to_postmaster = dice_.OneIn(4);
    if (to_postmaster || sender.empty()) {
      counts.push_back(One("maillog_bounce_notices_total",
                           {{"kind", to_postmaster ? "postmaster" : "non_delivery"}}));
    }
    Write("faillog",
          id + (to_postmaster ? "-EP001" : "") + "@mx.example.jp send fail on " + Stamp() +
              " from " + sender + " to b@example.net" + std::string(failure.text),
          std::move(counts));
  }

  // ---- mailboxes

  void Twin(const std::string& log, std::string_view text) {
    Write(log, Stamp() + ", 00145008, " + std::string(text));
  }
  void Imap(std::string_view text, std::string_view verb, Counts more = {}) {
    more.push_back(One("maillog_imap_commands_total", {{"command", std::string(verb)}}));
    Write("imap4log", Stamp() + " user from 192.0.2.1 " + std::string(text) + " ", std::move(more));
    Twin("receiveimap4", "550 " + std::string(text));
    Twin("receiveimap4", "550 OK " + std::string(text.substr(0, text.find(' '))) + " completed");
  }
  void ImapSession() {
    Twin("receiveimap4", "* OK mx.example.jp IMAP4 ready");
    const bool right = !dice_.OneIn(4);
    Write("imap4log",
          Stamp() + " - from 192.0.2.1 LOGIN user **** " + (right ? "Success" : "failed"),
          {One("maillog_imap_commands_total", {{"command", "login"}}),
           One("maillog_auth_attempts_total",
               {{"protocol", "imap"}, {"result", right ? "success" : "failure"}})});
    if (!right) return;
    Imap("SELECT INBOX", "select");
    for (std::size_t n = dice_.Below(5); n > 0; --n) Imap("UID FETCH 1:* (FLAGS)", "uid");
    if (dice_.OneIn(2)) Imap("SEARCH TEXT \"failed\"", "search");
    Imap("LOGOUT -", "logout");
  }
  void Pop3(std::string_view text, std::string_view verb, std::string_view status = "",
            Counts more = {}) {
    more.push_back(One("maillog_pop3_commands_total", {{"command", std::string(verb)}}));
    const std::string head = "user from 192.0.2.1 " + std::string(text);
    const std::string tail = status.empty() ? "" : " " + std::string(status);
    const bool stamp_first = dice_.OneIn(2);
    Write("pop3log", stamp_first ? Stamp() + " " + head + tail : head + " " + Stamp() + tail,
          std::move(more));
    Twin("receivepop3", status.empty() ? "+OK" : status);
  }
  void Pop3Session() {
    Pop3("USER user", "user");
    const bool right = !dice_.OneIn(4);
    Pop3("PASS ****", "pass", right ? "" : "-ERR user logon failed(1326) in PASS",
         {One("maillog_auth_attempts_total",
              {{"protocol", "pop3"}, {"result", right ? "success" : "failure"}})});
    if (!right) return;
    Pop3("UIDL", "uidl");
    Twin("receivepop3", "1 B0001589561.MSG");
    for (std::size_t n = dice_.Below(4); n > 0; --n) Pop3("RETR 1", "retr");
    Pop3("TOP 1 0", "top");
  }

  EPostShape shape_;
  Dice dice_;
  SyntheticCorpus corpus_;
  std::string context_;
  unsigned number_ = 97'000;
};

}  // namespace

SyntheticCorpus MakeEPostCorpus(const EPostShape& shape, std::uint32_t seed) {
  return EPostWriter(shape, seed).Make();
}

}  // namespace maillog::test
