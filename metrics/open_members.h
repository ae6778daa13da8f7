// Which members of a fact are open labels: derived from the rows over facts of its type, so that a
// member may have any name.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>

#include "metrics/row.h"

namespace maillog {

/// The members of type T, which is an open label, that rows take as labels of `Fact`.
template <class Fact, OpenLabel T, std::size_t kMax>
struct OpenMembers {
  using Member = T Fact::*;
  std::array<Member, kMax> members{};
  std::size_t count = 0;

  [[nodiscard]] constexpr const Member* begin() const { return members.data(); }
  [[nodiscard]] constexpr const Member* end() const { return members.data() + count; }

  template <auto kLabel>
  constexpr void AddLabel() {
    if constexpr (std::is_same_v<MemberType<kLabel>, T>) {
      if (std::find(begin(), end(), Member(kLabel)) == end()) members[count++] = kLabel;
    }
  }
  // Only the type of a row matters.
  template <auto... kLabels>
  constexpr void AddRow(const Counter<Fact, kLabels...>* /*row*/) {
    (AddLabel<kLabels>(), ...);
  }
  template <auto kAmount, auto... kLabels>
  constexpr void AddRow(const Sum<Fact, kAmount, kLabels...>* /*row*/) {
    (AddLabel<kLabels>(), ...);
  }
  template <auto kValue, auto... kLabels>
  constexpr void AddRow(const Histogram<Fact, kValue, kLabels...>* /*row*/) {
    (AddLabel<kLabels>(), ...);
  }
  constexpr void AddRow(const void* /*row over facts of another type*/) {}
};

/// `rows` is a tuple of rows.
template <class Fact, OpenLabel T, class... Rows>
[[nodiscard]] consteval auto OpenMembersIn(const std::tuple<Rows...>& /*rows*/) {
  OpenMembers<Fact, T, sizeof...(Rows)> members;
  (members.AddRow(static_cast<const Rows*>(nullptr)), ...);
  return members;
}

}  // namespace maillog
