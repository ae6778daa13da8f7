// How many processors this process may use.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string_view>

namespace maillog {

/// Those that the calling thread may run on, or as many as the CPU time that the control group may
/// use amounts to (cgroup v2 `cpu.max`, of the group and those above it), rounded up, if that is
/// less. At least 1. Reads a few small files.
[[nodiscard]] std::size_t UsableProcessors();

/// What a `cpu.max` allows, rounded up: `150000 100000` is 2 processors. nullopt if it sets no
/// limit (`max 100000`) or is not understood.
[[nodiscard]] std::optional<std::size_t> ProcessorsOfQuota(std::string_view cpu_max);

/// Those of the usable processors for which several threads have no work at present. Thread-safe.
class SpareProcessors {
 public:
  explicit SpareProcessors(std::size_t count) : count_(count) {}
  /// One for the caller, who gives it back; false if there is none.
  [[nodiscard]] bool Take();
  void Give() { ++count_; }

 private:
  std::atomic<std::size_t> count_;
};

}  // namespace maillog
