#include "exporter/config/take_flags.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "exporter/config/take_history.h"
#include "exporter/config/take_window.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr int kUsageFault = 2;

template <class Value>
struct Choice {
  std::string_view name;
  Value value;
};
constexpr Choice<LogLevel> kLevels[]{{"debug", LogLevel::kDebug},
                                     {"info", LogLevel::kInfo},
                                     {"warn", LogLevel::kWarn},
                                     {"error", LogLevel::kError}};
constexpr Choice<LogFormat> kFormats[]{{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}};
constexpr Choice<OnDamage> kOnDamage[]{{"refuse", OnDamage::kRefuse},
                                       {"set-aside", OnDamage::kSetAside}};
constexpr Choice<ColorWhen> kColorWhen[]{
    {"auto", ColorWhen::kAuto}, {"always", ColorWhen::kAlways}, {"never", ColorWhen::kNever}};

constexpr Choice<Document> kDocuments[]{{"man1", Document::kProgramPage},
                                        {"man5", Document::kConfigPage},
                                        {"bash", Document::kBash},
                                        {"zsh", Document::kZsh},
                                        {"fish", Document::kFish}};

// A check takes one thing from the flags into the options, and returns the fault.
using Checked = std::optional<EarlyExit>;

// The two kinds of flags that are wrong only in their context: one that the command does not
// accept, and one that is given twice.
Checked Misplaced(const GivenFlags& given, std::string_view command_name, const Options& options) {
  for (const Flag& flag : kFlags) {
    if (!given.Has(flag.name)) continue;
    if ((flag.takers & Only(options.command)) == 0) {
      return UsageFault(UnknownFlag(flag.name, command_name, options.command));
    }
    const bool once = flag.times == Flag::Times::kOnce && !flag.type.empty();
    if (once && given.All(flag.name).size() > 1) {
      return UsageFault(std::string(flag.name) + " is given twice");
    }
  }
  return std::nullopt;
}

// `what` is the flag or the command that the text is given to.
template <class Value, std::size_t kCount>
Checked TakeChoice(std::string_view what, const std::string& text,
                   const Choice<Value> (&choices)[kCount], Value& into) {
  std::string names;
  for (const Choice<Value>& choice : choices) {
    if (choice.name == text) {
      into = choice.value;
      return std::nullopt;
    }
    names.append(names.empty() ? "" : ", ").append(choice.name);
  }
  return UsageFault(std::string(what) + " " + AsGiven(text) + " is not one of " + names);
}

template <class Value, std::size_t kCount>
Checked TakeChoice(const GivenFlags& given, std::string_view flag,
                   const Choice<Value> (&choices)[kCount], Value& into) {
  return TakeChoice(flag, given.Text(flag), choices, into);
}

Checked TakeDocument(Options& options) {
  if (options.command != Command::kDocument) return std::nullopt;
  if (options.paths.size() != 1) return UsageFault("document needs one word; see its --help");
  return TakeChoice("document", options.paths.front(), kDocuments, options.document);
}

Checked TakeAddresses(const GivenFlags& given, Options& options) {
  if (!given.Has("--web.listen-address")) return std::nullopt;
  std::vector<ListenAddress>& addresses = options.listen_addresses;
  addresses.clear();
  for (const std::string& text : given.All("--web.listen-address")) {
    const auto address = ParseListenAddress(text);
    if (!address) {
      return UsageFault("--web.listen-address " + AsGiven(text) + " " + WhyNoAddress(text));
    }
    const bool twice = std::find(addresses.begin(), addresses.end(), *address) != addresses.end();
    if (twice && address->port != 0) {
      return UsageFault("--web.listen-address " + text + " is given twice");
    }
    addresses.push_back(*address);
  }
  return std::nullopt;
}

Checked TakeTelemetryPath(const GivenFlags& given, Options& options) {
  const std::string path = given.Text("--web.telemetry-path");
  const bool is_taken = path == "/" || path.starts_with("/-/") || path.starts_with("/assets/") ||
                        path.starts_with("/api/") || path == "/metrics-reference";
  if (!path.starts_with('/') || is_taken || path.find_first_of("?# %") != std::string::npos) {
    return UsageFault("--web.telemetry-path " + AsGiven(path) +
                      " is not a path that is free, such as /metrics");
  }
  options.telemetry_path = path;
  return std::nullopt;
}

