// HTTP/1.1 messages (RFC 9112), as far as a server with read-only pages needs them: the header of a
// request, which Boost.Beast parses, and the header of an answer.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace maillog {

struct HttpRequest {
  std::string method;  ///< as sent
  std::string path;    ///< without the query; percent-encoded bytes decoded, so it may hold any
  std::string query;   ///< after `?`, as sent
  std::string accept;  ///< fields that come several times are joined by ", "
  std::string accept_encoding;
  std::string authorization;
  std::string if_none_match;
  bool keep_alive = false;
  bool has_body = false;
};

struct Page {
  int status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;
  std::string_view content_encoding = {};  ///< empty: as it is
  std::string_view vary = {};              ///< by which fields of the request
  std::string_view cache_control = {};
  std::string etag = {};        ///< with its quotes; of status 304 as well
  std::string_view allow = {};  ///< of status 405: the methods that there are
};

/// Where the header in `bytes` ends, after its empty line; npos if that has not come yet.
/// `searched` bytes have been looked at before.
[[nodiscard]] std::size_t HeaderEnd(std::string_view bytes, std::size_t searched);

/// Whether `bytes`, of which more may follow, can become a request at all: it begins with a method.
[[nodiscard]] bool BeginsLikeARequest(std::string_view bytes);

/// A whole header. A fault is the status to answer with, 400 or 414.
[[nodiscard]] std::variant<HttpRequest, int> ParseRequest(std::string_view header);

enum class AfterAnswer : bool { kClose, kKeep };
/// The header of an answer with this page, up to and including the empty line. `more`: further
/// fields, each with its line ending.
[[nodiscard]] std::string AnswerHeader(const Page& page, std::string_view more, AfterAnswer after);

/// A page that says in a few words what the status means.
[[nodiscard]] std::shared_ptr<const Page> StatusPage(int status);

}  // namespace maillog
