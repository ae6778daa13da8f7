// What clients of the HTTP server choose: a request, and the fields of it that are read.
#include "exporter/os/address_range.h"
#include "exporter/web/http_limits.h"
#include "exporter/web/http_message.h"
#include "exporter/web/web_accept.h"
#include "exporter/web/web_passwords.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {
namespace {

void CheckRequest(std::string_view header) {
  const std::variant<HttpRequest, int> parsed = ParseRequest(header);
  if (const int* status = std::get_if<int>(&parsed)) return Check(*status == 400 || *status == 414);
  const auto& request = std::get<HttpRequest>(parsed);
  Check(!request.method.empty() && request.path.starts_with('/'));
  Check(request.path.size() + request.query.size() <= kMaxTargetBytes);
  for (const std::string* field : {&request.accept, &request.accept_encoding}) {
    Check(field->find_first_of("\r\n") == std::string::npos);
  }
}

}  // namespace
}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  const std::string_view input = fuzz::AsText(data, size);
  const std::size_t end = HeaderEnd(input, 0);
  for (std::size_t searched = 0; searched < input.size(); searched += 3) {
    const std::size_t found = HeaderEnd(input.substr(0, searched), 0);
    if (found == std::string_view::npos) fuzz::Check(HeaderEnd(input, searched) == end);
  }
  fuzz::CheckRequest(input.substr(0, end == std::string_view::npos ? input.size() : end));
  fuzz::CheckRequest(std::string(input.substr(0, kMaxTargetBytes)) +
                     " HTTP/1.1\r\nHost: x\r\n\r\n");
  (void)ParseAccept(input, input);
  (void)ParseAddressRange(input);
  if (const auto credentials = ParseAuthorization("Basic " + std::string(input))) {
    fuzz::Check(credentials->password.find('\0') == std::string::npos);
    fuzz::Check(credentials->user.find(':') == std::string::npos);
  }
  return 0;
}
