// What the civetweb that this is linked to lacks, in one word on standard output: `whole` if
// nothing, else a list like `no_ipv6,no_tls,slow_end`. What the library says of itself is not
// enough: that of Debian 12 says that it has TLS, and crashes at the first handshake.
#include <civetweb.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr unsigned kPatienceSeconds = 10;
constexpr std::chrono::milliseconds kQuickEnd{1000};
constexpr char kRequest[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A key and a certificate for it, as the library reads them: one after the other in a PEM file.
bool WriteCertificate(const char* path) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* const file = std::fopen(path, "w");
  const bool written =
      file != nullptr &&
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
      PEM_write_X509(file, certificate) == 1;
  return (file == nullptr || std::fclose(file) == 0) && written;
}

int Answer(mg_connection* connection) {
  constexpr char kText[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  mg_write(connection, kText, sizeof kText - 1);
  return 200;
}

mg_context* Start(const char* port, const char* certificate) {
  const std::array<const char*, 5> options{"listening_ports", port,
                                           certificate == nullptr ? nullptr : "ssl_certificate",
                                           certificate, nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = &Answer;
  return mg_start(&callbacks, nullptr, const_cast<const char**>(options.data()));
}

int Connect(const mg_context* context) {
  mg_server_port port{};
  if (mg_get_server_ports(context, 1, &port) != 1) return -1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

bool HasTls() {
  char path[] = "/tmp/civetweb_check_XXXXXX";
  ::close(::mkstemp(path));
  const bool initialized = (mg_init_library(MG_FEATURES_TLS) & MG_FEATURES_TLS) != 0;
  mg_context* const context =
      initialized && WriteCertificate(path) ? Start("127.0.0.1:0s", path) : nullptr;
  ::unlink(path);
  if (context == nullptr) return false;
  SSL* const client = SSL_new(SSL_CTX_new(TLS_client_method()));
  SSL_set_fd(client, Connect(context));
  std::array<char, 12> answer{};
  return SSL_connect(client) == 1 && SSL_write(client, kRequest, sizeof kRequest - 1) > 0 &&
         SSL_read(client, answer.data(), answer.size()) == static_cast<int>(answer.size()) &&
         std::string(answer.data(), answer.size()) == "HTTP/1.1 200";
}

bool HasIpv6() {
  mg_init_library(0);
  return mg_check_feature(MG_FEATURES_IPV6) != 0;
}

bool EndsQuickly() {
  mg_init_library(0);
  mg_context* const context = Start("127.0.0.1:0", nullptr);
  if (context == nullptr) return false;
  // Once it has answered, the library waits for the next client.
  const int client = Connect(context);
  std::array<char, 12> answer{};
  if (::write(client, kRequest, sizeof kRequest - 1) < 0 ||
      ::read(client, answer.data(), answer.size()) <= 0)
    return false;
  ::close(client);
  const auto before = std::chrono::steady_clock::now();
  mg_stop(context);
  return std::chrono::steady_clock::now() - before < kQuickEnd;
}

// In a process of its own, which may crash or hang.
bool Holds(bool (*question)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kPatienceSeconds);
    ::_exit(question() ? 0 : 1);
  }
  int status = -1;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int main() {
  std::string lacks;
  if (!Holds(&HasIpv6)) lacks += ",no_ipv6";
  if (!Holds(&HasTls)) lacks += ",no_tls";
  if (!Holds(&EndsQuickly)) lacks += ",slow_end";
  std::puts(lacks.empty() ? "whole" : lacks.c_str() + 1);
}
