// The numbers of one row: cells found by packed labels. Templates only here and in row.h;
// tallies.cc instantiates them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <vector>

#include "metrics/buckets.h"
#include "metrics/interner.h"
#include "metrics/key_table.h"
#include "metrics/row.h"
#include "metrics/samples.h"

namespace maillog {

/// One interner for each open label type; shared by all rows of a source.
template <OpenLabel... Ts>
class Interners {
 public:
  template <class T>
  [[nodiscard]] Interner& Of() {
    return std::get<Index<T>()>(interners_);
  }
  template <class T>
  [[nodiscard]] const Interner& Of() const {
    return std::get<Index<T>()>(interners_);
  }
  void TakeOver(const Interners& other) { (Of<Ts>().TakeOver(other.template Of<Ts>()), ...); }
  void ForgetViews() { (Of<Ts>().ForgetView(), ...); }
  /// Calls `visit(label name, form)` for each.
  template <class Visit>
  static void ForEachForm(Visit&& visit) {
    (visit(Label<Ts>::name, Label<Ts>::form), ...);
  }
  /// Calls `visit(label name, interner)` for each.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    (visit(Label<Ts>::name, Of<Ts>()), ...);
  }
  template <class Visit>
  void ForEach(Visit&& visit) {
    (visit(Label<Ts>::name, Of<Ts>()), ...);
  }

 private:
  template <class T>
  static constexpr std::size_t Index() {
    constexpr std::array<bool, sizeof...(Ts)> is{std::is_same_v<T, Ts>...};
    return static_cast<std::size_t>(std::find(is.begin(), is.end(), true) - is.begin());
  }
  std::array<Interner, sizeof...(Ts)> interners_{Interner(Label<Ts>::limit, Label<Ts>::form)...};
};

using OpenLabels = Interners<SyslogName, Listener, Transport>;

/// Packs the labels of a fact into one number, and takes them apart again.
template <auto... kLabels>
struct LabelKey {
  /// How many values a label can take: closed lists by their length; open ones their limit, `other`
  /// and none.
  template <class T>
  static constexpr std::uint64_t Radix() {
    if constexpr (ClosedLabel<T>) {
      return Label<T>::values.size();
    } else {
      return Label<T>::limit + 2;
    }
  }

  /// Every key is below this; the greatest number if keys do not fit.
  static constexpr std::uint64_t Span() {
    std::uint64_t span = 1;
    const bool fits = (!__builtin_mul_overflow(span, Radix<MemberType<kLabels>>(), &span) && ...);
    return fits ? span : ~std::uint64_t{0};
  }

  template <class T>
  static std::uint64_t Digit(const T& value, OpenLabels& open) {
    if constexpr (ClosedLabel<T>) {
      return LabelIndex(value);
    } else {
      return open.Of<T>().IdOf(value.text);
    }
  }

  template <class Fact>
  static std::uint64_t Pack(const Fact& fact, OpenLabels& open) {
    std::uint64_t key = 0;
    ((key = key * Radix<MemberType<kLabels>>() + Digit(fact.*kLabels, open)), ...);
    return key;
  }

  static LabelValues Unpack(std::uint64_t key, const OpenLabels& open) {
    constexpr std::size_t kCount = sizeof...(kLabels);
    constexpr std::array<std::uint64_t, kCount> radix{Radix<MemberType<kLabels>>()...};
    std::array<std::uint64_t, kCount> digits{};
    for (std::size_t i = kCount; i-- > 0; key /= radix[i]) digits[i] = key % radix[i];
    LabelValues values;
    values.reserve(kCount);
    std::size_t i = 0;
    (values.push_back(TextOf<MemberType<kLabels>>(digits[i++], open)), ...);
    return values;
  }

 private:
  template <class T>
  static std::string TextOf(std::uint64_t digit, const OpenLabels& open) {
    if constexpr (ClosedLabel<T>) {
      return std::string(Label<T>::values[digit]);
    } else {
      return open.Of<T>().TextOf(digit);
    }
  }
};

/// Cells of a row. `Add` returns whether this is the first that the cell counts; a cell made with 0
/// times has not counted anything yet, so that the answers do not depend on the order of facts.
template <class Row>
class Cells;

template <class Fact, auto... kLabels>
class Cells<Counter<Fact, kLabels...>> {
 public:
  explicit Cells(const RowInfo& /*row*/) {}

  bool Add(const Fact& fact, std::uint64_t times, OpenLabels& open) {
    std::uint64_t& value = table_.FindOrInsert(LabelKey<kLabels...>::Pack(fact, open)).value;
    const bool is_first = value == 0 && times > 0;
    value += times;
    return is_first;
  }

  /// The cell of a fact that has been counted. Valid until size() changes.
  [[nodiscard]] std::uint64_t* CellOf(const Fact& fact, OpenLabels& open) {
    return &table_.FindOrInsert(LabelKey<kLabels...>::Pack(fact, open)).value;
  }
  [[nodiscard]] std::size_t size() const { return table_.size(); }

