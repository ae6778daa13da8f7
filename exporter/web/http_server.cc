#include "exporter/web/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/os/clock.h"
#include "exporter/os/log.h"
#include "exporter/web/http_connection.h"
#include "exporter/web/http_counts.h"
#include "exporter/web/http_doors.h"
#include "exporter/web/page_queue.h"
#include "exporter/web/unread_pages.h"
#include "exporter/web/web_config.h"
#include "exporter/web/web_passwords.h"
#include "exporter/web/web_rate_limit.h"

namespace maillog {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kPageThreads = 2;
constexpr int kPasswordNice = 10;

constexpr int kUnauthorized = 401;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kTooLarge = 413;
constexpr int kTooManyRequests = 429;
constexpr int kBusy = 503;

}  // namespace

class HttpServer::Core final : public HttpConnection::Owner, HttpDoors::Owner {
 public:
  Core(PageTable pages, HttpOptions options)
      : pages_(std::move(pages)),
        options_(std::move(options)),
        queue_(kPageThreads, options_.limits.waiting_pages),
        unread_(options_.limits.unread_bytes) {}

  absl::Status Start(const std::vector<ListenAddress>& addresses);
  void Stop();
  [[nodiscard]] bool ComesAround();
  [[nodiscard]] const std::vector<int>& ports() const { return doors_.ports(); }

  void OnRequest(const std::shared_ptr<HttpConnection>& connection, HttpRequest request) override;
  void OnTlsFault() override { Refused(HttpRefusal::kTls); }
  void OnBadRequest(int status) override;
  void OnEnd(const HttpConnection& connection) override;

 private:
  using Connection = std::shared_ptr<HttpConnection>;

  void Refused(HttpRefusal refusal);
  void OnClient(int socket, const sockaddr_storage& peer) override;
  void OnNoRoom() override;
  [[nodiscard]] bool MayConnect(const sockaddr_storage& peer) const;
  void CloseLeastMissed();
  void BoundUnread(const std::shared_ptr<const Page>& begun);
  void GiveUp(const Page& page);
  /// `path`: one of the table; empty: none of them.
  void Answer(const Connection& connection, std::string_view path,
              const std::shared_ptr<const Page>& page);
  [[nodiscard]] const WebConfig& Config();
  void CheckPassword(const Connection& connection, HttpRequest request);
  void Unauthorized(const Connection& connection, const HttpRequest& request);
  [[nodiscard]] std::string_view KnownPath(const HttpRequest& request) const;
  void Serve(const Connection& connection, HttpRequest request);
  void WaitForPage(const Connection& connection, const PageMaker& maker, HttpRequest request);
  void MakePages();
  void Deliver(const std::string& key, const std::shared_ptr<const Page>& page);

  const PageTable pages_;
  const HttpOptions options_;

  asio::io_context io_{1};  // one thread: only it uses what follows
  HttpDoors doors_{io_, *this};
  std::list<Connection> connections_;  // from the oldest
  PageQueue queue_;                    // by path and variant
  UnreadPages unread_;
  bool warned_of_unread_ = false;

  std::shared_ptr<const WebConfig> config_ = std::make_shared<WebConfig>();
  RateLimiter rate_limiter_;
  VerifiedPasswords verified_;
  std::size_t waiting_passwords_ = 0;

  asio::thread_pool page_threads_{kPageThreads};
  asio::thread_pool password_thread_{1};
  std::thread thread_;
  std::atomic<bool> came_around_{true};
};

absl::Status HttpServer::Core::Start(const std::vector<ListenAddress>& addresses) {
  std::signal(SIGPIPE, SIG_IGN);
  if (absl::Status listening = doors_.Listen(addresses); !listening.ok()) return listening;
  // A flood of passwords must not keep the logs from being read.
  asio::post(password_thread_, [] { ::setpriority(PRIO_PROCESS, 0, kPasswordNice); });
  thread_ = std::thread([this] { io_.run(); });
  return absl::OkStatus();
}

