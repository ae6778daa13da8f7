#include "exporter/http_server.h"

#include <civetweb.h>

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "exporter/log.h"

namespace maillog {
namespace {

// civetweb gives a thread to each connection, so a client that sends half a request holds one until
// the time-out. With these, a scrape waits behind 64 such clients for two seconds. An idle thread
// costs some 10 KB.
constexpr const char* kThreads = "64";
constexpr const char* kRequestTimeoutMs = "2000";
constexpr const char* kKeepAliveTimeoutMs = "500";
constexpr const char* kMaxRequestBytes = "8192";
constexpr std::size_t kMaxPorts = 64;

constexpr int kMethodNotAllowed = 405;
constexpr std::string_view kAllow = "GET, HEAD";

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

std::string HeaderOf(const Page& page) {
  std::string header = absl::StrCat(
      "HTTP/1.1 ", page.status, " ",
      absl::string_view(Reason(page.status).data(), Reason(page.status).size()),
      "\r\nDate: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()),
      "\r\nContent-Type: ", absl::string_view(page.content_type.data(), page.content_type.size()),
      "\r\nContent-Length: ", page.body.size(), "\r\nX-Content-Type-Options: nosniff\r\n");
  if (page.status == kMethodNotAllowed) {
    header.append("Allow: ").append(kAllow).append("\r\nConnection: close\r\n");
  }
  return header += "\r\n";
}

int OnLibraryMessage(const mg_connection*, const char* message) {
  LogDebug("civetweb", {{"text", message}});
  return 1;
}

// civetweb's own spelling: `+9025` is both IP versions.
std::string LibrarySpelling(const ListenAddress& address) {
  if (!address.host.empty()) return ToText(address);
  const bool both = HasIpv6() && mg_check_feature(MG_FEATURES_IPV6) != 0;
  return absl::StrCat(both ? "+" : "0.0.0.0:", address.port);
}

}  // namespace

HttpServer::HttpServer(std::map<std::string, PageMaker, std::less<>> pages)
    : pages_(std::move(pages)) {
  mg_init_library(MG_FEATURES_DEFAULT);
}

HttpServer::~HttpServer() {
  Stop();
  mg_exit_library();
}

absl::Status HttpServer::Start(const std::vector<ListenAddress>& addresses) {
  std::string ports;
  for (const ListenAddress& address : addresses) {
    if (const std::string why = WhyNotListen(address); !why.empty()) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", ToText(address), ": ", why,
                                                 "; choose another --web.listen-address"));
    }
    absl::StrAppend(&ports, ports.empty() ? "" : ",", LibrarySpelling(address));
  }
  const std::array<const char*, 15> options{"listening_ports",
                                            ports.c_str(),
                                            "num_threads",
                                            kThreads,
                                            "request_timeout_ms",
                                            kRequestTimeoutMs,
                                            "enable_keep_alive",
                                            "yes",
                                            "keep_alive_timeout_ms",
                                            kKeepAliveTimeoutMs,
                                            "max_request_size",
                                            kMaxRequestBytes,
                                            "linger_timeout_ms",
                                            kRequestTimeoutMs,
                                            nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = &HttpServer::OnRequest;
  callbacks.log_message = &OnLibraryMessage;
  context_ = mg_start(&callbacks, this, const_cast<const char**>(options.data()));
  if (context_ == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", ports, "; choose another --web.listen-address"));
  }
  return absl::OkStatus();
}

void HttpServer::Stop() {
  if (context_ == nullptr) return;
  mg_stop(context_);
  context_ = nullptr;
}

std::vector<int> HttpServer::ports() const {
  std::array<mg_server_port, kMaxPorts> found{};
  const int count =
      context_ == nullptr
          ? 0
          : mg_get_server_ports(context_, static_cast<int>(found.size()), found.data());
  std::vector<int> ports;
  for (int i = 0; i < count; ++i) ports.push_back(found[static_cast<std::size_t>(i)].port);
  return ports;
}

Page HttpServer::MakePage(std::string_view method, std::string_view path) const {
  const auto page = pages_.find(path);
  if (page == pages_.end()) return {.status = 404, .body = "There is no such page.\n"};
  if (method != "GET" && method != "HEAD") {
    return {.status = kMethodNotAllowed, .body = "This page can only be read.\n"};
  }
  return page->second();
}

int HttpServer::OnRequest(mg_connection* connection) {
  const mg_request_info* request = mg_get_request_info(connection);
  const std::string_view method = request->request_method;
  const auto* server = static_cast<const HttpServer*>(request->user_data);
  const Page page = server->MakePage(method, request->local_uri);

  // Whatever follows the header of such a request is not worth reading.
  if (page.status == kMethodNotAllowed) mg_disable_connection_keep_alive(connection);
  std::string answer = HeaderOf(page);
  if (method != "HEAD") answer += page.body;
  mg_write(connection, answer.data(), answer.size());
  return page.status;
}

}  // namespace maillog