Checked TakeAllowed(const GivenFlags& given, Options& options) {
  for (const std::string& text : given.All("--web.allow-from")) {
    const std::optional<AddressRange> range = ParseAddressRange(text);
    if (!range) {
      return UsageFault("--web.allow-from " + AsGiven(text) +
                        " is not a range of addresses, such as 192.0.2.0/24 or 2001:db8::/32");
    }
    options.allow_from.push_back(*range);
  }
  return std::nullopt;
}

Checked TakeSeconds(const GivenFlags& given, std::string_view flag, std::chrono::seconds& into) {
  constexpr std::uint64_t kMax = 86'400;
  const std::string text = given.Text(flag);
  const std::optional<std::uint64_t> number = NumberUpTo(kMax, text);
  if (!number) {
    return UsageFault(std::string(flag) + " " + AsGiven(text) +
                      " is not a number of seconds from 1 to " + std::to_string(kMax));
  }
  into = std::chrono::seconds(*number);
  return std::nullopt;
}

Checked AddQueue(std::string_view where, const std::string& text, const QueueOptions& usual,
                 std::vector<QueueOptions>& queues) {
  absl::StatusOr<QueueAddress> address = ParseQueueAddress(text);
  if (!address.ok()) {
    return UsageFault(std::string(where) + AsGiven(text) + " " +
                      std::string(address.status().message()));
  }
  QueueOptions& queue = queues.emplace_back(usual);
  queue.address = *std::move(address);
  queue.syslog_name = InstanceNameOf(queue.address);
  return std::nullopt;
}

Checked TakeQueues(const GivenFlags& given, Options& options) {
  QueueOptions usual;
  if (auto fault = TakeSeconds(given, "--queue.interval", usual.interval)) return fault;
  if (auto fault = TakeSeconds(given, "--queue.timeout", usual.timeout)) return fault;
  options.queue_timeout = usual.timeout;
  if (options.command == Command::kQueue) {
    for (const std::string& path : options.paths) {
      if (auto fault = AddQueue("", path, usual, options.queues)) return fault;
    }
    return std::nullopt;
  }
  for (const std::string& text : given.All("--queue.showq")) {
    if (auto fault = AddQueue("--queue.showq ", text, usual, options.queues)) return fault;
  }
  if (options.queues.empty() && (given.Has("--queue.interval") || given.Has("--queue.timeout"))) {
    return UsageFault(
        "--queue.interval and --queue.timeout go with --queue.showq; under `queue:` in a "
        "--config.file they are the keys interval and timeout");
  }
  const absl::Status sound = CheckQueues(options.queues);
  if (sound.ok()) return std::nullopt;
  return UsageFault("--queue.showq: " + std::string(sound.message()));
}

Checked TakeHealthUrl(Options& options) {
  if (options.command != Command::kHealthcheck || options.paths.empty()) return std::nullopt;
  if (options.paths.size() > 1) return UsageFault("healthcheck asks one URL");
  const std::optional<HealthUrl> url = ParseHealthUrl(options.paths.front());
  if (!url) {
    return UsageFault(AsGiven(options.paths.front()) +
                      " is not a URL such as http://localhost:9025 or https://[::1]:9025");
  }
  options.health_url = *url;
  return std::nullopt;
}

Checked TakeTrace(const GivenFlags& given, Options& options) {
  if (options.command != Command::kTrace) return std::nullopt;
  if (options.what.empty() || options.what == "<>") {
    return UsageFault(
        "trace needs to know what: a queue id, a message id, or a part of an address");
  }
  if (given.Has("--lines") && given.Has("--json")) {
    return UsageFault("--lines and --json exclude each other");
  }
  if (given.Has("--lines")) options.trace_as = TraceAs::kLines;
  if (given.Has("--json")) options.trace_as = TraceAs::kJson;
  options.rotated = given.Has("--rotated");
  return std::nullopt;
}

constexpr Choice<ReportAs> kReportForms[]{
    {"text", ReportAs::kText}, {"json", ReportAs::kJson}, {"html", ReportAs::kHtml}};
constexpr Choice<Language> kLanguages[]{{"en", Language::kEnglish}, {"ja", Language::kJapanese}};

