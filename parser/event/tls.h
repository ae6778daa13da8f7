// TLS sessions.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/codes.h"
#include "parser/event/speaker.h"

namespace maillog {

enum class TlsDirection : std::uint8_t { kInbound, kOutbound };
template <>
struct Label<TlsDirection> {
  static constexpr std::string_view name = "direction";
  using enum TlsDirection;
  static constexpr auto values =
      LabelTexts<TlsDirection>({{kInbound, "inbound"}, {kOutbound, "outbound"}});
};

/// Postfix's word in front of `TLS connection established`; absent up to 2.4.
enum class TlsTrust : std::uint8_t { kAbsent, kAnonymous, kUntrusted, kTrusted, kVerified };
template <>
struct Label<TlsTrust> {
  static constexpr std::string_view name = "trust";
  using enum TlsTrust;
  static constexpr auto values = LabelTexts<TlsTrust>({{kAbsent, ""},
                                                       {kAnonymous, "anonymous"},
                                                       {kUntrusted, "untrusted"},
                                                       {kTrusted, "trusted"},
                                                       {kVerified, "verified"}});
};

enum class TlsProtocol : std::uint8_t { kSsl2, kSsl3, kTls1, kTls11, kTls12, kTls13, kOther };
template <>
struct Label<TlsProtocol> {
  static constexpr std::string_view name = "protocol";
  using enum TlsProtocol;
  static constexpr auto values = LabelTexts<TlsProtocol>({{kSsl2, "SSLv2"},
                                                          {kSsl3, "SSLv3"},
                                                          {kTls1, "TLSv1"},
                                                          {kTls11, "TLSv1.1"},
                                                          {kTls12, "TLSv1.2"},
                                                          {kTls13, "TLSv1.3"},
                                                          {kOther, "other"}});
};

struct TlsConnection : SmtpService {
  TlsDirection direction = TlsDirection::kInbound;
  TlsTrust trust = TlsTrust::kAbsent;
  TlsProtocol protocol = TlsProtocol::kOther;
  TlsCipher cipher;
  static constexpr Wording kWording{"tls_connection", &TlsConnection::direction,
                                    &TlsConnection::trust, &TlsConnection::protocol,
                                    &TlsConnection::cipher};
};

struct TlsError : SmtpService {
  TlsDirection direction = TlsDirection::kInbound;
  static constexpr Wording kWording{"tls_error", &TlsError::direction};
};

}  // namespace maillog
