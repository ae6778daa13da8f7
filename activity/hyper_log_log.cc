#include "activity/hyper_log_log.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "activity/packed.h"

namespace maillog {
namespace {

/// Bits of a hash that a register looks at: it holds the place of the first 1 among them, from 1;
/// one more if there is none.
constexpr int kRankBits = 64 - HyperLogLog::kIndexBits;

/// What the registers at 0 add. `x` is their share, below 1.
double Sigma(double x) {
  double sum = x;
  double before = -1;
  for (double factor = 1; sum != before; factor += factor) {
    x *= x;
    before = sum;
    sum += x * factor;
  }
  return sum;
}

/// What those add that found no 1. `x` is the share of the others.
double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double sum = 1 - x;
  double before = -1;
  for (double factor = 0.5; sum != before; factor /= 2) {
    x = std::sqrt(x);
    before = sum;
    sum -= (1 - x) * (1 - x) * factor;
  }
  return sum / 3;
}

}  // namespace

void HyperLogLog::Add(std::uint64_t hash) {
  registers_.resize(kRegisters);
  std::uint8_t& most = registers_[hash >> kRankBits];
  const int rank = std::min(std::countl_zero(hash << kIndexBits), kRankBits) + 1;
  most = std::max(most, static_cast<std::uint8_t>(rank));
}

void HyperLogLog::Merge(const HyperLogLog& other) {
  if (other.registers_.empty()) return;
  registers_.resize(kRegisters);
  std::transform(registers_.begin(), registers_.end(), other.registers_.begin(), registers_.begin(),
                 [](auto a, auto b) { return std::max(a, b); });
}

double HyperLogLog::Estimate() const {
  if (registers_.empty()) return 0;
  std::array<int, kRankBits + 2> times{};
  for (const std::uint8_t rank : registers_) ++times[rank];
  constexpr auto kAll = static_cast<double>(kRegisters);
  double sum = kAll * Tau(1 - times[kRankBits + 1] / kAll);
  for (std::size_t rank = kRankBits; rank > 0; --rank) sum = 0.5 * (sum + times[rank]);
  sum += kAll * Sigma(times[0] / kAll);
  return kAll * kAll / (2 * std::numbers::ln2 * sum);
}

void HyperLogLog::PutTo(std::string& bytes) const {
  Put(static_cast<std::uint8_t>(registers_.empty() ? 0 : 1), bytes);
  bytes.append(registers_.begin(), registers_.end());
}

bool HyperLogLog::TakeFrom(std::string_view& bytes) {
  std::uint8_t any = 0;
  if (!Take(bytes, any) || any > 1) return false;
  registers_.clear();
  if (any == 0) return true;
  if (bytes.size() < kRegisters) return false;
  for (const char byte : bytes.substr(0, kRegisters))
    registers_.push_back(static_cast<std::uint8_t>(byte));
  bytes.remove_prefix(kRegisters);
  return std::all_of(registers_.begin(), registers_.end(),
                     [](std::uint8_t rank) { return rank <= kRankBits + 1; });
}

}  // namespace maillog
