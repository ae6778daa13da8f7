// A list that is filled and emptied again and again: each element is written where it stays, and
// none is cleared before it is written.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace maillog {

/// For elements that need no destructor. What was kept is valid until the next Free().
template <class Element>
class Slots {
 public:
  /// The element after the last one that was kept, which may hold anything.
  [[nodiscard]] Element& Free() {
    if (used_ == elements_.size()) [[unlikely]]
      elements_.resize(std::max<std::size_t>(2 * used_, kFirst));
    return elements_[used_];
  }
  /// That element.
  void Keep() { ++used_; }
  void Clear() { used_ = 0; }

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] const Element& operator[](std::size_t at) const { return elements_[at]; }
  [[nodiscard]] const Element* begin() const { return elements_.data(); }
  [[nodiscard]] const Element* end() const { return elements_.data() + used_; }

 private:
  static constexpr std::size_t kFirst = 64;

  std::vector<Element> elements_;
  std::size_t used_ = 0;
};

}  // namespace maillog
