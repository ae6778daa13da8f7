#include "parser/event_text.h"

#include <charconv>
#include <type_traits>

#include "parser/scan.h"

namespace maillog {
namespace {

/// Appends ` name=value`.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  void operator()(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    Name(name);
    const bool plain = std::all_of(value.begin(), value.end(),
                                   [](char c) { return c > ' ' && c <= '~' && c != '"'; });
    if (plain) {
      out_ += value;
      return;
    }
    out_ += '"';
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
        out_ += c;
      } else {
        out_ += "\\x";
        out_ += kHexDigits[byte >> 4];
        out_ += kHexDigits[byte & 15];
      }
    }
    out_ += '"';
  }
  void operator()(std::string_view name, std::uint64_t value) {
    Name(name);
    out_ += std::to_string(value);
  }
  void operator()(std::string_view name, const std::optional<std::uint64_t>& value) {
    if (value) (*this)(name, *value);
  }
  void operator()(std::string_view name, const std::optional<CountAndBytes>& value) {
    if (!value) return;
    Name(name);
    out_ += std::to_string(value->count) + '/' + std::to_string(value->bytes);
  }
  void Seconds(std::string_view name, const std::optional<Micros>& value) {
    if (!value) return;
    Name(name);
    out_ += std::to_string(*value / 1'000'000);
    const std::string fraction = std::to_string(1'000'000 + *value % 1'000'000).substr(1);
    if (const std::size_t last = fraction.find_last_not_of('0'); last != std::string::npos) {
      out_ += '.' + fraction.substr(0, last + 1);
    }
  }
  /// A label under its own name, with the value that its series have.
  template <class T>
  void Of(const T& label) {
    if constexpr (std::is_enum_v<T>) {
      (*this)(Label<T>::name, Text(label));
    } else if constexpr (requires { label.text; }) {
      const bool shown = label.text.empty() || Label<T>::form(label.text);
      (*this)(Label<T>::name, shown ? label.text : kOtherValue);
    } else {
      (*this)(Label<T>::name, Label<T>::values[label.index()]);
    }
  }
  void BadValues(std::uint8_t count) {
    if (count > 0) (*this)("bad_values", count);
  }

 private:
  void Name(std::string_view name) {
    out_ += ' ';
    out_ += name;
    out_ += '=';
  }
  std::string& out_;
};

void Base(const Service& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.syslog_name);
}
void Base(const SmtpService& e, FieldWriter& w) {
  Base(static_cast<const Service&>(e), w);
  w.Of(e.listener);
}

// One pair of functions for each event: its kind, and its own fields.

constexpr std::string_view Kind(const Ignored&) { return "ignored"; }
void Fields(const Ignored&, FieldWriter&) {}
constexpr std::string_view Kind(const Foreign&) { return "foreign"; }
void Fields(const Foreign&, FieldWriter&) {}
constexpr std::string_view Kind(const Unknown&) { return "unknown"; }
void Fields(const Unknown&, FieldWriter&) {}
constexpr std::string_view Kind(const Malformed&) { return "malformed"; }
void Fields(const Malformed&, FieldWriter&) {}

constexpr std::string_view Kind(const Delivery&) { return "delivery"; }
void Fields(const Delivery& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.agent);
  w.Of(e.transport);
  w.Of(e.next_hop);
  w.Of(e.status);
  w.Of(e.dsn_class);
  w.Of(e.dsn);
  if (e.status == DeliveryStatus::kDeferred || e.status == DeliveryStatus::kBounced) w.Of(e.reason);
  if (e.policy != Policy::kOther) w.Of(e.policy);
  if (e.next_hop == NextHop::kRemote || e.policy != Policy::kOther) w.Of(e.receiver);
  w.Seconds("delay", e.delay);
  for (std::size_t i = 0; i < e.delays.size(); ++i)
    w.Seconds(Text(static_cast<Phase>(i)), e.delays[i]);
  w.BadValues(e.bad_values);
}

