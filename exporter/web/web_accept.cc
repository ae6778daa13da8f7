#include "exporter/web/web_accept.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <vector>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view TakePart(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return Trimmed(part);
}

// Names of types, codings and parameters may be written in any case (RFC 9110, 8.3.1 and 8.4.1).
bool IsNamed(std::string_view name, std::string_view lower) {
  return std::equal(name.begin(), name.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return Lower(a) == b; });
}

/// An item of a list: `text/plain;version=0.0.4;q=0.5`.
struct Item {
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  double quality = 1;

  [[nodiscard]] std::optional<std::string_view> Find(std::string_view parameter) const {
    for (const auto& [name_of, value] : parameters) {
      if (IsNamed(name_of, parameter)) return value;
    }
    return std::nullopt;
  }
};

std::vector<Item> ParseList(std::string_view text) {
  std::vector<Item> items;
  while (!text.empty()) {
    std::string_view rest = TakePart(text, ',');
    Item item;
    item.name = TakePart(rest, ';');
    while (!rest.empty()) {
      std::string_view value = TakePart(rest, ';');
      const std::string_view name = TakePart(value, '=');
      if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      if (IsNamed(name, "q")) {
        const auto end =
            std::from_chars(value.data(), value.data() + value.size(), item.quality).ec;
        if (end != std::errc()) item.quality = 0;
      } else {
        item.parameters.emplace_back(name, value);
      }
    }
    if (!item.name.empty()) items.push_back(std::move(item));
  }
  return items;
}

std::optional<ExpositionFormat> FormatOf(const Item& item) {
  const auto version = item.Find("version");
  if (IsNamed(item.name, "application/openmetrics-text")) {
    if (version && version != "1.0.0") return std::nullopt;
    return ExpositionFormat::kOpenMetrics;
  }
  if (IsNamed(item.name, "application/vnd.google.protobuf")) {
    const bool ours = item.Find("proto") == "io.prometheus.client.MetricFamily" &&
                      item.Find("encoding") == "delimited";
    return ours ? std::optional(ExpositionFormat::kProtobuf) : std::nullopt;
  }
  const bool is_plain = IsNamed(item.name, "text/plain");
  if (is_plain && version && version != "0.0.4") return std::nullopt;
  if (is_plain || IsNamed(item.name, "text/*") || item.name == "*/*") {
    return ExpositionFormat::kText;
  }
  return std::nullopt;
}

/// `names`: of the same coding, `*` last.
double QualityOf(const std::vector<Item>& codings, std::initializer_list<std::string_view> names,
                 double otherwise) {
  for (const std::string_view name : names) {
    const auto found = std::find_if(codings.begin(), codings.end(),
                                    [&](const Item& item) { return IsNamed(item.name, name); });
    if (found != codings.end()) return found->quality;
  }
  return otherwise;
}

}  // namespace

WantedForm ParseAccept(std::string_view accept, std::string_view accept_encoding) {
  WantedForm wanted;
  double best = 0;
  for (const Item& item : ParseList(accept)) {
    const std::optional<ExpositionFormat> format = FormatOf(item);
    if (!format || item.quality <= best) continue;
    best = item.quality;
    wanted.format = *format;
    wanted.says_escaping = item.Find("escaping").has_value();
  }
  const std::vector<Item> codings = ParseList(accept_encoding);
  const double gzip = QualityOf(codings, {"gzip", "x-gzip", "*"}, 0);
  // No coding is always acceptable unless it is ruled out, and less wanted than what is named.
  constexpr double kUnnamed = 0.0001;
  if (gzip > 0 && gzip >= QualityOf(codings, {"identity", "*"}, kUnnamed))
    wanted.coding = BodyCoding::kGzip;
  return wanted;
}

std::string_view ContentTypeOf(const WantedForm& form) {
  if (form.format == ExpositionFormat::kOpenMetrics && form.says_escaping) {
    return "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
  }
  return ContentTypeOf(form.format);
}

}  // namespace maillog
