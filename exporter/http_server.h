// The HTTP server: a table of exact paths, each with a function that makes the page. GET and HEAD
// only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "exporter/listen_address.h"

struct mg_connection;
struct mg_context;

namespace maillog {

struct Page {
  int status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// Called on the server's threads, several at a time. Must not throw.
using PageMaker = std::function<Page()>;

class HttpServer {
 public:
  /// The paths are exact: `/metrics` is not `/metrics/x`. Every other path is answered with 404,
  /// another method on these with 405.
  explicit HttpServer(std::map<std::string, PageMaker, std::less<>> pages);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens on all addresses or on none. Fails with one sentence that names the address that could
  /// not be had.
  [[nodiscard]] absl::Status Start(const std::vector<ListenAddress>& addresses);

  /// Takes no more requests and waits for the threads: a quarter of a second whatever clients do,
  /// longer only as long as a page that is being made takes. Without effect if not started.
  void Stop();

  /// The ports listened on, in the order of the addresses. Tells which one was free where 0 was
  /// asked for.
  [[nodiscard]] std::vector<int> ports() const;

 private:
  static int OnRequest(mg_connection* connection);
  [[nodiscard]] Page MakePage(std::string_view method, std::string_view path) const;

  std::map<std::string, PageMaker, std::less<>> pages_;
  mg_context* context_ = nullptr;
};

}  // namespace maillog
