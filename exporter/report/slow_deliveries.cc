#include "exporter/report/slow_deliveries.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "exporter/report/message_names.h"
#include "exporter/report/name_table.h"

namespace maillog {
namespace {

/// The slowest first. No two that are written differently are alike: which ones are shown does not
/// depend on which thread has seen them.
bool ComesFirst(const SlowDelivery& a, const SlowDelivery& b) {
  return std::tie(b.delay, a.stamp, a.to, a.relay) < std::tie(a.delay, b.stamp, b.to, b.relay);
}

}  // namespace

// Few are, once the first have been seen: these are read twice.
[[gnu::noinline]] void SlowDeliveries::Add(const Record& record, Micros delay) {
  // Many may be just as slow as the least: these are usually later.
  const bool is_full = slow_.size() == kMax;
  if (is_full && delay == least_ && record.stamp > slow_.front().stamp) return;
  DeliveryNames names;
  if (!NamesOfDelivery(record.message, names) || !names.has_relay) return;
  SlowDelivery slow{delay, std::string(record.stamp),
                    std::string(names.to.text.substr(0, NameTable::kMaxName)),
                    std::string(names.relay.substr(0, NameTable::kMaxName))};
  if (is_full) {
    if (!ComesFirst(slow, slow_.front())) return;
    std::pop_heap(slow_.begin(), slow_.end(), ComesFirst);
    slow_.pop_back();
  }
  slow_.push_back(std::move(slow));
  std::push_heap(slow_.begin(), slow_.end(), ComesFirst);
  NoteLeast();
}

void SlowDeliveries::NoteLeast() {
  if (slow_.size() == kMax) least_ = slow_.front().delay;
}

std::vector<SlowDelivery> SlowDeliveries::Slowest() const {
  std::vector<SlowDelivery> slow = slow_;
  std::sort(slow.begin(), slow.end(), ComesFirst);
  return slow;
}

void SlowDeliveries::Merge(const SlowDeliveries& other) {
  slow_.insert(slow_.end(), other.slow_.begin(), other.slow_.end());
  slow_ = Slowest();
  slow_.resize(std::min(slow_.size(), kMax));
  std::make_heap(slow_.begin(), slow_.end(), ComesFirst);
  NoteLeast();
}

}  // namespace maillog
