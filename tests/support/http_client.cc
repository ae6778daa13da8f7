#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace maillog::test {
namespace {

constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool Connect(int fd, std::string_view address, std::uint16_t port) {
  const std::string text(address);
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  if (::inet_pton(AF_INET, text.c_str(), &ipv4.sin_addr) == 1) {
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4) == 0;
  }
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(port);
  return ::inet_pton(AF_INET6, text.c_str(), &ipv6.sin6_addr) == 1 &&
         ::connect(fd, reinterpret_cast<const sockaddr*>(&ipv6), sizeof ipv6) == 0;
}

}  // namespace

HttpAnswer ParseAnswer(std::string_view bytes) {
  HttpAnswer answer;
  const std::size_t header_end = bytes.find("\r\n\r\n");
  if (header_end == std::string_view::npos || !bytes.starts_with("HTTP/1.1 ")) return answer;
  std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
  answer.body = bytes.substr(header_end + 4);
  std::string_view lines = bytes.substr(0, header_end);
  while (true) {
    const std::size_t newline = lines.find("\r\n");
    if (newline == std::string_view::npos) return answer;
    lines.remove_prefix(newline + 2);
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    answer.headers[Lower(line.substr(0, colon))] = line.substr(colon + 2);
  }
}

HttpClient::HttpClient(int port, std::string_view address, std::string_view from)
    : fd_(::socket(address.find(':') == std::string_view::npos ? AF_INET : AF_INET6,
                   SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  if (::inet_pton(AF_INET, std::string(from).c_str(), &own.sin_addr) == 1) {
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof own);
  }
  connected_ = Connect(fd_, address, static_cast<std::uint16_t>(port));
}

HttpClient::~HttpClient() {
  if (fd_ >= 0) ::close(fd_);
}

bool HttpClient::IsHungUp() const {
  pollfd polled{.fd = fd_, .events = POLLRDHUP, .revents = 0};
  return ::poll(&polled, 1, 0) > 0 && (polled.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void HttpClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void HttpClient::HangUp() const { ::shutdown(fd_, SHUT_WR); }

std::string HttpClient::ReadToEnd() const {
  std::string bytes;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

HttpAnswer HttpClient::ReadAnswer() const {
  std::string bytes;
  char byte = 0;
  while (bytes.find("\r\n\r\n") == std::string::npos) {
    if (::recv(fd_, &byte, 1, 0) != 1) return {};
    bytes += byte;
  }
  HttpAnswer answer = ParseAnswer(bytes);
  std::size_t length = 0;
  const std::string& text = answer.headers["content-length"];
  std::from_chars(text.data(), text.data() + text.size(), length);
  while (answer.body.size() < length) {
    if (::recv(fd_, &byte, 1, 0) != 1) return {};
    answer.body += byte;
  }
  return answer;
}

HttpAnswer Request(int port, std::string_view method, std::string_view path) {
  const HttpClient client(port);
  std::string request(method);
  request += ' ';
  request += path;
  request += " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  client.Send(request);
  return ParseAnswer(client.ReadToEnd());
}

}  // namespace maillog::test
