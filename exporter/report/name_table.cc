#include "exporter/report/name_table.h"

#include <algorithm>
#include <tuple>

namespace maillog {
namespace {

void AddAll(const NameTable::Counts& more, NameTable::Counts& counts) {
  std::transform(counts.begin(), counts.end(), more.begin(), counts.begin(), std::plus<>());
}

}  // namespace

NameTable::Value& NameTable::At(std::string_view name) {
  name = name.substr(0, kMaxName);
  const auto found = rows_.find(name);
  if (found != rows_.end()) return found->second;
  if (rows_.size() >= most_) ForgetRare();
  return rows_[std::string(name)];
}

void NameTable::Add(std::string_view name, std::size_t column, std::uint64_t count) {
  Value& value = At(name);
  value.counts[column] += count;
  value.rank += count;
}

void NameTable::AddSize(std::string_view name, std::size_t column, std::uint64_t size) {
  At(name).counts[column] += size;
}

void NameTable::ForgetRare() {
  std::vector<std::uint64_t> ranks;
  ranks.reserve(rows_.size());
  for (const auto& [name, value] : rows_) ranks.push_back(value.rank);
  const auto middle = ranks.begin() + static_cast<std::ptrdiff_t>(ranks.size() / 2);
  std::nth_element(ranks.begin(), middle, ranks.end());
  const std::uint64_t limit = *middle;
  // Of those that are just at the limit as many as needed.
  std::size_t left = rows_.size() - rows_.size() / 2;
  for (auto at = rows_.begin(); at != rows_.end() && left > 0;) {
    if (at->second.rank > limit) {
      ++at;
      continue;
    }
    AddAll(at->second.counts, others_);
    at = rows_.erase(at);
    --left;
  }
}

void NameTable::Merge(const NameTable& other) {
  AddAll(other.others_, others_);
  for (const auto& [name, value] : other.rows_) {
    Value& mine = At(name);
    AddAll(value.counts, mine.counts);
    mine.rank += value.rank;
  }
}

std::vector<NameTable::Row> NameTable::Top(std::size_t most, Counts& others) const {
  std::vector<Row> rows;
  rows.reserve(rows_.size());
  for (const auto& [name, value] : rows_) rows.push_back({name, value.counts, value.rank});
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(b.rank, a.name) < std::tie(a.rank, b.name);
  });
  others = others_;
  for (std::size_t i = most; i < rows.size(); ++i) AddAll(rows[i].counts, others);
  rows.resize(std::min(rows.size(), most));
  return rows;
}

}  // namespace maillog
