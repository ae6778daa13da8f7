#include "exporter/web/named_families.h"

#include <cstddef>

#include "metrics/catalog/catalog.h"

namespace maillog {
namespace {

const std::set<std::string_view>& KnownFamilies() {
  static const auto* const known = [] {
    auto* const names = new std::set<std::string_view>;
    for (const RowInfo& row : AllRows()) names->insert(row.name);
    return names;
  }();
  return *known;
}

}  // namespace

NamedFamilies::NamedFamilies(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    for (const std::string_view key : {"name[]=", "name%5B%5D=", "name%5b%5d="}) {
      if (parameter.starts_with(key)) Add(parameter.substr(key.size()));
    }
  }
}

std::string NamedFamilies::Key() const {
  if (are_all_) return {};
  std::string key = "only";
  for (const std::string_view family : families_) key.append("&").append(family);
  return key;
}

void NamedFamilies::Add(std::string_view name) {
  are_all_ = false;
  AddIfKnown(name);
  for (const std::string_view suffix : {"_total", "_info"}) {
    AddIfKnown(std::string(name).append(suffix));
  }
  for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
    if (name.ends_with(suffix)) AddIfKnown(name.substr(0, name.size() - suffix.size()));
  }
}

void NamedFamilies::AddIfKnown(std::string_view family) {
  const auto found = KnownFamilies().find(family);
  if (found != KnownFamilies().end()) families_.insert(*found);
}

}  // namespace maillog
