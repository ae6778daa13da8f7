#include "exporter/web/web_tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace maillog {
namespace {

template <class Object, void (*kFree)(Object*)>
struct Freed {
  void operator()(Object* object) const { kFree(object); }
};
void FreeBio(BIO* bio) { BIO_free(bio); }
void FreeNames(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }
using Bio = std::unique_ptr<BIO, Freed<BIO, FreeBio>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES, FreeNames>>;

Bio Reader(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Nobody can type in a passphrase for a server: an encrypted key is a fault.
int NoPassphrase(char*, int, int, void*) { return -1; }

Certificate NextCertificate(BIO* pem) {
  return Certificate(PEM_read_bio_X509(pem, nullptr, &NoPassphrase, nullptr));
}

absl::Status TlsFault(std::string_view what) {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string sentence(what);
  if (reason != nullptr) sentence.append(": ").append(reason);
  return absl::InvalidArgumentError(sentence);
}

absl::Status UseCertificate(SSL_CTX* context, const std::string& pem) {
  const Bio reader = Reader(pem);
  const Certificate own = NextCertificate(reader.get());
  if (own == nullptr) return TlsFault("the certificate cannot be read as PEM");
  if (SSL_CTX_use_certificate(context, own.get()) != 1)
    return TlsFault("the certificate is refused");
  while (Certificate next = NextCertificate(reader.get())) {
    if (SSL_CTX_add0_chain_cert(context, next.get()) != 1) return TlsFault("the chain is refused");
    (void)next.release();
  }
  ERR_clear_error();  // the end of the text counts as one
  return absl::OkStatus();
}

absl::Status UseKey(SSL_CTX* context, const std::string& pem) {
  const Bio reader = Reader(pem);
  const Key key(PEM_read_bio_PrivateKey(reader.get(), nullptr, &NoPassphrase, nullptr));
  if (key == nullptr) return TlsFault("the key cannot be read as PEM without a passphrase");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return TlsFault("the key does not belong to the certificate");
  }
  return absl::OkStatus();
}

std::string TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string AddressOf(const ASN1_STRING* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(bytes) != 16) return {};
  ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
  return text.data();
}

std::string SanOf(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
      return TextOf(name.d.dNSName);
    case GEN_EMAIL:
      return TextOf(name.d.rfc822Name);
    case GEN_URI:
      return TextOf(name.d.uniformResourceIdentifier);
    case GEN_IPADD:
      return AddressOf(name.d.iPAddress);
    default:
      return {};
  }
}

int VerifyMode(ClientAuth client_auth) {
  switch (client_auth) {
    case ClientAuth::kNone:
      return SSL_VERIFY_NONE;
    case ClientAuth::kRequest:
    case ClientAuth::kVerifyIfGiven:
      return SSL_VERIFY_PEER;
    case ClientAuth::kRequireAny:
    case ClientAuth::kRequireAndVerify:
      break;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

}  // namespace

std::string CipherName(std::string_view standard_name) {
  const char* const name = OPENSSL_cipher_name(std::string(standard_name).c_str());
  return name == nullptr || std::string_view(name) == "(NONE)" ? std::string() : std::string(name);
}

TlsContext::TlsContext(ClientAuth client_auth, std::vector<std::string> allowed_sans)
    : context_(SSL_CTX_new(TLS_server_method())),
      client_auth_(client_auth),
      allowed_sans_(std::move(allowed_sans)) {}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Make(const TlsSettings& settings) {
  const std::shared_ptr<TlsContext> made(
      new TlsContext(settings.client_auth, settings.allowed_sans));
  ERR_clear_error();
  if (made->context_ == nullptr) return TlsFault("OpenSSL cannot be used");
  if (absl::Status set_up = made->SetUp(settings); !set_up.ok()) return set_up;
  return made;
}

absl::Status TlsContext::SetUp(const TlsSettings& settings) {
  // Versions below 1.2 need signatures that OpenSSL's usual level forbids.
  if (settings.min_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context_, 0);
  SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                    SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (settings.prefer_own_ciphers) {
    SSL_CTX_set_options(context_, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
  // Every connection is a new session: a client's certificate is looked at each time.
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context_, 0);
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(context_, &NoPassphrase);
  if (SSL_CTX_set_min_proto_version(context_, settings.min_version) != 1 ||
      SSL_CTX_set_max_proto_version(context_, settings.max_version) != 1) {
    return TlsFault("these versions of TLS are not available");
  }
  if (!settings.ciphers.empty() &&
      SSL_CTX_set_cipher_list(context_, settings.ciphers.c_str()) != 1) {
    return TlsFault("none of the cipher suites is available");
  }
  if (!settings.cipher_suites.empty() &&
      SSL_CTX_set_ciphersuites(context_, settings.cipher_suites.c_str()) != 1) {
    return TlsFault("a cipher suite is not available");
  }
  if (!settings.groups.empty() &&
      SSL_CTX_set1_groups_list(context_, settings.groups.c_str()) != 1) {
    return TlsFault("a curve is not available");
  }
  if (absl::Status used = UseCertificate(context_, settings.certificate); !used.ok()) return used;
  if (absl::Status used = UseKey(context_, settings.key); !used.ok()) return used;
  return UseClientCa(settings);
}

absl::Status TlsContext::UseClientCa(const TlsSettings& settings) {
  if (client_auth_ == ClientAuth::kNone) return absl::OkStatus();
  SSL_CTX_set_app_data(context_, this);
  SSL_CTX_set_verify(context_, VerifyMode(client_auth_), &OnVerify);
  if (settings.client_ca.empty()) {
    SSL_CTX_set_default_verify_paths(context_);
    return absl::OkStatus();
  }
  const Bio reader = Reader(settings.client_ca);
  int found = 0;
  for (; Certificate next = NextCertificate(reader.get()); ++found) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), next.get());
    SSL_CTX_add_client_CA(context_, next.get());
  }
  if (found == 0) return TlsFault("the client CA cannot be read as PEM");
  ERR_clear_error();
  return absl::OkStatus();
}

bool TlsContext::Allows(X509* certificate) const {
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string name = SanOf(*sk_GENERAL_NAME_value(names.get(), i));
    const auto found = std::find(allowed_sans_.begin(), allowed_sans_.end(), name);
    if (!name.empty() && found != allowed_sans_.end()) return true;
  }
  return false;
}

int TlsContext::OnVerify(int sound, X509_STORE_CTX* store) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* self = static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const bool verifies = self->client_auth_ == ClientAuth::kVerifyIfGiven ||
                        self->client_auth_ == ClientAuth::kRequireAndVerify;
  if (verifies && sound == 0) return 0;
  // The client's own certificate is the one at depth 0.
  if (self->allowed_sans_.empty() || X509_STORE_CTX_get_error_depth(store) != 0) return 1;
  if (self->Allows(X509_STORE_CTX_get0_cert(store))) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

}  // namespace maillog
