#include "exporter/web/ask_health.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/os/clock.h"
#include "parser/scan.h"

namespace maillog {
namespace {

// As much of the answer as its status is in.
constexpr std::size_t kMaxAnswerBytes = 4096;

/// A socket that is connected, or not; waits until a certain moment at most.
class Line {
 public:
  explicit Line(TimePoint end) : end_(end) {}
  ~Line() { Close(); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// 0, or an errno.
  int Connect(const addrinfo& to) {
    Close();
    socket_ = ::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, to.ai_protocol);
    if (socket_ < 0) return errno;
    if (::connect(socket_, to.ai_addr, to.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!Wait(POLLOUT)) return ETIMEDOUT;
    int error = 0;
    socklen_t room = sizeof error;
    (void)::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &room);
    return error;
  }

  /// False once it took too long.
  [[nodiscard]] bool Wait(short events) const {
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end_ - SteadyClock().Now());
      if (left.count() <= 0) return false;
      pollfd waited{.fd = socket_, .events = events, .revents = 0};
      const int ready = ::poll(&waited, 1, static_cast<int>(left.count()));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

  [[nodiscard]] int socket() const { return socket_; }

 private:
  void Close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  const TimePoint end_;
  int socket_ = -1;
};

enum class End : std::uint8_t { kClosed, kTimedOut, kNoTls, kWantsCertificate };
/// What came back before the end.
struct Answer {
  std::string text;
  End end = End::kClosed;
};

bool HasStatus(const std::string& answer) {
  return answer.find('\n') != std::string::npos || answer.size() >= kMaxAnswerBytes;
}

Answer AskPlain(const Line& line, std::string_view request) {
  while (!request.empty()) {
    const ssize_t sent = ::send(line.socket(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      request.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      break;  // an answer may be there nonetheless
    } else if (!line.Wait(POLLOUT)) {
      return {.text = {}, .end = End::kTimedOut};
    }
  }
  Answer answer;
  std::array<char, 512> bytes{};
  while (!HasStatus(answer.text)) {
    if (!line.Wait(POLLIN)) {
      answer.end = End::kTimedOut;
      break;
    }
    const ssize_t read = ::recv(line.socket(), bytes.data(), bytes.size(), 0);
    if (read < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (read <= 0) break;
    answer.text.append(bytes.data(), static_cast<std::size_t>(read));
  }
  return answer;
}

class TlsClient {
 public:
  TlsClient(const Line& line, const std::string& host)
      : line_(line), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_cert_cb(
        context_.get(),
        [](SSL*, void* asked) {
          *static_cast<bool*>(asked) = true;  // called when the server wants a certificate
          return 1;
        },
        &wants_certificate_);
    ssl_.reset(SSL_new(context_.get()));
    if (!host.empty()) SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    SSL_set_fd(ssl_.get(), line.socket());
  }

  Answer Ask(std::string_view request) {
    Answer answer;
    std::array<char, 512> bytes{};
    const int size = static_cast<int>(request.size());
    const bool sent = Do([&] { return SSL_connect(ssl_.get()); }) &&
                      Do([&] { return SSL_write(ssl_.get(), request.data(), size); });
    while (sent && !HasStatus(answer.text)) {
      int read = 0;
      if (!Do([&] { return read = SSL_read(ssl_.get(), bytes.data(), bytes.size()); })) break;
      answer.text.append(bytes.data(), static_cast<std::size_t>(read));
    }
    answer.end = end_;
    return answer;
  }

 private:
  // Again and again until it is done; false: never.
  template <class Step>
  bool Do(Step step) {
    while (true) {
      ERR_clear_error();
      const int moved = step();
      if (moved > 0) return true;
      if (!MayGoOn(moved)) return false;
    }
  }

  // After a step that was not done.
  bool MayGoOn(int moved) {
    const int why = SSL_get_error(ssl_.get(), moved);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
      const bool waited = line_.Wait(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
      if (!waited) end_ = End::kTimedOut;
      return waited;
    }
    // Who asked for a certificate and got none refuses with an alert, which may be lost.
    if (wants_certificate_) {
      end_ = End::kWantsCertificate;
    } else if (why == SSL_ERROR_SSL) {
      end_ = End::kNoTls;
    }
    return false;
  }

  const Line& line_;
  bool wants_certificate_ = false;
  End end_ = End::kClosed;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
};

absl::StatusOr<std::string> Verdict(const HealthUrl& url, const Answer& answer) {
  const std::string where = ToText(url);
  std::string_view rest = answer.text;
  std::optional<std::uint64_t> status;
  if (Eat(rest, "HTTP/1.1 ") || Eat(rest, "HTTP/1.0 ")) status = TakeUint(rest);
  if (status == 200) return "alive: " + where + " answers 200";
  if (status == 401) return "alive: " + where + " asks for a password";
  if (status == 429) return "alive: " + where + " had more requests than it allows";
  if (status) return absl::UnavailableError(absl::StrCat(where, " answers ", *status));
  switch (answer.end) {
    case End::kWantsCertificate:
      return "alive: " + where + " asks for a certificate";
    case End::kTimedOut:
      return absl::UnavailableError(where + " does not answer in time");
    case End::kNoTls:
      return absl::UnavailableError(where + " does not speak TLS, or none that this program knows");
    case End::kClosed:
      break;
  }
  return absl::UnavailableError(
      where + (answer.text.empty()
                   ? " closes the connection: does --web.allow-from let this address in?"
                   : " does not speak HTTP"));
}

Answer Ask(const HealthUrl& url, const Line& line) {
  const ListenAddress shown{.host = url.address.host.empty() ? "localhost" : url.address.host,
                            .port = url.address.port};
  const std::string request = absl::StrCat("GET ", url.path, " HTTP/1.1\r\nHost: ", ToText(shown),
                                           "\r\nConnection: close\r\n\r\n");
  if (!url.tls) return AskPlain(line, request);
  return TlsClient(line, url.address.host).Ask(request);
}

}  // namespace

absl::StatusOr<std::string> AskHealth(const HealthUrl& url, std::chrono::milliseconds timeout) {
  Line line(SteadyClock().Now() + timeout);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  // Without a resolver: an image without files has no names either.
  const std::vector<std::string> hosts = url.address.host.empty() || url.address.host == "localhost"
                                             ? std::vector<std::string>{"127.0.0.1", "::1"}
                                             : std::vector<std::string>{url.address.host};
  std::string why_not;
  for (const std::string& host : hosts) {
    addrinfo* found = nullptr;
    const int fault =
        ::getaddrinfo(host.c_str(), std::to_string(url.address.port).c_str(), &hints, &found);
    if (fault != 0) {
      why_not = absl::StrCat("cannot find ", host, ": ", ::gai_strerror(fault));
      continue;
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, &::freeaddrinfo);
    for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
      const int error = line.Connect(*one);
      if (error == 0) return Verdict(url, Ask(url, line));
      if (!why_not.empty()) continue;  // the first says most
      why_not = error == ECONNREFUSED ? "nobody listens at " + ToText(url)
                                      : absl::StrCat("cannot connect to ", ToText(url), ": ",
                                                     std::generic_category().message(error));
    }
  }
  return absl::UnavailableError(why_not);
}

}  // namespace maillog
