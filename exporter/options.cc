#include "exporter/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string_view>

#include "exporter/nearest.h"
#include "exporter/version.h"

namespace maillog {
namespace {

constexpr int kUsageFault = 2;

// What the flags say, as text, before it is checked.
struct Flags {
  std::vector<std::string> listen{":9025"};
  std::string log_level = "info";
  std::string log_format = "logfmt";
  std::string on_damage = "refuse";
  bool from_start = false;
  bool poll = false;
  bool unknown = false;
  bool ready_without = false;
  bool strict = false;
};

const std::map<std::string, LogLevel, std::less<>> kLevels{{"debug", LogLevel::kDebug},
                                                           {"info", LogLevel::kInfo},
                                                           {"warn", LogLevel::kWarn},
                                                           {"error", LogLevel::kError}};
const std::map<std::string, LogFormat, std::less<>> kFormats{{"logfmt", LogFormat::kLogfmt},
                                                             {"json", LogFormat::kJson}};

const std::map<std::string, OnDamage, std::less<>> kOnDamage{{"refuse", OnDamage::kRefuse},
                                                             {"set-aside", OnDamage::kSetAside}};

EarlyExit Fault(std::string sentence) { return {kUsageFault, std::move(sentence)}; }

void DeclareFlags(CLI::App& app, Flags& flags, Options& options) {
  app.set_help_flag("-h,--help", "Show this help and exit.");
  app.set_version_flag("-V,--version", VersionText());
  app.add_option("--config.file", options.config_file,
                 "A YAML file that names the sources, instead of PATH; SIGHUP reads it again.")
      ->type_name("FILE");
  app.add_option("--web.listen-address", flags.listen,
                 "Where to listen: host:port, [ipv6]:port, or :port for all addresses. Repeatable.")
      ->type_name("ADDRESS")
      ->allow_extra_args(false)
      ->take_all()
      ->default_str(":9025");
  app.add_option("--web.telemetry-path", options.telemetry_path, "Path of the metrics.")
      ->type_name("PATH")
      ->default_str("/metrics");
  app.add_flag("--web.ready-without-unreadable", flags.ready_without,
               "Let /-/ready answer 200 though a source cannot be read; it names the source.");
  app.add_flag("--from-start", flags.from_start,
               "Read files from their beginning, not from their end.");
  app.add_flag("--poll", flags.poll,
               "Look for changes once a second instead of waiting for inotify.");
  app.add_option("--state.path", options.state_path,
                 "Directory that keeps positions and totals; by default $STATE_DIRECTORY. Empty: "
                 "in memory.")
      ->type_name("DIRECTORY");
  app.add_option("--state.on-damage", flags.on_damage,
                 "What to do with a state that cannot be read: refuse, set-aside.")
      ->type_name("ACTION")
      ->default_str("refuse");
  app.add_option("--log.level", flags.log_level, "One of debug, info, warn, error.")
      ->type_name("LEVEL")
      ->default_str("info");
  app.add_option("--log.format", flags.log_format, "One of logfmt, json.")
      ->type_name("FORMAT")
      ->default_str("logfmt");
}

struct CommandDeclaration {
  std::string_view name;
  std::string_view help;
  Command command;
  std::string_view path_help;  ///< empty: takes no PATH
};

constexpr std::string_view kFollowHelp =
    "Log files, globs or directories to follow. Without one: the machine's own mail log.";
constexpr CommandDeclaration kCommands[]{
    {"serve", "Follow logs and serve metrics (the default).", Command::kServe, kFollowHelp},
    {"count", "Read logs once to their end and print the metrics; - is standard input.",
     Command::kCount, "Log files, globs, directories, or -."},
    {"explain", "Print each line with the event it becomes and the series it moves.",
     Command::kExplain, "A log file, or - (the default) for standard input."},
    {"check-config", "Say what would be followed, and stop.", Command::kCheckConfig, kFollowHelp},
    {"metrics", "Print the metric reference (METRICS.md).", Command::kMetrics, {}}};

// `state` is followed by what to do with it.
void DeclareStateCommand(CLI::App& app, Options& options) {
  CLI::App* state = app.add_subcommand("state", "Look at the saved state: state show.");
  CLI::App* show = state->add_subcommand("show", "Print the saved positions and totals.");
  for (CLI::App* command : {state, show}) {
    command->set_help_flag("-h,--help", "Show this help and exit.");
    command->fallthrough();
  }
  state->require_subcommand(1);
  show->callback([&options] { options.command = Command::kShowState; });
}

void DeclareCommands(CLI::App& app, Flags& flags, Options& options) {
  app.add_option("PATH", options.paths, std::string(kFollowHelp))->type_name("");
  app.fallthrough();
  app.require_subcommand(0, 1);
  for (const CommandDeclaration& declared : kCommands) {
    CLI::App* command = app.add_subcommand(std::string(declared.name), std::string(declared.help));
    command->set_help_flag("-h,--help", "Show this help and exit.");
    command->callback([&options, &declared] { options.command = declared.command; });
    if (!declared.path_help.empty()) {
      command->add_option("PATH", options.paths, std::string(declared.path_help))->type_name("");
    }
    if (declared.command == Command::kCount) {
      command->add_flag("--strict", flags.strict,
                        "Exit with status 2 if more than half of a source is no mail log.");
    }
    if (declared.command == Command::kExplain) {
      command->add_flag("--unknown", flags.unknown,
                        "Print only the unknown lines of your log, grouped by their shape: names, "
                        "addresses and numbers are masked.");
    }
  }
  DeclareStateCommand(app, options);
}

std::vector<std::string> FlagNames(const CLI::App& app) {
  std::vector<std::string> names{"--help", "--version"};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// What CLI11 could not place: a flag that does not exist, or a word too many.
EarlyExit UnknownArgument(const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining(true);
  const auto flag = std::find_if(rest.begin(), rest.end(), [](const std::string& word) {
    return word.size() > 1 && word.front() == '-';
  });
  if (flag == rest.end()) {
    return Fault("unexpected argument " + (rest.empty() ? std::string() : rest.front()) +
                 "; see maillog_exporter --help");
  }
  const std::string name = flag->substr(0, flag->find('='));
  const std::string nearest = Nearest(name, FlagNames(app));
  return Fault(
      "unknown flag " + name +
      (nearest.empty() ? "; see maillog_exporter --help" : "; did you mean " + nearest + "?"));
}

std::variant<Options, EarlyExit> Checked(const Flags& flags, Options options) {
  options.listen_addresses.clear();
  for (const std::string& text : flags.listen) {
    const auto address = ParseListenAddress(text);
    if (!address) {
      return Fault("--web.listen-address " + text + " " + WhyNoAddress(text));
    }
    options.listen_addresses.push_back(*address);
  }
  const auto level = kLevels.find(flags.log_level);
  if (level == kLevels.end()) {
    return Fault("--log.level " + flags.log_level + " is not one of debug, info, warn, error");
  }
  const auto format = kFormats.find(flags.log_format);
  if (format == kFormats.end()) {
    return Fault("--log.format " + flags.log_format + " is not one of logfmt, json");
  }
  const auto on_damage = kOnDamage.find(flags.on_damage);
  if (on_damage == kOnDamage.end()) {
    return Fault("--state.on-damage " + flags.on_damage + " is not one of refuse, set-aside");
  }
  const std::string& path = options.telemetry_path;
  if (!path.starts_with('/') || path == "/" || path.starts_with("/-/") ||
      path.find_first_of("?# %") != std::string::npos) {
    return Fault("--web.telemetry-path " + path + " is not a path of its own, such as /metrics");
  }
  if (!options.config_file.empty() && !options.paths.empty()) {
    return Fault("a log file is named beside --config.file; name it in the file instead");
  }
  if (!options.config_file.empty() && options.command != Command::kServe &&
      options.command != Command::kCheckConfig) {
    return Fault("--config.file is for serve and check-config only");
  }
  if (options.command == Command::kCount && options.paths.empty()) {
    return Fault("count needs a log file, or - for standard input");
  }
  if (options.command == Command::kMetrics && !options.paths.empty()) {
    return Fault("metrics takes no arguments, and got " + options.paths.front());
  }
  if (options.command == Command::kShowState && !options.paths.empty()) {
    return Fault("state show takes no arguments, and got " + options.paths.front());
  }
  if (options.command == Command::kExplain && options.paths.size() > 1) {
    return Fault("explain reads one log file, or - for standard input");
  }
  options.log_level = level->second;
  options.log_format = format->second;
  options.strict = flags.strict;
  if (flags.unknown) options.explain = ExplainWhat::kUnknownShapes;
  options.on_damage = on_damage->second;
  if (flags.ready_without) options.without_sources = WithoutSources::kReady;
  options.start = flags.from_start ? StartAt::kBeginning : StartAt::kEnd;
  options.wake_by = flags.poll ? WakeBy::kPolling : WakeBy::kEvents;
  return options;
}

// CLI11 takes the word after `--flag=` for its value; here the value is empty.
std::vector<std::string> WithEmptyValues(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  bool only_paths = false;
  for (const std::string& argument : arguments) {
    only_paths = only_paths || argument == "--";
    const bool is_empty = !only_paths && argument.starts_with("--") && argument.ends_with('=') &&
                          argument.find('=') == argument.size() - 1;
    words.push_back(is_empty ? argument.substr(0, argument.size() - 1) : argument);
    if (is_empty) words.emplace_back();
  }
  return words;
}

// `help` and `help COMMAND` are asked for as often as `--help` and `COMMAND --help`.
std::vector<std::string> WithHelpFlag(std::vector<std::string> words) {
  if (words.empty() || words.front() != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

}  // namespace

std::vector<std::string> CommandNames() {
  std::vector<std::string> names{"help", "state"};
  for (const CommandDeclaration& declared : kCommands) names.emplace_back(declared.name);
  return names;
}

std::variant<Options, EarlyExit> ParseOptions(const std::vector<std::string>& arguments) {
  Flags flags;
  Options options;
  CLI::App app{"Counts what mail-server logs say, and serves it to Prometheus.",
               "maillog_exporter"};
  DeclareFlags(app, flags, options);
  DeclareCommands(app, flags, options);
  try {
    std::vector<std::string> words = WithHelpFlag(WithEmptyValues(arguments));
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return EarlyExit{0, chosen.empty() ? app.help() : chosen.front()->help(app.get_name())};
  } catch (const CLI::CallForVersion&) {
    return EarlyExit{0, VersionText()};
  } catch (const CLI::ExtrasError&) {
    return UnknownArgument(app);
  } catch (const CLI::RequiredError&) {  // nothing else is required
    return Fault("state is followed by what to do: maillog_exporter state show");
  } catch (const CLI::ParseError& error) {
    return Fault(std::string(error.what()) + "; see maillog_exporter --help");
  }
  return Checked(flags, std::move(options));
}

}  // namespace maillog
