// Authentication.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/event/speaker.h"
#include "parser/scan.h"

namespace maillog {

enum class AuthProtocol : std::uint8_t { kSmtp, kPop3, kImap, kSubmission, kManagesieve, kOther };
template <>
struct Label<AuthProtocol> {
  static constexpr std::string_view name = "protocol";
  using enum AuthProtocol;
  static constexpr auto values = LabelTexts<AuthProtocol>({{kSmtp, "smtp"},
                                                           {kPop3, "pop3"},
                                                           {kImap, "imap"},
                                                           {kSubmission, "submission"},
                                                           {kManagesieve, "managesieve"},
                                                           {kOther, "other"}});
};

/// SASL mechanism (IANA names); empty if the log does not give it.
enum class AuthMethod : std::uint8_t {
  kUnstated,
  kPlain,
  kLogin,
  kCramMd5,
  kDigestMd5,
  kApop,
  kScramSha1,
  kScramSha256,
  kNtlm,
  kGssapi,
  kExternal,
  kXoauth2,
  kOauthbearer,
  kOther
};
template <>
struct Label<AuthMethod> {
  static constexpr std::string_view name = "method";
  using enum AuthMethod;
  static constexpr auto values = LabelTexts<AuthMethod>({{kUnstated, ""},
                                                         {kPlain, "PLAIN"},
                                                         {kLogin, "LOGIN"},
                                                         {kCramMd5, "CRAM-MD5"},
                                                         {kDigestMd5, "DIGEST-MD5"},
                                                         {kApop, "APOP"},
                                                         {kScramSha1, "SCRAM-SHA-1"},
                                                         {kScramSha256, "SCRAM-SHA-256"},
                                                         {kNtlm, "NTLM"},
                                                         {kGssapi, "GSSAPI"},
                                                         {kExternal, "EXTERNAL"},
                                                         {kXoauth2, "XOAUTH2"},
                                                         {kOauthbearer, "OAUTHBEARER"},
                                                         {kOther, "other"}});
};
/// The same list under the name that messages use.
struct SaslMethod {
  AuthMethod method = AuthMethod::kUnstated;
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(method); }
};
template <>
struct Label<SaslMethod> {
  static constexpr std::string_view name = "sasl_method";
  static constexpr auto values = Label<AuthMethod>::values;
};

/// Any case; unknown names are kOther, no name is kUnstated.
[[nodiscard]] constexpr AuthMethod AuthMethodOf(std::string_view text) {
  for (std::size_t i = 0; i < Label<AuthMethod>::values.size(); ++i) {
    if (EqualFold(Label<AuthMethod>::values[i], text)) return static_cast<AuthMethod>(i);
  }
  return AuthMethod::kOther;
}

enum class AuthResult : std::uint8_t { kSuccess, kFailure, kAborted, kOther };
template <>
struct Label<AuthResult> {
  static constexpr std::string_view name = "result";
  using enum AuthResult;
  static constexpr auto values = LabelTexts<AuthResult>(
      {{kSuccess, "success"}, {kFailure, "failure"}, {kAborted, "aborted"}, {kOther, "other"}});
};

/// What a line shows about the Dovecot version that wrote it: up to 2.3 a POP3 `del=n/m` gives
/// messages in the mailbox as m, from 2.4 on bytes deleted. `Login:` is the old form, `Logged in:`
/// the new.
enum class DelForm : std::uint8_t { kNotShown, kMailboxMessages, kDeletedBytes };

struct AuthAttempt : SmtpService {
  AuthProtocol protocol = AuthProtocol::kOther;
  AuthMethod method = AuthMethod::kUnstated;
  AuthResult result = AuthResult::kOther;
  DelForm del_form = DelForm::kNotShown;
  std::uint32_t attempts = 1;  ///< `auth failed, 3 attempts`: 3, at most kMaxAttempts
  static constexpr std::uint32_t kMaxAttempts = 10'000;
  static constexpr Wording kWording{"auth_attempt"};
};

}  // namespace maillog
