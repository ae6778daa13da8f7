#include "exporter/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "exporter/version.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fields of /proc/self/stat after the name of the program, which is in parentheses and may hold
// anything. The first of these is the third of the page proc(5).
enum StatField : std::size_t {
  kUserTicks = 11,
  kSystemTicks = 12,
  kStartTicks = 19,
  kVirtualBytes = 20,
  kResidentPages = 21
};

double BootTime() {
  const std::string stat = ReadAll("/proc/stat");
  constexpr std::string_view kKey = "\nbtime ";
  const std::size_t at = stat.find(kKey);
  double seconds = 0;
  if (at != std::string::npos) {
    std::from_chars(stat.data() + at + kKey.size(), stat.data() + stat.size(), seconds);
  }
  return seconds;
}

double OpenFiles() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return 0;
  // The iterator's own descriptor is among them.
  return static_cast<double>(std::distance(begin(entries), end(entries)) - 1);
}

double MaxOpenFiles() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

bool ParseProcessStat(std::string_view stat, double boot_time_seconds, ProcessFacts& facts) {
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return false;
  const char* at = stat.data() + name_end + 2;
  const char* const end = stat.data() + stat.size();
  std::array<double, kResidentPages + 1> fields{};
  for (double& field : fields) {
    const char* word_end = at;
    while (word_end != end && *word_end != ' ') ++word_end;
    if (word_end == at) return false;
    std::from_chars(at, word_end, field);
    at = word_end == end ? end : word_end + 1;
  }
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  facts.cpu_seconds = (fields[kUserTicks] + fields[kSystemTicks]) / ticks_per_second;
  facts.start_time_seconds = boot_time_seconds + fields[kStartTicks] / ticks_per_second;
  facts.virtual_bytes = fields[kVirtualBytes];
  facts.resident_bytes = fields[kResidentPages] * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return true;
}

void AddProcess(Samples& samples) {
  samples.SetGauge(kProcessOpenFds, {}, OpenFiles());
  samples.SetGauge(kProcessMaxFds, {}, MaxOpenFiles());
  static const double boot_time = BootTime();
  ProcessFacts facts;
  if (!ParseProcessStat(ReadAll("/proc/self/stat"), boot_time, facts)) return;
  samples.AddCounter(kProcessCpuSeconds, {}, static_cast<std::uint64_t>(facts.cpu_seconds * 1e6));
  samples.SetGauge(kProcessResidentMemory, {}, facts.resident_bytes);
  samples.SetGauge(kProcessVirtualMemory, {}, facts.virtual_bytes);
  samples.SetGauge(kProcessStartTime, {}, facts.start_time_seconds);
}

void AddBuildInfo(Samples& samples) {
  samples.SetGauge(kBuildInfo, {std::string(Version()), std::string(Compiler())}, 1);
}

}  // namespace maillog
