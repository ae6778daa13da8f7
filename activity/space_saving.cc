#include "activity/space_saving.h"

#include <algorithm>
#include <limits>

#include "activity/packed.h"

namespace maillog {
namespace {

std::uint32_t Sum(std::uint32_t a, std::uint32_t b) {
  return a > std::numeric_limits<std::uint32_t>::max() - b
             ? std::numeric_limits<std::uint32_t>::max()
             : a + b;
}

}  // namespace

void SpaceSaving::Add(std::uint64_t key, std::uint32_t times) {
  const auto found = std::find_if(counted_.begin(), counted_.end(),
                                  [key](const Counted& one) { return one.key == key; });
  if (found != counted_.end()) {
    found->count = Sum(found->count, times);
  } else if (counted_.size() < kMax) {
    counted_.push_back({key, times, 0});
  } else {
    const auto least =
        std::min_element(counted_.begin(), counted_.end(),
                         [](const Counted& a, const Counted& b) { return a.count < b.count; });
    *least = {key, Sum(least->count, times), least->count};
  }
}

void SpaceSaving::PutTo(std::string& bytes) const {
  Put(static_cast<std::uint8_t>(counted_.size()), bytes);
  for (const Counted& one : counted_) {
    Put(one.key, bytes);
    Put(one.count, bytes);
    Put(one.error, bytes);
  }
}

bool SpaceSaving::TakeFrom(std::string_view& bytes) {
  std::uint8_t size = 0;
  if (!Take(bytes, size) || size > kMax) return false;
  counted_.resize(size);
  return std::all_of(counted_.begin(), counted_.end(), [&bytes](Counted& one) {
    return Take(bytes, one.key) && Take(bytes, one.count) && Take(bytes, one.error) &&
           one.key != 0 && one.error <= one.count;
  });
}

}  // namespace maillog
