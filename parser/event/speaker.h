// Who says it: the server, its instance, its services.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "parser/label.h"
#include "parser/label_form.h"

namespace maillog {

enum class Server : std::uint8_t { kPostfix, kDovecot, kPMailServer, kEPost };
template <>
struct Label<Server> {
  static constexpr std::string_view name = "server";
  using enum Server;
  static constexpr auto values = LabelTexts<Server>({{kPostfix, "postfix"},
                                                     {kDovecot, "dovecot"},
                                                     {kPMailServer, "pmailserver"},
                                                     {kEPost, "epost"}});
};

/// First part of a Postfix program name: the instance (`postfix`, `postfix-out`).
struct SyslogName {
  std::string_view text;
};
template <>
struct Label<SyslogName> {
  static constexpr std::string_view name = "syslog_name";
  static constexpr std::size_t limit = 16;  // a host rarely has more than three instances
  static constexpr auto form = &IsServiceName;
};

/// Parts between instance and daemon on the smtpd side: `submission`, `smtps`; or `postscreen`,
/// `cleanup`.
struct Listener {
  std::string_view text;
};
template <>
struct Label<Listener> {
  static constexpr std::string_view name = "listener";
  static constexpr std::size_t limit = 16;  // services of master.cf that run smtpd
  static constexpr auto form = &IsServiceName;
};

/// Parts between instance and daemon on the delivery side (`relay`); for pipe(8) its `relay=`.
struct Transport {
  std::string_view text;
};
template <>
struct Label<Transport> {
  static constexpr std::string_view name = "transport";
  static constexpr std::size_t limit = 32;  // services of master.cf that deliver
  static constexpr auto form = &IsServiceName;
};

/// What everything that Postfix says carries.
struct Service {
  Server server = Server::kPostfix;
  SyslogName syslog_name;  ///< empty for other servers
};
/// What its SMTP server side says carries.
struct SmtpService : Service {
  Listener listener;  ///< empty for `postfix/smtpd`
};

/// How an event is written (event_text.h): its kind, in snake case, and the members that are
/// written as labels, after those of its service. An event that is more than labels has only its
/// kind here, and its fields in event_text.cc.
template <class... Members>
struct Wording {
  consteval explicit Wording(std::string_view event_kind, Members... event_members)
      : kind(event_kind), members(event_members...) {}
  std::string_view kind;
  std::tuple<Members...> members;
};

}  // namespace maillog
