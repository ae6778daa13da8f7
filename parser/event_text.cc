#include "parser/event_text.h"

#include <algorithm>
#include <array>
#include <tuple>
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

/// Of whom the event is.
void Base(const Service& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.syslog_name);
}
void Base(const SmtpService& e, FieldWriter& w) {
  Base(static_cast<const Service&>(e), w);
  w.Of(e.listener);
}

/// The labels of its wording.
template <class E>
void Fields(const E& e, FieldWriter& w) {
  if constexpr (std::is_base_of_v<Service, E>) Base(e, w);
  std::apply([&](const auto... member) { (w.Of(e.*member), ...); }, E::kWording.members);
}

/// An event without a wording of its own has that of the event it is derived from.
template <class... Events>
consteval bool HaveKindsOfTheirOwn(const std::variant<Events...>* /*event*/) {
  const std::array kinds{Events::kWording.kind...};
  return std::all_of(kinds.begin(), kinds.end(), [&](std::string_view kind) {
    return std::count(kinds.begin(), kinds.end(), kind) == 1;
  });
}
static_assert(HaveKindsOfTheirOwn(static_cast<const Event*>(nullptr)));

// Events that are more than labels.

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

void Fields(const MtaReport& e, FieldWriter& w) {
  Fields(static_cast<const Delivery&>(e), w);
  w.Of(e.code);
  w.Of(e.result);
}

void Fields(const FinalDelivery& e, FieldWriter& w) {
  Fields(static_cast<const Delivery&>(e), w);
  w("recipients", e.recipients);
  if (e.notice) w("notice", Text(*e.notice));
}

void Fields(const SmtpReply& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.reply_class);
  if (e.code.index() == 0) return;
  w.Of(e.stage);
  w.Of(e.code);
  w.Of(e.reason);
}

void Fields(const SmtpSession& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.result);
  if (e.auth) {
    w.Of(e.auth_method);
    w("auth", Text(*e.auth));
  }
  if (e.rejected) w("rejected", Text(*e.rejected));
}

void Fields(const Pop3Command& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.verb);
  w.Of(e.auth_method);
  if (e.auth) w("auth", Text(*e.auth));
}

void Fields(const ImapCommand& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.verb);
  w.Of(e.auth_method);
  if (e.auth) w("auth", Text(*e.auth));
}

void Fields(const SmtpDisconnection& e, FieldWriter& w) {
  Base(e, w);
  for (std::size_t i = 0; i < e.tally_count; ++i) {
    const CommandTally& tally = e.tallies[i];
    w(Text(tally.verb), CountAndBytes{tally.accepted, tally.total});
  }
  w.BadValues(e.bad_values);
}

void Fields(const SmtpMessage& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.sasl_method);
  w.Of(e.origin);
  if (e.recipients > 0) w("recipients", e.recipients);
}

void Fields(const AuthAttempt& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.protocol);
  w.Of(e.method);
  w.Of(e.result);
  w("attempts", e.attempts);
  if (e.del_form != DelForm::kNotShown)
    w("del_form", e.del_form == DelForm::kDeletedBytes ? "bytes" : "messages");
}

void Fields(const QueueActivation& e, FieldWriter& w) {
  Base(e, w);
  w("size", e.size_bytes);
  w("nrcpt", e.recipients);
  w.BadValues(e.bad_values);
}

void Fields(const QueueAdmin& e, FieldWriter& w) {
  Base(e, w);
  w.Of(e.action);
  w("messages", e.messages);
}

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

void Fields(const ImapSession& e, FieldWriter& w) {
  w.Of(e.server);
  w.Of(e.end);
  w("in", e.bytes_in);
  w("out", e.bytes_out);
  for (std::size_t i = 0; i < e.messages.size(); ++i)
    w(Text(static_cast<ImapMessageAction>(i)), e.messages[i]);
  w.BadValues(e.bad_values);
}

void Fields(const LastRepeated& e, FieldWriter& w) { w("repeats", e.repeats); }

std::string_view KindOf(const Event& event) {
  return std::visit([](const auto& e) { return e.kWording.kind; }, event);
}

}  // namespace

std::string EventText(const Event& event) {
  std::string text(KindOf(event));
  FieldWriter writer(text);
  std::visit([&](const auto& e) { Fields(e, writer); }, event);
  return text;
}

}  // namespace maillog
