// TLS for the server: what the user asked for, and the OpenSSL context that does it.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace maillog {

/// As Go's crypto/tls and the official exporters name them, in this order.
enum class ClientAuth : std::uint8_t {
  kNone,
  kRequest,           ///< asked for, never required, never verified
  kRequireAny,        ///< required, not verified
  kVerifyIfGiven,     ///< not required, but verified
  kRequireAndVerify,  ///< required and verified
};

struct TlsSettings {
  std::string certificate;  ///< PEM: the server's own first, then its chain
  std::string key;          ///< PEM
  std::string client_ca;    ///< PEM; empty: the system's
  ClientAuth client_auth = ClientAuth::kNone;
  std::vector<std::string> allowed_sans;  ///< empty: any
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  std::string ciphers;        ///< of TLS 1.2 and before, in OpenSSL's names; empty: its own choice
  std::string cipher_suites;  ///< of TLS 1.3
  std::string groups;         ///< curves, in OpenSSL's names
  bool prefer_own_ciphers = true;
};

/// OpenSSL's name for a cipher suite that has its name from the TLS registry
/// (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`); empty if it has none.
[[nodiscard]] std::string CipherName(std::string_view standard_name);

/// Immutable: connections of several configurations exist at the same time.
class TlsContext {
 public:
  /// Fails with one sentence that says which setting is wrong. It never quotes a key.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<const TlsContext>> Make(
      const TlsSettings& settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  [[nodiscard]] SSL_CTX* get() const { return context_; }

 private:
  TlsContext(ClientAuth client_auth, std::vector<std::string> allowed_sans);
  [[nodiscard]] absl::Status SetUp(const TlsSettings& settings);
  [[nodiscard]] absl::Status UseClientCa(const TlsSettings& settings);
  [[nodiscard]] bool Allows(X509* certificate) const;
  static int OnVerify(int sound, X509_STORE_CTX* store);

  SSL_CTX* context_;
  const ClientAuth client_auth_;
  const std::vector<std::string> allowed_sans_;
};

}  // namespace maillog