Checked TakeReport(const GivenFlags& given, Options& options) {
  if ((kReporters & Only(options.command)) == 0) return std::nullopt;
  if (auto fault = TakeChoice(given, "--format", kReportForms, options.report_as)) return fault;
  if (given.Has("--json")) options.report_as = ReportAs::kJson;
  if (given.Has("--lang")) {
    Language language = Language::kEnglish;
    if (auto fault = TakeChoice(given, "--lang", kLanguages, language)) return fault;
    options.language = language;
  }
  constexpr std::uint64_t kMaxRows = 10'000;
  const std::string text = given.Text("--most");
  const std::optional<std::uint64_t> number = NumberUpTo(kMaxRows, text);
  if (!number) {
    return UsageFault("--most " + AsGiven(text) + " is not a number from 1 to " +
                      std::to_string(kMaxRows));
  }
  options.most_rows = static_cast<std::size_t>(*number);
  options.anonymous = given.Has("--anonymous");
  options.rotated = given.Has("--rotated");
  // WHAT may be left out.
  const bool is_table =
      std::find(std::begin(kTopTables), std::end(kTopTables), options.what) != std::end(kTopTables);
  if (!options.what.empty() && !is_table) {
    options.paths.insert(options.paths.begin(), std::move(options.what));
    options.what.clear();
  }
  return std::nullopt;
}

Checked CheckPaths(const Options& options) {
  if (!options.config_file.empty() && !options.paths.empty()) {
    return UsageFault("a log file is named beside --config.file; name it in the file instead");
  }
  if (options.command == Command::kCount && options.paths.empty()) {
    return UsageFault("count needs a log file, or - for standard input");
  }
  if (options.command == Command::kMetrics && !options.paths.empty()) {
    return UsageFault("metrics takes no arguments, and got " + options.paths.front());
  }
  if (options.command == Command::kShowState && !options.paths.empty()) {
    return UsageFault("state show takes no arguments, and got " + options.paths.front());
  }
  if (options.command == Command::kExplain && options.paths.size() > 1) {
    return UsageFault("explain reads one log file, or - for standard input");
  }
  return std::nullopt;
}

}  // namespace

EarlyExit UsageFault(std::string sentence) { return {kUsageFault, std::move(sentence)}; }

std::string AsGiven(const std::string& value) { return value.empty() ? "''" : value; }

std::optional<std::uint64_t> NumberUpTo(std::uint64_t most, std::string_view text) {
  const std::optional<std::uint64_t> number = TakeUint(text);
  if (!number || !text.empty() || *number == 0 || *number > most) return std::nullopt;
  return number;
}

std::variant<Options, EarlyExit> TakeFlags(const GivenFlags& given, std::string_view command_name,
                                           Options options) {
  options.config_file = given.Text("--config.file");
  options.web_config_file = given.Text("--web.config.file");
  Checked fault = Misplaced(given, command_name, options);
  if (!fault) fault = TakeAddresses(given, options);
  if (!fault) fault = TakeTelemetryPath(given, options);
  if (!fault) fault = TakeAllowed(given, options);
  if (!fault) fault = TakeChoice(given, "--log.level", kLevels, options.log_level);
  if (!fault) fault = TakeChoice(given, "--log.format", kFormats, options.log_format);
  if (!fault) fault = TakeChoice(given, "--state.on-damage", kOnDamage, options.on_damage);
  if (!fault) fault = TakeChoice(given, "--color", kColorWhen, options.color);
  if (!fault) fault = TakeWindow(given, options);
  if (!fault) fault = TakeQueues(given, options);
  if (!fault) fault = TakeHealthUrl(options);
  if (!fault) fault = TakeTrace(given, options);
  if (!fault) fault = TakeReport(given, options);
  if (!fault) fault = TakeHistory(given, options);
  if (!fault) fault = CheckPaths(options);
  if (!fault) fault = TakeDocument(options);
  if (fault) return *fault;
  if (given.Has("--state.path")) options.state_path = given.Text("--state.path");
  if (given.Has("--unknown")) options.explain = ExplainWhat::kUnknownShapes;
  if (given.Has("--summary")) options.count_as = CountAs::kSummary;
  if (given.Has("--json")) options.queue_as = QueueAs::kJson;
  options.strict = given.Has("--strict");
  if (given.Has("--web.ready-without-unreadable")) {
    options.without_sources = WithoutSources::kReady;
  }
  if (given.Has("--from-start")) options.start = StartAt::kBeginning;
  if (given.Has("--web.created-lines")) options.created_lines = CreatedLines::kYes;
  if (given.Has("--web.enable-lifecycle")) options.reload_by_web = ReloadByWeb::kYes;
  if (given.Has("--no-sandbox")) options.use_sandbox = UseSandbox::kNo;
  if (given.Has("--poll")) options.wake_by = WakeBy::kPolling;
  return options;
}

}  // namespace maillog