constexpr std::string_view Kind(const ConnectionFailure&) { return "connection_failure"; }
void Fields(const ConnectionFailure& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.agent);
  w.Of(e.reason);
}

constexpr std::string_view Kind(const SmtpConnection&) { return "smtp_connection"; }
void Fields(const SmtpConnection& e, FieldWriter& w) { Base(e, w); }

constexpr std::string_view Kind(const MtaReport&) { return "mta_report"; }
void Fields(const MtaReport& e, FieldWriter& w) {
  Fields(static_cast<const Delivery&>(e), w);
  w.Of(e.code);
  w.Of(e.result);
}

constexpr std::string_view Kind(const FinalDelivery&) { return "final_delivery"; }
void Fields(const FinalDelivery& e, FieldWriter& w) {
  Fields(static_cast<const Delivery&>(e), w);
  w("recipients", e.recipients);
  if (e.notice) w("notice", Text(*e.notice));
}

constexpr std::string_view Kind(const DeliveryRetry&) { return "delivery_retry"; }
void Fields(const DeliveryRetry& e, FieldWriter& w) { w.Of(e.server); }

constexpr std::string_view Kind(const SmtpCommand&) { return "smtp_command"; }
void Fields(const SmtpCommand& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.verb);
  w.Of(e.result);
}

constexpr std::string_view Kind(const SmtpReply&) { return "smtp_reply"; }
void Fields(const SmtpReply& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.reply_class);
  if (e.code.index() == 0) return;
  w.Of(e.stage);
  w.Of(e.code);
  w.Of(e.reason);
}

constexpr std::string_view Kind(const SmtpSession&) { return "smtp_session"; }
void Fields(const SmtpSession& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.result);
  if (e.auth) {
    w.Of(e.auth_method);
    w("auth", Text(*e.auth));
  }
  if (e.rejected) w("rejected", Text(*e.rejected));
}

constexpr std::string_view Kind(const AccessDecision&) { return "access_decision"; }
void Fields(const AccessDecision& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.decision);
}

constexpr std::string_view Kind(const Pop3Command&) { return "pop3_command"; }
void Fields(const Pop3Command& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.verb);
  w.Of(e.auth_method);
  if (e.auth) w("auth", Text(*e.auth));
}

constexpr std::string_view Kind(const ImapCommand&) { return "imap_command"; }
void Fields(const ImapCommand& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.verb);
  w.Of(e.auth_method);
  if (e.auth) w("auth", Text(*e.auth));
}

constexpr std::string_view Kind(const SmtpDisconnection&) { return "smtp_disconnection"; }
void Fields(const SmtpDisconnection& e, FieldWriter& w) {
  Base(e, w);
  for (std::size_t i = 0; i < e.tally_count; ++i) {
    const CommandTally& tally = e.tallies[i];
    w(Text(tally.verb), CountAndBytes{tally.accepted, tally.total});
  }
  w.BadValues(e.bad_values);
}

constexpr std::string_view Kind(const SmtpMessage&) { return "smtp_message"; }
void Fields(const SmtpMessage& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.sasl_method);
  w.Of(e.origin);
  if (e.recipients > 0) w("recipients", e.recipients);
}

constexpr std::string_view Kind(const MessageSubmitted&) { return "message_submitted"; }
void Fields(const MessageSubmitted& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.via);
}

constexpr std::string_view Kind(const SmtpReject&) { return "smtp_reject"; }
void Fields(const SmtpReject& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.stage);
  w.Of(e.code);
  w.Of(e.reason);
}

constexpr std::string_view Kind(const SmtpAction&) { return "smtp_action"; }
void Fields(const SmtpAction& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.stage);
  w.Of(e.action);
}

constexpr std::string_view Kind(const SmtpLostConnection&) { return "smtp_lost_connection"; }
void Fields(const SmtpLostConnection& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.kind);
  w.Of(e.stage);
}

constexpr std::string_view Kind(const SmtpRateLimit&) { return "smtp_rate_limit"; }
void Fields(const SmtpRateLimit& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.limit);
}

