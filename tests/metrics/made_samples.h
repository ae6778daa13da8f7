// Samples of all kinds, for the tests of the formats.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition.h"
#include "metrics/samples.h"

namespace maillog::test {

inline constexpr std::array<std::string_view, 2> kLabels{"server", "n"};
inline constexpr std::array<std::int64_t, 4> kBounds{0, 10'000, 300'000, 3'600'000'000};
inline constexpr RowInfo kGauge{.name = "test_gauge", .type = RowType::kGauge};
inline constexpr RowInfo kCounter{
    .name = "test_lines_total", .help = "One sentence.", .label_names = kLabels};
inline constexpr RowInfo kTime{
    .name = "test_cpu_seconds_total", .help = "Time.", .unit = Unit::kMicros};
inline constexpr RowInfo kDelay{.name = "test_delay_seconds",
                                .help = "Two \"words\".",
                                .type = RowType::kHistogram,
                                .label_names = kLabels,
                                .bounds = kBounds,
                                .unit = Unit::kMicros};
inline constexpr RowInfo kSize{
    .name = "test_bytes", .type = RowType::kHistogram, .bounds = kBounds};
inline constexpr RowInfo kOfProcess{.name = "test_requests_total",
                                    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kInfo{.name = "test_build_info",
                               .help = "What it is.",
                               .type = RowType::kGauge,
                               .label_names = kLabels};

[[nodiscard]] inline std::string Exposed(ExpositionFormat format, const Samples& samples) {
  std::string text;
  AppendExposition(format, samples, text);
  return text.append(EndOf(format));
}

[[nodiscard]] inline Samples Gauge(double value) {
  Samples samples;
  samples.SetGauge(kGauge, {}, value);
  return samples;
}

/// A family of each kind, with numbers of any size.
[[nodiscard]] inline Samples AllKinds() {
  std::mt19937_64 dice(1);
  Samples samples = Gauge(std::pow(10, 7.3));
  samples.SetGauge(kInfo, {"post\"fix\\", "1"}, 1);
  samples.AddCounter(kTime, {}, 1'234'567);
  for (int i = 0; i < 200; ++i) {
    const LabelValues labels{i % 3 == 0 ? "" : "post\"fix\\", std::to_string(i)};
    samples.AddCounter(kCounter, labels, dice() >> (dice() % 64U));
    HistogramValue value{
        .buckets = {}, .count = 0, .sum = static_cast<std::int64_t>(dice() >> 20U)};
    for (std::size_t k = 0; k <= kBounds.size(); ++k) {
      value.count += value.buckets.emplace_back(dice() % 1000);
    }
    samples.AddHistogram(kDelay, labels, value);
    if (i == 0) samples.AddHistogram(kSize, {}, value);
  }
  return samples;
}

/// A row of each lifetime, with the times at which they stood at 0; of one series that is 0.
[[nodiscard]] inline Samples WithBeganTimes() {
  Samples samples = Gauge(1);
  samples.AddCounter(kCounter, {"a", "1"}, 5);
  samples.AddCounter(kCounter, {"b", "2"}, 6);
  samples.AddCounter(kOfProcess, {}, 7);
  samples.AddHistogram(kDelay, {"", ""}, {.buckets = {0, 1, 0, 0, 0}, .count = 1, .sum = 10'000});
  const auto times = [](std::vector<std::int64_t> list) {
    return std::make_shared<const std::vector<std::int64_t>>(std::move(list));
  };
  samples.SetBegan(kCounter.name, times({1'700'000'000, 1'700'000'100}));
  samples.SetBegan(kDelay.name, times({1'700'000'200}));
  return samples;
}

}  // namespace maillog::test
