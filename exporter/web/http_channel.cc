#include "exporter/web/http_channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "exporter/web/web_tls.h"

namespace maillog {
namespace {

using Next = HttpChannel::Next;
using Result = HttpChannel::Result;

// What a client that sends plain HTTP to a TLS port gets.
constexpr std::string_view kNotTls =
    "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    "\r\nThis port speaks HTTPS.\n";

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

class Plain final : public HttpChannel {
 public:
  explicit Plain(int socket) : socket_(socket) {}

  Result Read(std::span<char> into) override {
    return Of(::recv(socket_, into.data(), into.size(), 0), Next::kWaitForInput);
  }
  Result Write(std::string_view bytes, std::string_view more) override {
    std::array<iovec, 2> parts{{{const_cast<char*>(bytes.data()), bytes.size()},
                                {const_cast<char*>(more.data()), more.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return Of(::sendmsg(socket_, &message, MSG_NOSIGNAL), Next::kWaitForOutput);
  }
  void EndOfOutput() override { ::shutdown(socket_, SHUT_WR); }

 private:
  static Result Of(ssize_t moved, Next blocked) {
    if (moved > 0) return {Next::kGoOn, static_cast<std::size_t>(moved)};
    return {moved < 0 && WouldBlock(errno) ? blocked : Next::kEnd};
  }

  int socket_;
};

class Tls final : public HttpChannel {
 public:
  Tls(int socket, std::shared_ptr<const TlsContext> context)
      : socket_(socket), context_(std::move(context)), ssl_(SSL_new(context_->get())) {
    if (ssl_ == nullptr) return;
    SSL_set_fd(ssl_, socket);
    SSL_set_accept_state(ssl_);
  }
  ~Tls() override { SSL_free(ssl_); }
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  Result Read(std::span<char> into) override {
    if (ssl_ == nullptr) return {};
    ERR_clear_error();
    return Of(SSL_read(ssl_, into.data(), Length(into.size())));
  }
  Result Write(std::string_view bytes, std::string_view more) override {
    if (ssl_ == nullptr) return {};
    ERR_clear_error();
    const std::string_view first = bytes.empty() ? more : bytes;
    return Of(SSL_write(ssl_, first.data(), Length(first.size())));
  }
  void EndOfOutput() override {
    ERR_clear_error();
    if (!broken_ && ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
    ::shutdown(socket_, SHUT_WR);
  }

 private:
  static int Length(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
  }

  // After a fault of these two kinds nothing may be called on the connection (SSL_get_error(3)).
  Result Of(int moved) {
    if (moved > 0) return {Next::kGoOn, static_cast<std::size_t>(moved)};
    switch (SSL_get_error(ssl_, moved)) {
      case SSL_ERROR_WANT_READ:
        return {Next::kWaitForInput};
      case SSL_ERROR_WANT_WRITE:
        return {Next::kWaitForOutput};
      case SSL_ERROR_ZERO_RETURN:
        return {Next::kEnd};
      case SSL_ERROR_SSL:
        broken_ = true;
        if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) {
          [[maybe_unused]] const ssize_t sent =
              ::send(socket_, kNotTls.data(), kNotTls.size(), MSG_NOSIGNAL);
        }
        return {Next::kFault};
      default:
        broken_ = true;
        return {Next::kEnd};
    }
  }

  int socket_;
  std::shared_ptr<const TlsContext> context_;
  SSL* ssl_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<HttpChannel> PlainChannel(int socket) { return std::make_unique<Plain>(socket); }

std::unique_ptr<HttpChannel> TlsChannel(int socket, std::shared_ptr<const TlsContext> context) {
  return std::make_unique<Tls>(socket, std::move(context));
}

}  // namespace maillog