constexpr std::string_view Kind(const ClientDnsFailure&) { return "client_dns_failure"; }
void Fields(const ClientDnsFailure& e, FieldWriter& w) { Base(e, w); }

constexpr std::string_view Kind(const PostscreenEvent&) { return "postscreen"; }
void Fields(const PostscreenEvent& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.event);
}

constexpr std::string_view Kind(const DnsblLookup&) { return "dnsbl_lookup"; }
void Fields(const DnsblLookup& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.result);
}

constexpr std::string_view Kind(const TlsConnection&) { return "tls_connection"; }
void Fields(const TlsConnection& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.direction);
  w.Of(e.trust);
  w.Of(e.protocol);
  w.Of(e.cipher);
}

constexpr std::string_view Kind(const TlsError&) { return "tls_error"; }
void Fields(const TlsError& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.direction);
}

constexpr std::string_view Kind(const AuthAttempt&) { return "auth_attempt"; }
void Fields(const AuthAttempt& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.protocol);
  w.Of(e.method);
  w.Of(e.result);
  w("attempts", e.attempts);
  if (e.tells != DelForm::kUntold)
    w("del_form", e.tells == DelForm::kDeletedBytes ? "bytes" : "messages");
}

constexpr std::string_view Kind(const QueueActivation&) { return "queue_activation"; }
void Fields(const QueueActivation& e, FieldWriter& w) {
  Base(e, w);
  w("size", e.size_bytes);
  w("nrcpt", e.recipients);
  w.BadValues(e.bad_values);
}

constexpr std::string_view Kind(const QueueRemoved&) { return "queue_removed"; }
void Fields(const QueueRemoved& e, FieldWriter& w) { Base(e, w); }

constexpr std::string_view Kind(const QueueExpired&) { return "queue_expired"; }
void Fields(const QueueExpired& e, FieldWriter& w) { Base(e, w); }

constexpr std::string_view Kind(const QueueAdmin&) { return "queue_admin"; }
void Fields(const QueueAdmin& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.action);
}

constexpr std::string_view Kind(const BounceNotice&) { return "bounce_notice"; }
void Fields(const BounceNotice& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.kind);
}

constexpr std::string_view Kind(const MailboxSession&) { return "mailbox_session"; }
void Fields(const MailboxSession& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.protocol);
  w.Of(e.end);
}

constexpr std::string_view Kind(const Pop3Session&) { return "pop3_session"; }
void Fields(const Pop3Session& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.end);
  w("top", e.top);
  w("retr", e.retrieved);
  w("del", e.deleted_messages);
  w("del_of", e.deleted_of);
  w("size", e.mailbox_bytes);
  w.BadValues(e.bad_values);
}

constexpr std::string_view Kind(const ImapSession&) { return "imap_session"; }
void Fields(const ImapSession& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.end);
  w("in", e.bytes_in);
  w("out", e.bytes_out);
  for (std::size_t i = 0; i < e.messages.size(); ++i)
    w(Text(static_cast<ImapMessageAction>(i)), e.messages[i]);
  w.BadValues(e.bad_values);
}

constexpr std::string_view Kind(const LdaAction&) { return "lda_action"; }
void Fields(const LdaAction& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.agent);
  w.Of(e.action);
}

constexpr std::string_view Kind(const LogProblem&) { return "log_problem"; }
void Fields(const LogProblem& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.daemon);
  w.Of(e.level);
}

constexpr std::string_view Kind(const ServiceEvent&) { return "service_event"; }
void Fields(const ServiceEvent& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.daemon);
  w.Of(e.event);
}

constexpr std::string_view Kind(const LastRepeated&) { return "last_repeated"; }
void Fields(const LastRepeated& e, FieldWriter& w) { w("repeats", e.repeats); }

}  // namespace

std::string_view EventKind(const Event& event) {
  return std::visit([](const auto& e) { return Kind(e); }, event);
}

std::string EventText(const Event& event) {
  std::string text(EventKind(event));
  FieldWriter writer(text);
  std::visit([&](const auto& e) { Fields(e, writer); }, event);
  return text;
}

}  // namespace maillog
