#include "exporter/command/unknown_shapes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exporter/command/shape.h"

namespace maillog {
namespace {

constexpr const char* kHeader =
    "# Unknown lines of your log by shape: what is not one of the servers' own words is masked "
    "with *,\n"
    "# except the word at which reading stopped, if it has the form of a plain word.\n"
    "# Look through it before you show it to others.\n";

/// `postfix/submission/smtpd` without the parts that the administrator chose: `smtpd`.
std::string_view DaemonOf(std::string_view program) {
  const std::size_t slash = program.rfind('/');
  return slash == std::string_view::npos ? program : program.substr(slash + 1);
}

}  // namespace

void UnknownShapes::Add(std::string_view dialect, const Record& record, std::size_t stopped_at) {
  std::string line(dialect);
  const std::string daemon = ShapeOf(DaemonOf(record.program));
  if (!daemon.empty()) line.append(" ").append(daemon);
  line.append(": ").append(ShapeOf(record.message, stopped_at));
  const auto known = counts_.find(line);
  if (known != counts_.end()) {
    known->second += record.times;
  } else if (counts_.size() < kMaxShapes) {
    counts_.emplace(std::move(line), record.times);
  } else {
    beyond_ += record.times;
  }
}

std::string UnknownShapes::Text() const {
  std::vector<std::pair<std::string, std::uint64_t>> lines(counts_.begin(), counts_.end());
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text = kHeader;
  for (const auto& [line, count] : lines) absl::StrAppendFormat(&text, "%8d  %s\n", count, line);
  if (beyond_ > 0) absl::StrAppendFormat(&text, "%8d  of further shapes\n", beyond_);
  return text;
}

}  // namespace maillog
