#include "exporter/web/http_message.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "exporter/web/http_limits.h"
#include "parser/scan.h"

namespace maillog {
namespace {

namespace http = boost::beast::http;

constexpr int kBadRequest = 400;
constexpr int kUriTooLong = 414;
constexpr int kNotModified = 304;

struct Status {
  int code;
  std::string_view reason;
  std::string_view text;
};
constexpr std::array<Status, 12> kStatuses{
    {{200, "OK", "OK\n"},
     {304, "Not Modified", ""},
     {400, "Bad Request", "This request cannot be understood.\n"},
     {401, "Unauthorized", "A user and a password are needed.\n"},
     {404, "Not Found", "There is no such page.\n"},
     {405, "Method Not Allowed", "This page does not support this method.\n"},
     {413, "Content Too Large", "A request has no body here.\n"},
     {414, "URI Too Long", "The path is too long.\n"},
     {429, "Too Many Requests", "There are too many requests.\n"},
     {431, "Request Header Fields Too Large", "The header of the request is too long.\n"},
     {500, "Internal Server Error", "Something has failed.\n"},
     {503, "Service Unavailable", "The server is busy.\n"}}};

// For pages that people look at, unless the web configuration says otherwise; the first is for all
// pages.
constexpr std::string_view kNoSniffing = "X-Content-Type-Options";
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kUsualFields{
    {{kNoSniffing, "nosniff"},
     {"Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
      "'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
     {"X-Frame-Options", "deny"},
     {"Referrer-Policy", "no-referrer"}}};

const Status& StatusOf(int code) {
  const auto* const found = std::find_if(kStatuses.begin(), kStatuses.end(),
                                         [code](const Status& one) { return one.code == code; });
  return found == kStatuses.end() ? kStatuses.back() : *found;
}

// The value of a digit (IsHexDigit).
int HexValue(char c) { return IsDigit(c) ? c - '0' : Lower(c) - 'a' + 10; }

std::optional<std::string> Decoded(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out += path[i];
      continue;
    }
    if (i + 2 >= path.size() || !IsHexDigit(path[i + 1]) || !IsHexDigit(path[i + 2])) {
      return std::nullopt;
    }
    out += static_cast<char>(HexValue(path[i + 1]) * 16 + HexValue(path[i + 2]));
    i += 2;
  }
  return out;
}

// The form used with proxies names scheme and host too; what it asks for is the same.
std::string_view WithoutHost(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t path = target.find('/', scheme.size());
    return path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target;
}

template <class Fields>
std::string Joined(const Fields& fields, http::field name) {
  std::string values;
  const auto [first, last] = fields.equal_range(name);
  for (auto field = first; field != last; ++field) {
    if (field != first) values += ", ";
    values.append(field->value().data(), field->value().size());
  }
  return values;
}

/// Whether it is known whom the request is for, and where it ends (RFC 9112, 3.2 and 6.3). What
/// follows a body whose end is not known would be taken for the next request.
template <class Parser>
bool IsDelimited(const Parser& parser) {
  const auto& fields = parser.get();
  const std::size_t hosts = fields.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && fields.version() > 10)) return false;
  return fields.count(http::field::transfer_encoding) == 0 || parser.chunked();
}

}  // namespace

std::size_t HeaderEnd(std::string_view bytes, std::size_t searched) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t from = searched < kEnd.size() ? 0 : searched - kEnd.size() + 1;
  const std::size_t end = bytes.find(kEnd, from);
  return end == std::string_view::npos ? end : end + kEnd.size();
}

bool BeginsLikeARequest(std::string_view bytes) {
  return bytes.empty() || absl::ascii_isalpha(static_cast<unsigned char>(bytes.front()));
}

std::variant<HttpRequest, int> ParseRequest(std::string_view header) {
  http::request_parser<http::empty_body> parser;
  parser.eager(false);
  parser.header_limit(kMaxRequestBytes);
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // none is read
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(header.data(), header.size()), error);
  if (error || !parser.is_header_done()) return kBadRequest;
  const auto& fields = parser.get();
  if (!IsDelimited(parser)) return kBadRequest;
  if (fields.target().size() > kMaxTargetBytes) return kUriTooLong;

  HttpRequest request;
  request.method.assign(fields.method_string().data(), fields.method_string().size());
  const std::string_view target = WithoutHost({fields.target().data(), fields.target().size()});
  const std::size_t query = target.find('?');
  std::optional<std::string> path = Decoded(target.substr(0, query));
  if (!path || !path->starts_with('/')) return kBadRequest;
  request.path = *std::move(path);
  if (query != std::string_view::npos) request.query = target.substr(query + 1);
  request.accept = Joined(fields, http::field::accept);
  request.accept_encoding = Joined(fields, http::field::accept_encoding);
  request.authorization = Joined(fields, http::field::authorization);
  request.if_none_match = Joined(fields, http::field::if_none_match);
  request.keep_alive = fields.version() > 10 && fields.keep_alive();
  request.has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
  return request;
}

std::string AnswerHeader(const Page& page, std::string_view more, AfterAnswer after) {
  std::string header = absl::StrCat(
      "HTTP/1.1 ", page.status, " ",
      absl::string_view(StatusOf(page.status).reason.data(), StatusOf(page.status).reason.size()),
      "\r\nDate: ",
      absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()));
  // For a page that has not changed, it would be the length of what is not sent.
  if (page.status != kNotModified)
    absl::StrAppend(&header, "\r\nContent-Length: ", page.body.size());
  const auto add = [&header](std::string_view name, std::string_view value) {
    if (!value.empty()) header.append("\r\n").append(name).append(": ").append(value);
  };
  add("Content-Type", page.content_type);
  add("Content-Encoding", page.content_encoding);
  add("Vary", page.vary);
  add("Cache-Control", page.cache_control);
  add("ETag", page.etag);
  add("Allow", page.allow);
  add("WWW-Authenticate", page.status == 401 ? "Basic realm=\"maillog_exporter\"" : "");
  add("Connection", after == AfterAnswer::kClose ? "close" : "");
  for (const auto& [name, value] : kUsualFields) {
    const bool is_page = page.content_type.starts_with("text/html");
    if (more.find(name) == std::string_view::npos && (is_page || name == kNoSniffing)) {
      add(name, value);
    }
  }
  return header.append("\r\n").append(more).append("\r\n");
}

std::shared_ptr<const Page> StatusPage(int status) {
  auto page = std::make_shared<Page>();
  page->status = status;
  page->body = StatusOf(status).text;
  return page;
}

}  // namespace maillog
