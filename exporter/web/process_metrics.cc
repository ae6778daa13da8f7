#include "exporter/web/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "exporter/os/version.h"
#include "metrics/catalog/exporter.h"
#include "parser/scan.h"

namespace maillog {
namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fields of /proc/self/stat after the name of the program, which is in parentheses and may hold
// anything. The first of these is number 3 in proc(5).
enum StatField : std::size_t {
  kUserTicks = 11,
  kSystemTicks = 12,
  kThreads = 17,
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

double MaxVirtualMemory() {
  rlimit limit{};
  ::getrlimit(RLIMIT_AS, &limit);
  return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity()
                                         : static_cast<double>(limit.rlim_cur);
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
  facts.threads = fields[kThreads];
  facts.resident_bytes = fields[kResidentPages] * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return true;
}

bool ParseNetStat(std::string_view netstat, NetworkFacts& facts) {
  constexpr std::string_view kKey = "IpExt: ";
  const std::size_t names_at = netstat.find(kKey);
  const std::size_t values_at =
      names_at == std::string_view::npos ? names_at : netstat.find(kKey, names_at + 1);
  if (values_at == std::string_view::npos) return false;
  std::string_view names = netstat.substr(names_at + kKey.size());
  std::string_view values = netstat.substr(values_at + kKey.size());
  names = names.substr(0, names.find('\n'));
  values = values.substr(0, values.find('\n'));
  int found = 0;
  while (!names.empty() && !values.empty()) {
    const std::string_view name = TakeUntil(names, ' ');
    const std::string_view value = TakeUntil(values, ' ');
    (void)Eat(names, ' ');
    (void)Eat(values, ' ');
    for (const auto& [key, into] : {std::pair{"InOctets", &facts.received_bytes},
                                    std::pair{"OutOctets", &facts.sent_bytes}}) {
      if (name != key) continue;
      const auto read = std::from_chars(value.data(), value.data() + value.size(), *into);
      found += read.ec == std::errc() ? 1 : 0;
    }
  }
  return found == 2;
}

void AddProcess(Samples& samples) {
  samples.SetGauge(kProcessOpenFds, {}, OpenFiles());
  samples.SetGauge(kProcessMaxFds, {}, MaxOpenFiles());
  samples.SetGauge(kProcessMaxVirtualMemory, {}, MaxVirtualMemory());
  NetworkFacts network;
  if (ParseNetStat(ReadAll("/proc/self/net/netstat"), network)) {
    samples.AddCounter(kProcessNetworkReceived, {}, network.received_bytes);
    samples.AddCounter(kProcessNetworkSent, {}, network.sent_bytes);
  }
  static const double boot_time = BootTime();
  ProcessFacts facts;
  if (!ParseProcessStat(ReadAll("/proc/self/stat"), boot_time, facts)) return;
  samples.AddCounter(kProcessCpuSeconds, {}, static_cast<std::uint64_t>(facts.cpu_seconds * 1e6));
  samples.SetGauge(kProcessResidentMemory, {}, facts.resident_bytes);
  samples.SetGauge(kProcessVirtualMemory, {}, facts.virtual_bytes);
  samples.SetGauge(kProcessStartTime, {}, facts.start_time_seconds);
  samples.SetGauge(kProcessThreads, {}, facts.threads);
}

void AddBuildInfo(Samples& samples) {
  samples.SetGauge(kBuildInfo, {std::string(Version()), std::string(Compiler())}, 1);
}

}  // namespace maillog
