// A row is one metric, declared once: its name, help, labels, and where its numbers come from.
// Cells, zero sets, text form, saved form, METRICS.md and the lint are derived from it.
//
//   Counter<Delivery, &Delivery::server, &Delivery::status>{"maillog_…_total", "Help in one
//   sentence."} Histogram<Delivery, &Delivery::delay, &Delivery::server>{"maillog_…_seconds", "…",
//   kSecondsBounds, Unit::kMicros}
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "parser/event.h"

namespace maillog {

enum class RowType : std::uint8_t { kCounter, kGauge, kHistogram };

/// The unit in which the numbers of a histogram or a sum are kept. The exposition shows base units.
enum class Unit : std::uint8_t { kOne, kMicros };

/// Whether totals outlive the process.
enum class Lifetime : std::uint8_t { kDurable, kSinceStart };

/// What is known of a row at run time. Lives in the catalog, for the whole run of the program.
struct RowInfo {
  std::string_view name = {};
  std::string_view help = {};  ///< one sentence, without line breaks or backslashes
  RowType type = RowType::kCounter;
  std::span<const std::string_view> label_names = {};
  std::span<const std::int64_t> bounds = {};  ///< histograms: upper bounds, ascending, in `unit`
  Unit unit = Unit::kOne;
  Lifetime lifetime = Lifetime::kDurable;
  std::string_view was =
      {};  ///< a former name whose saved totals go on under this one; empty if none
};

/// Rows that the program sets itself. Their numbers are not kept over a restart.
[[nodiscard]] consteval RowInfo GaugeRow(std::string_view name, std::string_view help,
                                         std::span<const std::string_view> label_names = {}) {
  return {.name = name,
          .help = help,
          .type = RowType::kGauge,
          .label_names = label_names,
          .lifetime = Lifetime::kSinceStart};
}
[[nodiscard]] consteval RowInfo CounterSinceStart(
    std::string_view name, std::string_view help,
    std::span<const std::string_view> label_names = {}) {
  return {
      .name = name, .help = help, .label_names = label_names, .lifetime = Lifetime::kSinceStart};
}

// ---- what a member pointer points to

template <class T>
struct MemberTraits;
template <class Owner, class Value>
struct MemberTraits<Value Owner::*> {
  using Type = Value;
};
template <auto kMember>
using MemberType = typename MemberTraits<std::remove_const_t<decltype(kMember)>>::Type;

/// Closed labels have a list of values, open ones a limit and a form.
template <class T>
concept ClosedLabel = requires {
  Label<T>::values;
};
template <class T>
concept OpenLabel = requires(T label) {
  Label<T>::limit;
  Label<T>::form(label.text);
};

template <ClosedLabel T>
[[nodiscard]] constexpr std::size_t LabelIndex(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return static_cast<std::size_t>(value);
  } else {
    return value.index();
  }
}

/// A member of a fact that can be a label of a row.
template <auto kMember>
concept LabelMember = ClosedLabel<MemberType<kMember>> || OpenLabel<MemberType<kMember>>;

template <auto... kLabels>
inline constexpr std::array<std::string_view, sizeof...(kLabels)> kLabelNames = [] {
  static_assert((LabelMember<kLabels> && ...),
                "metrics/row.h: a label of a row is a member whose type has a Label<> in "
                "parser/event/");
  return std::array<std::string_view, sizeof...(kLabels)>{Label<MemberType<kLabels>>::name...};
}();

// ---- rows over facts

/// What is known of a row over facts at run time.
template <class Row>
[[nodiscard]] constexpr RowInfo InfoOf(const Row& row) {
  RowInfo info{.name = row.name,
               .help = row.help,
               .type = Row::kType,
               .label_names = Row::kNames,
               .was = row.was};
  if constexpr (Row::kType == RowType::kHistogram) {
    info.bounds = row.bounds;
    info.unit = row.unit;
  }
  return info;
}

/// Counts facts, each `times` times.
template <class F, auto... kLabels>
struct Counter {
  using Fact = F;
  std::string_view name;
  std::string_view help;
  std::string_view was = {};  ///< see RowInfo

  static constexpr RowType kType = RowType::kCounter;
  static constexpr std::span<const std::string_view> kNames = kLabelNames<kLabels...>;
  [[nodiscard]] constexpr RowInfo info() const { return InfoOf(*this); }
};

/// Adds up a number that facts carry.
template <class F, auto kAmount, auto... kLabels>
struct Sum {
  static_assert(
      std::is_same_v<MemberType<kAmount>, std::uint64_t>,
      "metrics/row.h: a Sum adds up a member of type std::uint64_t. What may be absent is "
      "a Histogram's, or is expanded to a fact of its own in metrics/expand.h");
  using Fact = F;
  std::string_view name;
  std::string_view help;
  std::string_view was = {};

  static constexpr RowType kType = RowType::kCounter;
  static constexpr std::span<const std::string_view> kNames = kLabelNames<kLabels...>;
  [[nodiscard]] constexpr RowInfo info() const { return InfoOf(*this); }
};

/// Distribution of a number that facts carry; one that is absent is not observed.
template <class F, auto kValue, auto... kLabels>
struct Histogram {
  static_assert(std::is_same_v<MemberType<kValue>, std::int64_t> ||
                    std::is_same_v<MemberType<kValue>, std::optional<std::int64_t>> ||
                    std::is_same_v<MemberType<kValue>, std::optional<std::uint64_t>>,
                "metrics/row.h: a Histogram observes a member of type std::int64_t, or an optional "
                "integer of 64 bits");
  using Fact = F;
  std::string_view name;
  std::string_view help;
  std::span<const std::int64_t> bounds;
  Unit unit = Unit::kOne;
  std::string_view was = {};

  static constexpr RowType kType = RowType::kHistogram;
  static constexpr std::span<const std::string_view> kNames = kLabelNames<kLabels...>;
  [[nodiscard]] constexpr RowInfo info() const { return InfoOf(*this); }
};

}  // namespace maillog
