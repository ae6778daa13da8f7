// What happens before an SMTP server is asked: postscreen(8) and its DNS lists.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/event/speaker.h"

namespace maillog {

enum class PostscreenEventKind : std::uint8_t {
  kConnect,
  kDisconnect,
  kPassNew,
  kPassOld,
  kPregreet,
  kHangup,
  kDnsbl,
  kAllowlisted,
  kDenylisted,
  kAllowlistVeto,
  kBareNewline,
  kNonSmtpCommand,
  kCommandPipelining,
  kCommandTimeLimit,
  kCommandCountLimit,
  kCommandLengthLimit,
  kDataWithoutRcpt,
  kStress,
  kOther
};
template <>
struct Label<PostscreenEventKind> {
  static constexpr std::string_view name = "event";
  using enum PostscreenEventKind;
  static constexpr auto values =
      LabelTexts<PostscreenEventKind>({{kConnect, "connect"},
                                       {kDisconnect, "disconnect"},
                                       {kPassNew, "pass_new"},
                                       {kPassOld, "pass_old"},
                                       {kPregreet, "pregreet"},
                                       {kHangup, "hangup"},
                                       {kDnsbl, "dnsbl"},
                                       {kAllowlisted, "allowlisted"},
                                       {kDenylisted, "denylisted"},
                                       {kAllowlistVeto, "allowlist_veto"},
                                       {kBareNewline, "bare_newline"},
                                       {kNonSmtpCommand, "non_smtp_command"},
                                       {kCommandPipelining, "command_pipelining"},
                                       {kCommandTimeLimit, "command_time_limit"},
                                       {kCommandCountLimit, "command_count_limit"},
                                       {kCommandLengthLimit, "command_length_limit"},
                                       {kDataWithoutRcpt, "data_without_rcpt"},
                                       {kStress, "stress"},
                                       {kOther, "other"}});
};

enum class DnsblResult : std::uint8_t { kListed, kNotListed };
template <>
struct Label<DnsblResult> {
  static constexpr std::string_view name = "result";
  using enum DnsblResult;
  static constexpr auto values =
      LabelTexts<DnsblResult>({{kListed, "listed"}, {kNotListed, "not_listed"}});
};

struct PostscreenEvent : Service {
  PostscreenEventKind event = PostscreenEventKind::kOther;
  static constexpr Wording kWording{"postscreen", &PostscreenEvent::event};
};

struct DnsblLookup : Service {
  DnsblResult result = DnsblResult::kListed;
  static constexpr Wording kWording{"dnsbl_lookup", &DnsblLookup::result};
};

}  // namespace maillog
