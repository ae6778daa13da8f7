// A list that is filled and emptied again and again: each element is written where it stays, and
// none is cleared before it is written.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace maillog {

/// Fetches bytes into the cache, without waiting for them. Always inline: GCC takes a function that
/// only fetches for one that does nothing.
[[gnu::always_inline]] inline void FetchBytes(const void* begin, std::size_t size) {
  const auto* const bytes = static_cast<const char*>(begin);
  for (std::size_t at = 0; at < size; at += 64) __builtin_prefetch(bytes + at);
}

/// For elements that need no destructor. What was kept is valid until the next Free().
template <class Element>
class Slots {
 public:
  /// The element after the last one that was kept, which may hold anything.
  [[nodiscard]] Element& Free() {
    if (used_ + kAhead + 1 >= room_) [[unlikely]]
      Grow();
    return elements_[used_];
  }
  /// That element.
  [[gnu::always_inline]] void Keep() {
    ++used_;
    FetchToWrite(&elements_[used_ + kAhead]);
  }
  void Clear() { used_ = 0; }

  /// Fetches the first elements into the cache, as FetchBytes does.
  [[gnu::always_inline]] void Fetch() const {
    FetchBytes(elements_.data(), std::min(used_, kFetched) * sizeof(Element));
  }

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] const Element& operator[](std::size_t at) const { return elements_[at]; }
  [[nodiscard]] const Element* begin() const { return elements_.data(); }
  [[nodiscard]] const Element* end() const { return elements_.data() + used_; }

 private:
  static constexpr std::size_t kFirst = 64;
  static constexpr std::size_t kAhead = 3;    ///< how far before it is written one is fetched
  static constexpr std::size_t kFetched = 8;  ///< the first of those that are read

  [[gnu::noinline]] void Grow() {
    elements_.resize(std::max(2 * elements_.size(), kFirst));
    room_ = elements_.size();
  }
  // Where another thread has read the elements, writing one takes its lines of the cache away from
  // that thread's processor, and storing waits for it.
  [[gnu::always_inline]] static void FetchToWrite(Element* element) {
#ifdef __x86_64__
    const auto* const bytes = reinterpret_cast<const char*>(element);
    asm volatile("prefetchw %0" : : "m"(bytes[0]));
    if constexpr (sizeof(Element) > 64) asm volatile("prefetchw %0" : : "m"(bytes[64]));
#endif
  }

  std::vector<Element> elements_;
  std::size_t used_ = 0;
  std::size_t room_ = 0;  ///< how many elements there are
};

}  // namespace maillog
