// A client that says exactly what a test tells it to, byte by byte, on loopback.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace maillog::test {

struct HttpAnswer {
  int status = 0;                              ///< 0: nothing that looks like an answer came
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// Everything after the empty line is the body.
[[nodiscard]] HttpAnswer ParseAnswer(std::string_view bytes);

/// One connection. Waits at most ten seconds for anything.
class HttpClient {
 public:
  /// `from`: the client's own IPv4 address; empty: whatever the system chooses.
  explicit HttpClient(int port, std::string_view address = "127.0.0.1", std::string_view from = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  /// Whether the server has closed or reset the connection, even if there is more to read.
  [[nodiscard]] bool IsHungUp() const;
  void Send(std::string_view bytes) const;
  /// As a client that closes: nothing more will be sent. Answers can still be read.
  void HangUp() const;
  /// All bytes until the server closes.
  [[nodiscard]] std::string ReadToEnd() const;
  /// One answer on a connection that stays open: header, and as much body as Content-Length says.
  [[nodiscard]] HttpAnswer ReadAnswer() const;

 private:
  int fd_;
  bool connected_ = false;
};

/// One request with `Connection: close` on a new connection.
[[nodiscard]] HttpAnswer Request(int port, std::string_view method, std::string_view path);

}  // namespace maillog::test