  void AddTo(Samples& samples, const RowInfo& row, const OpenLabels& open) const {
    table_.ForEach([&](std::uint64_t key, std::uint64_t value) {
      samples.AddCounter(row, LabelKey<kLabels...>::Unpack(key, open), value);
    });
  }
  /// The numbers of all cells, without their labels; in the order of ForEachSeries.
  void AppendNumbers(std::vector<std::uint64_t>& numbers) const {
    table_.ForEach([&](std::uint64_t, std::uint64_t value) { numbers.push_back(value); });
  }
  template <class Visit>
  void ForEachSeries(const OpenLabels& open, Visit&& visit) const {
    table_.ForEach(
        [&](std::uint64_t key, std::uint64_t) { visit(LabelKey<kLabels...>::Unpack(key, open)); });
  }

 private:
  KeyTable table_;
};

template <class Fact, auto kAmount, auto... kLabels>
class Cells<Sum<Fact, kAmount, kLabels...>> {
 public:
  explicit Cells(const RowInfo& /*row*/) {}

  bool Add(const Fact& fact, std::uint64_t times, OpenLabels& open) {
    const auto [value, inserted] = table_.FindOrInsert(LabelKey<kLabels...>::Pack(fact, open));
    value += fact.*kAmount * times;
    return inserted;
  }

  [[nodiscard]] std::size_t size() const { return table_.size(); }

  void AddTo(Samples& samples, const RowInfo& row, const OpenLabels& open) const {
    table_.ForEach([&](std::uint64_t key, std::uint64_t value) {
      samples.AddCounter(row, LabelKey<kLabels...>::Unpack(key, open), value);
    });
  }
  /// The numbers of all cells, without their labels; in the order of ForEachSeries.
  void AppendNumbers(std::vector<std::uint64_t>& numbers) const {
    table_.ForEach([&](std::uint64_t, std::uint64_t value) { numbers.push_back(value); });
  }
  template <class Visit>
  void ForEachSeries(const OpenLabels& open, Visit&& visit) const {
    table_.ForEach(
        [&](std::uint64_t key, std::uint64_t) { visit(LabelKey<kLabels...>::Unpack(key, open)); });
  }

 private:
  KeyTable table_;
};

template <class Fact, auto kValue, auto... kLabels>
class Cells<Histogram<Fact, kValue, kLabels...>> {
 public:
  explicit Cells(const RowInfo& row) : buckets_(row.bounds) {}

  bool Add(const Fact& fact, std::uint64_t times, OpenLabels& open) {
    const std::optional<std::int64_t> value = ValueOf(fact.*kValue);
    if (!value || times == 0) return false;
    const auto [place, inserted] = table_.FindOrInsert(LabelKey<kLabels...>::Pack(fact, open));
    if (inserted) {
      place = numbers_.size();
      numbers_.resize(numbers_.size() + buckets_.numbers());
    }
    buckets_.Add(&numbers_[place], *value, times);
    return inserted;
  }

  /// The cell of a fact that has been counted; nullptr if it has no value. Valid until size()
  /// changes.
  [[nodiscard]] std::uint64_t* CellOf(const Fact& fact, OpenLabels& open) {
    if (!ValueOf(fact.*kValue)) return nullptr;
    return &numbers_[table_.FindOrInsert(LabelKey<kLabels...>::Pack(fact, open)).value];
  }
  [[nodiscard]] const Buckets& buckets() const { return buckets_; }
  [[nodiscard]] std::size_t size() const { return table_.size(); }

  void AddTo(Samples& samples, const RowInfo& row, const OpenLabels& open) const {
    table_.ForEach([&](std::uint64_t key, std::uint64_t place) {
      HistogramValue value;
      value.sum = static_cast<std::int64_t>(numbers_[place]);
      value.buckets.assign(&numbers_[place + 1], &numbers_[place] + buckets_.numbers());
      for (const std::uint64_t count : value.buckets) value.count += count;
      samples.AddHistogram(row, LabelKey<kLabels...>::Unpack(key, open), value);
    });
  }
  /// Of each cell the sum, then its buckets.
  void AppendNumbers(std::vector<std::uint64_t>& numbers) const {
    table_.ForEach([&](std::uint64_t, std::uint64_t place) {
      numbers.insert(numbers.end(), &numbers_[place], &numbers_[place] + buckets_.numbers());
    });
  }
  template <class Visit>
  void ForEachSeries(const OpenLabels& open, Visit&& visit) const {
    table_.ForEach(
        [&](std::uint64_t key, std::uint64_t) { visit(LabelKey<kLabels...>::Unpack(key, open)); });
  }

 private:
  static std::optional<std::int64_t> ValueOf(std::int64_t value) {
    return std::min(value, kMaxValue);
  }
  static std::optional<std::int64_t> ValueOf(const std::optional<Micros>& value) {
    return value ? std::optional(std::min(*value, kMaxValue)) : std::nullopt;
  }
  static std::optional<std::int64_t> ValueOf(const std::optional<std::uint64_t>& value) {
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(std::min<std::uint64_t>(*value, kMaxValue));
  }

  Buckets buckets_;
  KeyTable table_;                      ///< key to place in numbers_
  std::vector<std::uint64_t> numbers_;  ///< for each cell: sum, then its buckets
};

}  // namespace maillog
