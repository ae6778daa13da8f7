#include "exporter/state/began_times.h"

#include <memory>
#include <utility>
#include <vector>

namespace maillog {
namespace {

const Samples::Family kNothing{};

BeganTimes TimesOf(const Samples::Family& before, std::int64_t since,
                   const Samples::Family& family) {
  const bool is_known = before.began != nullptr;
  if (is_known && before.series.size() == family.series.size()) return before.began;
  std::vector<std::int64_t> times;
  times.reserve(family.series.size());
  auto old = before.series.begin();
  std::size_t place = 0;
  for (const auto& [labels, value] : family.series) {
    const bool was_there = is_known && old != before.series.end() && old->first == labels;
    times.push_back(was_there ? (*before.began)[place] : since);
    if (!was_there) continue;
    ++old;
    ++place;
  }
  return std::make_shared<const std::vector<std::int64_t>>(std::move(times));
}

}  // namespace

void CarryBeganTimes(const Samples& before, std::int64_t since, Samples& totals) {
  for (const auto& [name, family] : totals.families()) {
    if (family.row.lifetime != Lifetime::kDurable || family.row.type == RowType::kGauge) continue;
    const auto found = before.families().find(name);
    totals.SetBegan(
        name, TimesOf(found == before.families().end() ? kNothing : found->second, since, family));
  }
}

}  // namespace maillog
