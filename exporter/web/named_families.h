// The families that a scrape names, as those of other exporters do: `name[]=a&name[]=b`.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace maillog {

class NamedFamilies {
 public:
  /// `query`: as sent. A name may be a family's, also without `_total` or `_info`, or that of one
  /// of a histogram's series. Names that no family has are as if they were not there.
  explicit NamedFamilies(std::string_view query);

  /// No name was given at all.
  [[nodiscard]] bool are_all() const { return are_all_; }
  [[nodiscard]] bool Has(std::string_view family) const {
    return are_all_ || families_.contains(family);
  }
  /// The same text for all queries that mean the same families.
  [[nodiscard]] std::string Key() const;

 private:
  void Add(std::string_view name);
  void AddIfKnown(std::string_view family);

  bool are_all_ = true;
  std::set<std::string_view> families_;  // of the catalog, which lives for ever
};

}  // namespace maillog
