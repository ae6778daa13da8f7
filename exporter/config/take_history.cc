#include "exporter/config/take_history.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "exporter/config/extra_labels.h"
#include "exporter/config/take_flags.h"
#include "exporter/history/history.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

std::string MachineName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data()
                                                                             : "localhost";
}

std::optional<EarlyExit> TakeStep(const GivenFlags& given, Options& options) {
  constexpr std::uint64_t kDay = 86'400;
  const std::string text = given.Text("--step");
  const auto step = NumberUpTo(static_cast<std::uint64_t>(History::kRefresh), text);
  if (!step || kDay % *step != 0) {
    return UsageFault(
        "--step " + AsGiven(text) +
        " is not a number of seconds from 1 to 300 that a day is divisible by, such as "
        "15, 60 or 300");
  }
  options.history.step = std::chrono::seconds(*step);
  return std::nullopt;
}

std::optional<EarlyExit> TakeLabels(const GivenFlags& given, Options& options) {
  std::vector<ExtraLabel>& labels = options.history.labels;
  labels.push_back({"job", given.Text("--job")});
  labels.push_back(
      {"instance", given.Has("--instance") ? given.Text("--instance") : MachineName() + ":9025"});
  for (const ExtraLabel& label : labels) {
    if (label.value.empty()) return UsageFault("--" + label.name + " needs a value");
  }
  for (const std::string& text : given.All("--label")) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == text.size() || !IsLegalLabel(name)) {
      return UsageFault("--label " + AsGiven(text) +
                        " is not a label and its value, such as site=berlin");
    }
    if (IsOwnLabel(name)) return UsageFault("the label " + name + " is one of the metrics' own");
    const auto is_same = [&](const ExtraLabel& label) { return label.name == name; };
    if (std::any_of(labels.begin(), labels.end(), is_same)) {
      return UsageFault("the label " + name + " is given twice");
    }
    labels.push_back({name, text.substr(equals + 1)});
  }
  for (ExtraLabel& label : labels) {
    std::string value;
    AppendValidUtf8(value, label.value);
    label.value = std::move(value);
  }
  return std::nullopt;
}

}  // namespace

std::optional<EarlyExit> TakeHistory(const GivenFlags& given, Options& options) {
  if (options.command != Command::kBackfill) return std::nullopt;
  options.history.directory = given.Text("--out");
  if (options.history.directory.empty()) {
    return UsageFault("backfill needs to know where its files go: --out DIRECTORY");
  }
  if (given.Has("--state.path") && given.Text("--state.path").empty()) {
    return UsageFault("--state.path needs the directory of the state that is handed over");
  }
  if (given.Has("--state.path") && given.Has("--to")) {
    return UsageFault(
        "--to and --state.path exclude each other: a live exporter goes on after the last line");
  }
  options.history.archives = given.All("--archive");
  options.history.source = given.Text("--source");
  if (auto fault = TakeStep(given, options)) return fault;
  return TakeLabels(given, options);
}

}  // namespace maillog
