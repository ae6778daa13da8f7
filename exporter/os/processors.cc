#include "exporter/os/processors.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>

namespace maillog {
namespace {

constexpr char kControlGroups[] = "/sys/fs/cgroup";

std::size_t InAffinity() {
  cpu_set_t usable;
  // More processors than the set has room for: then there are two in any case.
  if (::sched_getaffinity(0, sizeof usable, &usable) != 0) {
    return std::thread::hardware_concurrency();
  }
  return static_cast<std::size_t>(CPU_COUNT(&usable));
}

// The path of the process's group in the unified hierarchy, as `/system.slice/x.service`.
std::string ControlGroup() {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return "";
}

std::optional<std::uint64_t> TakeNumber(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<std::size_t> ProcessorsOfQuota(std::string_view cpu_max) {
  const std::optional<std::uint64_t> quota = TakeNumber(cpu_max);
  if (!quota || !cpu_max.starts_with(' ')) return std::nullopt;
  cpu_max.remove_prefix(1);
  const std::optional<std::uint64_t> period = TakeNumber(cpu_max);
  if (!period || *period == 0) return std::nullopt;
  return std::max<std::size_t>(1, *quota / *period + (*quota % *period == 0 ? 0 : 1));
}

std::size_t UsableProcessors() {
  std::size_t usable = InAffinity();
  // What a group above allows holds for all in it.
  for (std::string group = ControlGroup(); !group.empty();) {
    std::ifstream file(kControlGroups + group + "/cpu.max");
    std::string cpu_max;
    std::getline(file, cpu_max);
    if (const auto allowed = ProcessorsOfQuota(cpu_max)) usable = std::min(usable, *allowed);
    group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
  }
  return std::max<std::size_t>(1, usable);
}

bool SpareProcessors::Take() {
  std::size_t count = count_;
  while (count > 0) {
    if (count_.compare_exchange_weak(count, count - 1)) return true;
  }
  return false;
}

}  // namespace maillog
