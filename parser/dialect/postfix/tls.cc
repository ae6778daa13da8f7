#include "parser/dialect/postfix/tls.h"

#include <array>

#include "parser/beginnings.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

struct TrustWord {
  std::string_view text;
  TlsTrust trust;
};
constexpr Beginnings kTrusts(std::to_array<TrustWord>({
    {"Anonymous ", TlsTrust::kAnonymous},
    {"Untrusted ", TlsTrust::kUntrusted},
    {"Trusted ", TlsTrust::kTrusted},
    {"Verified ", TlsTrust::kVerified},
}));

TlsTrust TakeTrust(std::string_view& text) {
  const TrustWord* const word = kTrusts.Find(text);
  if (word == nullptr) return TlsTrust::kAbsent;
  text.remove_prefix(word->text.size());
  return word->trust;
}

/// Moves past `TLSv1.3 with cipher `.
std::optional<TlsProtocol> TakeProtocol(std::string_view& text) {
  // The two that are still in use.
  if (Eat(text, "TLSv1.3 with cipher ")) return TlsProtocol::kTls13;
  if (Eat(text, "TLSv1.2 with cipher ")) return TlsProtocol::kTls12;
  const auto protocol = TakePast(text, " with cipher ");
  if (!protocol) return std::nullopt;
  return FromText<TlsProtocol>(*protocol).value_or(TlsProtocol::kOther);
}

struct UsualCipher {
  std::string_view name;
  TlsCipher cipher;

  consteval explicit UsualCipher(std::string_view of) : name(of), cipher(TlsCipher::Of(of)) {}
};

/// What nearly all sessions have, so that few are looked for in the registry.
constexpr UsualCipher kUsualCiphers[] = {
    UsualCipher("TLS_AES_256_GCM_SHA384"), UsualCipher("TLS_AES_128_GCM_SHA256"),
    UsualCipher("ECDHE-RSA-AES256-GCM-SHA384"), UsualCipher("ECDHE-RSA-AES128-GCM-SHA256")};

TlsCipher CipherOf(std::string_view name) {
  for (const UsualCipher& usual : kUsualCiphers) {
    if (SameText(usual.name, name)) return usual.cipher;
  }
  return TlsCipher::Of(name);
}

/// Transport and listener do not matter in what smtp says about its own sessions.
SmtpService TlsService(const Line& line, TlsDirection direction) {
  return direction == TlsDirection::kInbound ? SmtpServiceOf(line) : SmtpService{ServiceOf(line)};
}

std::optional<TlsDirection> TakeDirection(std::string_view& text) {
  if (Eat(text, "from ")) return TlsDirection::kInbound;
  if (Eat(text, "to ")) return TlsDirection::kOutbound;
  return std::nullopt;
}

/// `established from client.example[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256
/// bits) …`
std::optional<Event> ParseSession(const Line& line, TlsTrust trust, std::string_view text) {
  // A reused session was counted when it was set up.
  if (Eat(text, "reused "))
    return TakeDirection(text) ? std::optional<Event>(Ignored{}) : std::nullopt;
  if (!Eat(text, "established ")) return std::nullopt;
  const auto direction = TakeDirection(text);
  if (!direction || !SkipPastColon(text)) return std::nullopt;
  TlsConnection session{TlsService(line, *direction)};
  session.direction = *direction;
  session.trust = trust;
  const auto protocol = TakeProtocol(text);
  if (!protocol) return std::nullopt;
  session.protocol = *protocol;
  session.cipher = CipherOf(TakeUntil(text, ' '));
  return session;
}

}  // namespace

std::optional<Event> ParseTls(const Line& line, std::string_view text) {
  const TlsTrust trust = TakeTrust(text);
  if (Eat(text, "TLS connection ")) return ParseSession(line, trust, text);
  if (trust != TlsTrust::kAbsent) return std::nullopt;
  if (StartsWith(text, "SSL_accept error from "))
    return TlsError{TlsService(line, TlsDirection::kInbound), TlsDirection::kInbound};
  if (StartsWith(text, "SSL_connect error to "))
    return TlsError{TlsService(line, TlsDirection::kOutbound), TlsDirection::kOutbound};
  return std::nullopt;
}

Event ParseTlsproxy(const Line& line, QueueRef /*ref*/, std::string_view text) {
  // CONNECT from [192.0.2.1]:4711
  // DISCONNECT [192.0.2.1]:4711
  if (StartsWith(text, "CONNECT ") || StartsWith(text, "DISCONNECT ")) return Ignored{};
  const auto tls = ParseTls(line, text);
  if (!tls) return ParseForms(line);
  const auto* const session = std::get_if<TlsConnection>(&*tls);
  if (session != nullptr && session->direction == TlsDirection::kOutbound) return Ignored{};
  return *tls;
}

}  // namespace maillog::postfix