// What runs on the server's thread ends by itself once there is nothing left to wait for.
void HttpServer::Core::Stop() {
  if (!thread_.joinable()) return;
  page_threads_.stop();
  password_thread_.stop();
  page_threads_.join();
  password_thread_.join();
  asio::post(io_, [this] {
    doors_.Close();
    for (const Connection& connection : std::list<Connection>(connections_)) connection->Close();
  });
  thread_.join();
}

bool HttpServer::Core::ComesAround() {
  if (!came_around_.exchange(false)) return false;
  asio::post(io_, [this] { came_around_ = true; });
  return true;
}

void HttpServer::Core::OnClient(int socket, const sockaddr_storage& peer) {
  if (!MayConnect(peer)) {
    Refused(HttpRefusal::kStranger);
    ::close(socket);
    return;
  }
  // The last bytes of an answer must not wait until the client has acknowledged the first.
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connections_.size() >= options_.limits.connections) CloseLeastMissed();
  const auto& tls = Config().tls;
  const auto connection = std::make_shared<HttpConnection>(
      io_, socket, tls == nullptr ? PlainChannel(socket) : TlsChannel(socket, tls), *this,
      options_.limits.times);
  connections_.push_back(connection);
  connection->Start();
}

void HttpServer::Core::OnNoRoom() {
  if (!connections_.empty()) CloseLeastMissed();
}

bool HttpServer::Core::MayConnect(const sockaddr_storage& peer) const {
  if (options_.allow_from.empty()) return true;
  const std::optional<IpAddress> address = AddressOf(peer);
  return address && IsWithin(*address, options_.allow_from);
}

void HttpServer::Core::CloseLeastMissed() {
  const auto least_missed = std::min_element(
      connections_.begin(), connections_.end(),
      [](const Connection& a, const Connection& b) { return a->doing() < b->doing(); });
  const Connection closed = *least_missed;
  Refused(HttpRefusal::kFull);
  closed->Close();
}

void HttpServer::Core::OnEnd(const HttpConnection& connection) {
  queue_.Leave(connection);
  connections_.remove_if([&](const Connection& one) { return one.get() == &connection; });
}

void HttpServer::Core::BoundUnread(const std::shared_ptr<const Page>& begun) {
  const auto pages = unread_.Add(begun);
  for (const auto& page : pages) GiveUp(*page);
  if (pages.empty() || std::exchange(warned_of_unread_, true)) return;
  LogWarn(
      "an answer was dropped before its client had read it: pages that wait for slow readers "
      "are too large together; this is said once",
      {{"bytes", absl::StrCat(pages.front()->body.size())},
       {"limit", absl::StrCat(options_.limits.unread_bytes)}});
}

void HttpServer::Core::GiveUp(const Page& page) {
  for (const Connection& connection : std::list<Connection>(connections_)) {
    if (connection->page() != &page) continue;
    Refused(HttpRefusal::kUnread);
    connection->Close();
  }
}

void HttpServer::Core::Refused(HttpRefusal refusal) {
  if (options_.counts != nullptr) options_.counts->CountRefusal(refusal);
}

void HttpServer::Core::OnBadRequest(int status) {
  if (options_.counts != nullptr) options_.counts->CountRequest({}, status);
}

void HttpServer::Core::Answer(const Connection& connection, std::string_view path,
                              const std::shared_ptr<const Page>& page) {
  if (options_.counts != nullptr) options_.counts->CountRequest(path, page->status);
  connection->Answer(page, config_->headers);
  if (connection->page() == page.get()) BoundUnread(page);
}

const WebConfig& HttpServer::Core::Config() {
  if (options_.web_config != nullptr) config_ = options_.web_config->Current();
  return *config_;
}

void HttpServer::Core::OnRequest(const Connection& connection, HttpRequest request) {
  const WebConfig& config = Config();
  const std::string_view path = KnownPath(request);
  if (!rate_limiter_.Take(config.rate_limit, SteadyClock().Now())) {
    Refused(HttpRefusal::kRate);
    return Answer(connection, path, StatusPage(kTooManyRequests));
  }
  if (config.users.empty()) return Serve(connection, std::move(request));
  CheckPassword(connection, std::move(request));
}

