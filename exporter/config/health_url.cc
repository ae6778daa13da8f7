#include "exporter/config/health_url.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kPlain = "http://";
constexpr std::string_view kTls = "https://";

bool HasPort(std::string_view authority) {
  return authority.rfind(':') != std::string_view::npos && !authority.ends_with(']');
}

// What must not be in a request's lines.
bool IsVisible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::optional<HealthUrl> ParseHealthUrl(std::string_view text) {
  HealthUrl url;
  url.tls = Eat(text, kTls);
  if ((!url.tls && !Eat(text, kPlain)) || !IsVisible(text)) return std::nullopt;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string authority(text.substr(0, slash));
  const std::string_view path = text.substr(slash);
  if (path.size() > 1) url.path = path;
  const auto address = ParseListenAddress(
      HasPort(authority) ? authority : absl::StrCat(authority, ":", url.address.port));
  if (!address || address->host.empty() || address->port == 0) return std::nullopt;
  url.address = *address;
  return url;
}

std::string ToText(const HealthUrl& url) {
  ListenAddress shown = url.address;
  if (shown.host.empty()) shown.host = "localhost";
  return std::string(url.tls ? kTls : kPlain) + ToText(shown) + url.path;
}

}  // namespace maillog
