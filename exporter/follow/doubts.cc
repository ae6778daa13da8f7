#include "exporter/follow/doubts.h"

#include <cstdint>
#include <map>
#include <variant>

#include "absl/strings/str_cat.h"
#include "metrics/catalog/exporter.h"
#include "parser/event.h"

namespace maillog {
namespace {

struct Counts {
  std::uint64_t all = 0;
  std::uint64_t malformed = 0;
  std::uint64_t foreign = 0;
};

std::map<std::string, Counts> CountsBySource(const Samples& samples) {
  std::map<std::string, Counts> counts;
  const auto family = samples.families().find(kRecords.name);
  if (family == samples.families().end()) return counts;
  for (const auto& [labels, value] : family->second.series) {
    const auto* const records = std::get_if<std::uint64_t>(&value);
    if (records == nullptr || labels.size() < 2) continue;
    Counts& of = counts[labels[0]];
    of.all += *records;
    if (labels[1] == Text(Outcome::kMalformed)) of.malformed += *records;
    if (labels[1] == Text(Outcome::kForeign)) of.foreign += *records;
  }
  return counts;
}

}  // namespace

std::vector<std::string> DoubtsOf(const Samples& samples) {
  std::vector<std::string> doubts;
  for (const auto& [source, counts] : CountsBySource(samples)) {
    const std::uint64_t strange = counts.malformed + counts.foreign;
    if (strange <= counts.all / 2) continue;
    const bool is_stdin = source == "-";
    doubts.push_back(
        absl::StrCat(is_stdin ? "standard input" : source, ": ", strange, " of ", counts.all,
                     " messages are from no mail server: ", counts.malformed, " malformed, ",
                     counts.foreign, " of other programs; is this the right log?",
                     is_stdin ? std::string() : " See maillog_exporter explain " + source));
  }
  return doubts;
}

}  // namespace maillog
