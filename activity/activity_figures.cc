#include "activity/activity_figures.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace maillog {
namespace {

/// Adds up slices.
class Busiest {
 public:
  void Add(const SpaceSaving& slice) {
    counted_.insert(counted_.end(), slice.counted().begin(), slice.counted().end());
  }
  /// Of the key with the most, what is sure. So a crowd of which each did a little, which all had
  /// to share places, does not seem to be one that did much.
  [[nodiscard]] std::uint64_t Top() {
    std::sort(counted_.begin(), counted_.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    std::uint64_t most = 0;
    std::uint64_t sum = 0;
    std::uint64_t key = 0;
    for (const SpaceSaving::Counted& one : counted_) {
      sum = one.key == key ? sum + one.sure() : one.sure();
      key = one.key;
      most = std::max(most, sum);
    }
    return most;
  }

 private:
  std::vector<SpaceSaving::Counted> counted_;
};

std::uint64_t Rounded(const HyperLogLog& keys) {
  return static_cast<std::uint64_t>(std::llround(keys.Estimate()));
}

}  // namespace

ActivityTime TimeOf(const SavedActivity& saved) {
  ActivityTime time;
  const bool is_there =
      Activity::kClockPart < saved.parts.size() && saved.parts[Activity::kClockPart] != nullptr;
  if (is_there && !time.Read(*saved.parts[Activity::kClockPart])) return {};
  return time;
}

std::array<ActivityFigures, kActivityWindows.size()> FiguresOf(const SavedActivity& saved,
                                                               LogSeconds now) {
  std::array<ActivityFigures, kActivityWindows.size()> figures;
  std::size_t part = Activity::kFirstSlicePart;
  for (std::size_t i = 0; i < kActivityWindows.size(); ++i) {
    const ActivityWindow& window = kActivityWindows[i];
    const std::int64_t last = SliceNumber(window, now);
    std::array<Busiest, kSenderKinds.size()> recipients;
    Busiest failures;
    HyperLogLog clients;
    HyperLogLog users;
    for (std::size_t place = 0; place < window.slices; ++place, ++part) {
      ActivitySlice slice;
      if (part >= saved.parts.size() || saved.parts[part] == nullptr ||
          !slice.Read(*saved.parts[part]))
        continue;
      const std::int64_t first = last - static_cast<std::int64_t>(window.slices) + 1;
      if (slice.number < first || slice.number > last) continue;
      for (std::size_t kind = 0; kind < recipients.size(); ++kind)
        recipients[kind].Add(slice.recipients[kind]);
      failures.Add(slice.failures);
      clients.Merge(slice.clients);
      users.Merge(slice.users);
    }
    for (std::size_t kind = 0; kind < recipients.size(); ++kind)
      figures[i].top_recipients[kind] = recipients[kind].Top();
    figures[i].top_failures = failures.Top();
    figures[i].failed_clients = Rounded(clients);
    figures[i].failed_users = Rounded(users);
  }
  return figures;
}

}  // namespace maillog
