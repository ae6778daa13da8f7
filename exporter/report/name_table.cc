#include "exporter/report/name_table.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>
#include <utility>

#include "exporter/report/text_hash.h"
#include "parser/find.h"

namespace maillog {
namespace {

void AddAll(const NameTable::Counts& more, NameTable::Counts& counts) {
  std::transform(counts.begin(), counts.end(), more.begin(), counts.begin(), std::plus<>());
}

std::uint32_t ShortHash(std::string_view name) {
  return static_cast<std::uint32_t>(HashOfText(name) >> 32);
}

}  // namespace

template <auto kSame>
[[gnu::always_inline]] inline NameTable::Row& NameTable::Find(std::string_view name) {
  const std::uint32_t hash = ShortHash(name);
  for (std::size_t at = hash >> shift_;; at = (at + 1) & mask_) {
    const Place place = places_[at];
    if (place.row == 0) return Insert(name, hash);
    Row& row = rows_[place.row - 1];
    if (place.hash == hash && kSame(row.name, name)) return row;
  }
}

[[gnu::always_inline]] inline NameTable::Row& NameTable::At(std::string_view name) {
  // Comparing short names makes no call.
  if (name.size() <= 32) return Find<SameText>(name);
  return AtLong(name.substr(0, kMaxName));
}

[[gnu::noinline]] NameTable::Row& NameTable::AtLong(std::string_view name) {
  return Find<std::equal_to<std::string_view>{}>(name);
}

[[gnu::noinline]] NameTable::Row& NameTable::Insert(std::string_view name, std::uint32_t hash) {
  if (rows_.size() >= most_) ForgetRare();
  if (2 * rows_.size() >= places_.size()) Grow();
  Row& row = rows_.emplace_back();
  row.name = name;
  Put({hash, static_cast<std::uint32_t>(rows_.size())});
  return row;
}

void NameTable::Put(Place place) {
  std::size_t at = place.hash >> shift_;
  while (places_[at].row != 0) at = (at + 1) & mask_;
  places_[at] = place;
}

void NameTable::Grow() {
  std::vector<Place> before(2 * places_.size());
  before.swap(places_);
  mask_ = places_.size() - 1;
  --shift_;
  for (const Place& place : before) {
    if (place.row != 0) Put(place);
  }
}

void NameTable::Add(std::string_view name, std::size_t column, std::uint64_t count) {
  Row& row = At(name);
  row.counts[column] += count;
  row.rank += count;
}

void NameTable::AddRow(std::string_view name, const Counts& counts, std::uint64_t rank) {
  Row& row = At(name);
  AddAll(counts, row.counts);
  row.rank += rank;
}

void NameTable::ForgetRare() {
  std::vector<std::uint64_t> ranks;
  ranks.reserve(rows_.size());
  for (const Row& row : rows_) ranks.push_back(row.rank);
  const auto middle = ranks.begin() + static_cast<std::ptrdiff_t>(ranks.size() / 2);
  std::nth_element(ranks.begin(), middle, ranks.end());
  const std::uint64_t limit = *middle;
  const auto below = std::count_if(ranks.begin(), middle, [&](auto rank) { return rank < limit; });
  // Of those that are just at the limit as many as needed, the newest: the old ones go on being
  // counted.
  const std::size_t forgotten = rows_.size() - rows_.size() / 2 - static_cast<std::size_t>(below);
  auto stay_at_limit =
      static_cast<std::size_t>(std::count(ranks.begin(), ranks.end(), limit)) - forgotten;
  std::vector<Row> kept;
  kept.reserve(rows_.capacity());
  for (Row& row : rows_) {
    const bool stays = row.rank > limit || (row.rank == limit && stay_at_limit > 0);
    if (!stays) {
      AddAll(row.counts, others_);
      continue;
    }
    if (row.rank == limit) --stay_at_limit;
    kept.push_back(std::move(row));
  }
  rows_ = std::move(kept);
  std::fill(places_.begin(), places_.end(), Place{});
  for (std::size_t i = 0; i < rows_.size(); ++i)
    Put({ShortHash(rows_[i].name), static_cast<std::uint32_t>(i + 1)});
}

void NameTable::Merge(const NameTable& other) {
  AddAll(other.others_, others_);
  for (const Row& row : other.rows_) AddRow(row.name, row.counts, row.rank);
}

std::vector<NameTable::Row> NameTable::Top(std::size_t most, Counts& others) const {
  std::vector<const Row*> order;
  order.reserve(rows_.size());
  for (const Row& row : rows_) order.push_back(&row);
  const auto comes_first = [](const Row* a, const Row* b) {
    return std::tie(b->rank, a->name) < std::tie(a->rank, b->name);
  };
  // Usually ten of many thousands.
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(most, order.size()));
  std::nth_element(order.begin(), end, order.end(), comes_first);
  std::sort(order.begin(), end, comes_first);
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(end - order.begin()));
  std::transform(order.begin(), end, std::back_inserter(rows), [](const Row* row) { return *row; });
  others = others_;
  std::for_each(end, order.end(), [&](const Row* row) { AddAll(row->counts, others); });
  return rows;
}

}  // namespace maillog