void HttpServer::Core::CheckPassword(const Connection& connection, HttpRequest request) {
  const auto credentials = ParseAuthorization(request.authorization);
  if (!credentials) return Unauthorized(connection, request);
  const VerifiedPasswords::Digest digest = verified_.DigestOf(config_->users, *credentials);
  if (const std::optional<bool> right = verified_.Find(digest)) {
    return *right ? Serve(connection, std::move(request)) : Unauthorized(connection, request);
  }
  if (waiting_passwords_ >= options_.limits.waiting_passwords) {
    return Answer(connection, KnownPath(request), StatusPage(kBusy));
  }
  ++waiting_passwords_;
  asio::post(password_thread_, [this, connection, digest, config = config_,
                                credentials = *credentials, request = std::move(request)] {
    const bool right = VerifyPassword(config->users, credentials);
    asio::post(io_, [this, connection, digest, request, right] {
      --waiting_passwords_;
      verified_.Add(digest, right);
      right ? Serve(connection, request) : Unauthorized(connection, request);
    });
  });
}

void HttpServer::Core::Unauthorized(const Connection& connection, const HttpRequest& request) {
  Refused(HttpRefusal::kPassword);
  Answer(connection, KnownPath(request), StatusPage(kUnauthorized));
}

std::string_view HttpServer::Core::KnownPath(const HttpRequest& request) const {
  const auto found = pages_.find(request.path);
  return found == pages_.end() ? std::string_view() : std::string_view(found->first);
}

void HttpServer::Core::Serve(const Connection& connection, HttpRequest request) {
  if (!connection->is_open()) return;  // it has gone while its password was verified
  const auto found = pages_.find(request.path);
  if (found == pages_.end()) return Answer(connection, {}, StatusPage(kNotFound));
  const auto& [path, maker] = *found;
  const bool is_read = maker.method == "GET";
  if (request.method != maker.method && !(is_read && request.method == "HEAD")) {
    auto page = std::make_shared<Page>(*StatusPage(kMethodNotAllowed));
    page->allow = is_read ? "GET, HEAD" : maker.method;
    return Answer(connection, path, page);
  }
  if (request.has_body) return Answer(connection, path, StatusPage(kTooLarge));
  WaitForPage(connection, maker, std::move(request));
}

void HttpServer::Core::WaitForPage(const Connection& connection, const PageMaker& maker,
                                   HttpRequest request) {
  if (maker.at_once) {
    return Answer(connection, KnownPath(request), std::make_shared<Page>(maker.make(request)));
  }
  const std::string_view path = KnownPath(request);
  std::string key =
      absl::StrCat(request.path, "\n", maker.variant ? maker.variant(request) : std::string());
  if (!queue_.Add({std::move(key), &maker, std::move(request)}, connection)) {
    return Answer(connection, path, StatusPage(kBusy));
  }
  MakePages();
}

// Handed to the threads no sooner than one is free: what waits there could not be taken back.
void HttpServer::Core::MakePages() {
  while (std::optional<PageQueue::Job> job = queue_.Begin()) {
    asio::post(page_threads_, [this, job = *std::move(job)] {
      auto page = std::make_shared<const Page>(job.maker->make(job.request));
      asio::post(io_, [this, key = job.key, page = std::move(page)] { Deliver(key, page); });
    });
  }
}

void HttpServer::Core::Deliver(const std::string& key, const std::shared_ptr<const Page>& page) {
  const std::vector<Connection> clients = queue_.End(key);
  MakePages();
  const std::string_view path = std::string_view(key).substr(0, key.find('\n'));
  for (const Connection& connection : clients) Answer(connection, path, page);
}

HttpServer::HttpServer(PageTable pages, HttpOptions options)
    : core_(std::make_unique<Core>(std::move(pages), std::move(options))) {}

HttpServer::~HttpServer() { Stop(); }

absl::Status HttpServer::Start(const std::vector<ListenAddress>& addresses) {
  return core_->Start(addresses);
}

void HttpServer::Stop() { core_->Stop(); }

bool HttpServer::ComesAround() { return core_->ComesAround(); }

const std::vector<int>& HttpServer::ports() const { return core_->ports(); }

}  // namespace maillog
