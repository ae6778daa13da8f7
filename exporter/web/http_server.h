// The HTTP server: a table of exact paths, each with a function that makes the page. One thread
// does everything that waits for clients; a few others make pages and check passwords, so that no
// number of clients, however slow, keeps anybody waiting.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "exporter/os/address_range.h"
#include "exporter/os/listen_address.h"
#include "exporter/web/http_limits.h"
#include "exporter/web/http_message.h"

namespace maillog {

class HttpCounts;
class LiveWebConfig;

/// How a page is made.
struct PageMaker {
  /// Called on one of the threads for pages, several at a time. Must not throw.
  std::function<Page(const HttpRequest&)> make;
  /// What the page depends on in a request. Requests that arrive while a page is being made, and
  /// agree in this, get the same page. Of requests without a query there must be few variants:
  /// these are made however many pages wait. Called on the server's thread; empty: on nothing.
  std::function<std::string(const HttpRequest&)> variant = nullptr;
  /// GET covers HEAD, too.
  std::string_view method = "GET";
  /// It takes no time, and is made on the server's own thread, however busy the others are.
  bool at_once = false;
};
using PageTable = std::map<std::string, PageMaker, std::less<>>;

struct HttpOptions {
  HttpLimits limits;
  /// Who may connect at all; empty: everybody.
  std::vector<AddressRange> allow_from;
  /// Where everything done is counted; must outlive the server.
  HttpCounts* counts = nullptr;
  /// TLS, users, headers; must outlive the server, which reads its files again as they change.
  LiveWebConfig* web_config = nullptr;
};

class HttpServer {
 public:
  /// The paths are exact: `/metrics` is not `/metrics/x`. Every other path is answered with 404,
  /// other methods on these with 405.
  explicit HttpServer(PageTable pages, HttpOptions options = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens on all addresses or on none. Fails with one sentence that names the address that was
  /// not available. From then on the process ignores SIGPIPE. Must not be started again after
  /// Stop().
  [[nodiscard]] absl::Status Start(const std::vector<ListenAddress>& addresses);

  /// Accepts no more requests and waits for the threads: as long as a page that is being made
  /// takes, whatever clients do. Has no effect if not started.
  void Stop();

  /// Whether the thread that waits for all clients is at work: it has come around since the last
  /// call. Asked from one thread, seldom.
  [[nodiscard]] bool ComesAround();

  /// The ports listened on, in the order of the addresses: in place of 0, the one that was free.
  [[nodiscard]] const std::vector<int>& ports() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace maillog
