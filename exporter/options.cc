#include "exporter/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/time/clock.h"
#include "exporter/flags.h"
#include "exporter/version.h"

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

EarlyExit Fault(std::string sentence) { return {kUsageFault, std::move(sentence)}; }

// Those that the command takes; at the top all, so that they may stand before the command as well,
// and its help names those of `serve`.
void DeclareFlags(CLI::App& app, CommandSet shown, GivenFlags& given, CommandSet taken) {
  app.set_help_flag("-h,--help", "Show this help and exit.");
  for (const Flag& flag : kFlags) {
    if ((flag.takers & taken) == 0) continue;
    CLI::Option* option = nullptr;
    if (flag.type.empty()) {
      option = app.add_flag_callback(
          std::string(flag.name), [&given, &flag] { given.Add(flag.name, "true"); },
          std::string(flag.help));
    } else {
      option = app.add_option_function<std::vector<std::string>>(
                      std::string(flag.name),
                      [&given, &flag](const std::vector<std::string>& values) {
                        for (const std::string& value : values) given.Add(flag.name, value);
                      },
                      std::string(flag.help))
                   ->type_name(std::string(flag.type))
                   ->expected(1)
                   ->allow_extra_args(false)
                   ->take_all()
                   ->default_str(std::string(flag.standard));
    }
    if ((flag.takers & shown) == 0) option->group("");
  }
}

struct CommandDeclaration {
  std::string_view name;
  std::string_view help;
  Command command;
  std::string_view path_help;  ///< empty: takes no PATH
};

constexpr std::string_view kFollowHelp =
    "What to follow: log files, globs, directories; journal: or journal:/DIRECTORY; "
    "syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, syslog+unix:///SOCKET; - for standard input. "
    "Without one: the machine's own mail log.";
constexpr std::string_view kCommandsHelp =
    "maillog_exporter COMMAND --help shows the flags of a command.";
constexpr CommandDeclaration kCommands[]{
    {"serve", "Follow logs and serve metrics (the default).", Command::kServe, kFollowHelp},
    {"count", "Read logs once to their end and print the metrics; - is standard input.",
     Command::kCount,
     "Log files (also packed), globs, directories, journal: or journal:/DIRECTORY, or -."},
    {"explain", "Print each line with the event it becomes and the series it moves.",
     Command::kExplain,
     "A log file (also packed), glob, directory, journal: or journal:/DIRECTORY, or - (the "
     "default) "
     "for standard input."},
    {"check-config", "Say what would be followed, and stop.", Command::kCheckConfig, kFollowHelp},
    {"metrics", "Print the metric reference (METRICS.md).", Command::kMetrics, {}}};

// `state` is followed by what to do with it.
void DeclareStateCommand(CLI::App& app, GivenFlags& given, Options& options) {
  CLI::App* state = app.add_subcommand("state", "Look at the saved state: state show.");
  CLI::App* show = state->add_subcommand("show", "Print the saved positions and totals.");
  for (CLI::App* command : {state, show}) {
    DeclareFlags(*command, Only(Command::kShowState), given, Only(Command::kShowState));
    command->fallthrough();
  }
  state->require_subcommand(1);
  show->callback([&options] { options.command = Command::kShowState; });
}

void DeclareCommands(CLI::App& app, GivenFlags& given, Options& options) {
  app.add_option("PATH", options.paths, std::string(kFollowHelp))->type_name("");
  app.fallthrough();
  app.require_subcommand(0, 1);
  for (const CommandDeclaration& declared : kCommands) {
    CLI::App* command = app.add_subcommand(std::string(declared.name), std::string(declared.help));
    DeclareFlags(*command, Only(declared.command), given, Only(declared.command));
    command->callback([&options, &declared] { options.command = declared.command; });
    if (!declared.path_help.empty()) {
      command->add_option("PATH", options.paths, std::string(declared.path_help))->type_name("");
    }
  }
  DeclareStateCommand(app, given, options);
}

std::string_view NameOf(Command command) {
  if (command == Command::kShowState) return "state show";
  for (const CommandDeclaration& declared : kCommands) {
    if (declared.command == command) return declared.name;
  }
  return {};
}

std::string HelpText(const CLI::App& app) {
  const CLI::App* command = &app;
  std::string before;
  while (!command->get_subcommands().empty()) {
    before.append(before.empty() ? "" : " ").append(command->get_name());
    command = command->get_subcommands().front();
  }
  return command->help(before);
}

// As it was named on the command line; CLI11 calls back only if all was sound.
std::optional<Command> Chosen(const CLI::App& app) {
  for (const CommandDeclaration& declared : kCommands) {
    if (app.got_subcommand(std::string(declared.name))) return declared.command;
  }
  if (app.got_subcommand("state")) return Command::kShowState;
  return std::nullopt;
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
  const std::optional<Command> chosen = Chosen(app);
  return Fault(UnknownFlag(flag->substr(0, flag->find('=')), chosen ? NameOf(*chosen) : "",
                           chosen.value_or(Command::kServe)));
}

// CLI11's own sentences are for programmers; they begin with the flag, or with these words.
EarlyExit BadValue(const CLI::ParseError& error) {
  std::string_view said = error.what();
  constexpr std::string_view kNoNumber = "Could not convert: ";
  if (said.starts_with(kNoNumber)) {
    said.remove_prefix(kNoNumber.size());
    return Fault(std::string(said.substr(0, said.find(' '))) + " takes no value");
  }
  return Fault(std::string(said.substr(0, said.find(':'))) + " needs a value");
}

// Of the two kinds of flags that are wrong together with others: one that the command does not
// take, and one that is given twice.
std::optional<EarlyExit> Misplaced(const GivenFlags& given, const Options& options,
                                   const std::optional<Command>& chosen) {
  for (const Flag& flag : kFlags) {
    if (!given.Has(flag.name)) continue;
    if ((flag.takers & Only(options.command)) == 0) {
      return Fault(UnknownFlag(flag.name, chosen ? NameOf(*chosen) : "", options.command));
    }
    const bool once = flag.times == Flag::Times::kOnce && !flag.type.empty();
    if (once && given.All(flag.name).size() > 1) {
      return Fault(std::string(flag.name) + " is given twice");
    }
  }
  return std::nullopt;
}

// A check takes one thing from what was given into the options, and answers with the fault.
using Checked = std::optional<EarlyExit>;

// As the user would quote it, so that an empty one is seen.
std::string Quoted(const std::string& value) { return value.empty() ? "''" : value; }

template <class Value, std::size_t kCount>
Checked TakeChoice(const GivenFlags& given, std::string_view flag,
                   const Choice<Value> (&choices)[kCount], Value& into) {
  const std::string text = given.Text(flag);
  std::string names;
  for (const Choice<Value>& choice : choices) {
    if (choice.name == text) {
      into = choice.value;
      return std::nullopt;
    }
    names.append(names.empty() ? "" : ", ").append(choice.name);
  }
  return Fault(std::string(flag) + " " + Quoted(text) + " is not one of " + names);
}

Checked TakeAddresses(const GivenFlags& given, Options& options) {
  if (!given.Has("--web.listen-address")) return std::nullopt;
  std::vector<ListenAddress>& addresses = options.listen_addresses;
  addresses.clear();
  for (const std::string& text : given.All("--web.listen-address")) {
    const auto address = ParseListenAddress(text);
    if (!address) {
      return Fault("--web.listen-address " + Quoted(text) +
                   " is not host:port, [ipv6]:port or :port");
    }
    const bool twice = std::find(addresses.begin(), addresses.end(), *address) != addresses.end();
    if (twice && address->port != 0) {
      return Fault("--web.listen-address " + text + " is given twice");
    }
    addresses.push_back(*address);
  }
  return std::nullopt;
}

Checked TakeTelemetryPath(const GivenFlags& given, Options& options) {
  const std::string path = given.Text("--web.telemetry-path");
  if (!path.starts_with('/') || path == "/" || path.starts_with("/-/") ||
      path.find_first_of("?# %") != std::string::npos) {
    return Fault("--web.telemetry-path " + Quoted(path) +
                 " is not a path of its own, such as /metrics");
  }
  options.telemetry_path = path;
  return std::nullopt;
}

Checked TakeAllowed(const GivenFlags& given, Options& options) {
  for (const std::string& text : given.All("--web.allow-from")) {
    const std::optional<AddressRange> range = ParseAddressRange(text);
    if (!range) {
      return Fault("--web.allow-from " + Quoted(text) +
                   " is no range of addresses, such as 192.0.2.0/24 or 2001:db8::/32");
    }
    options.allow_from.push_back(*range);
  }
  return std::nullopt;
}

Checked TakeWindow(const GivenFlags& given, Options& options) {
  const absl::Time now = absl::Now();
  for (const auto& [flag, limit] :
       {std::pair{"--since", &options.window.since}, std::pair{"--until", &options.window.until}}) {
    if (!given.Has(flag)) continue;
    const std::string text = given.Text(flag);
    const std::optional<absl::Time> time = ParseMoment(text, absl::LocalTimeZone(), now);
    if (!time) {
      return Fault(std::string(flag) + " " + Quoted(text) +
                   " is no time, such as '2026-11-21 10:00', 2026-11-21, today, yesterday or 24h");
    }
    *limit = *time;
  }
  if (options.window.since < options.window.until) return std::nullopt;
  return Fault("nothing lies between --since and --until: " +
               MomentText(options.window.since, absl::LocalTimeZone()) + " is not before " +
               MomentText(options.window.until, absl::LocalTimeZone()));
}

Checked CheckPaths(const Options& options) {
  if (!options.config_file.empty() && !options.paths.empty()) {
    return Fault("a log file is named beside --config.file; name it in the file instead");
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
  return std::nullopt;
}

std::variant<Options, EarlyExit> CheckAll(const GivenFlags& given, Options options,
                                          const std::optional<Command>& chosen) {
  options.config_file = given.Text("--config.file");
  options.web_config_file = given.Text("--web.config.file");
  Checked fault = Misplaced(given, options, chosen);
  if (!fault) fault = TakeAddresses(given, options);
  if (!fault) fault = TakeTelemetryPath(given, options);
  if (!fault) fault = TakeAllowed(given, options);
  if (!fault) fault = TakeChoice(given, "--log.level", kLevels, options.log_level);
  if (!fault) fault = TakeChoice(given, "--log.format", kFormats, options.log_format);
  if (!fault) fault = TakeChoice(given, "--state.on-damage", kOnDamage, options.on_damage);
  if (!fault) fault = TakeChoice(given, "--color", kColorWhen, options.color);
  if (!fault) fault = TakeWindow(given, options);
  if (!fault) fault = CheckPaths(options);
  if (fault) return *fault;
  if (given.Has("--state.path")) options.state_path = given.Text("--state.path");
  if (given.Has("--unknown")) options.explain = ExplainWhat::kUnknownShapes;
  if (given.Has("--summary")) options.count_as = CountAs::kSummary;
  if (given.Has("--from-start")) options.start = StartAt::kBeginning;
  if (given.Has("--web.enable-lifecycle")) options.reload_by_web = ReloadByWeb::kYes;
  if (given.Has("--no-sandbox")) options.use_sandbox = UseSandbox::kNo;
  if (given.Has("--poll")) options.wake_by = WakeBy::kPolling;
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

}  // namespace

std::variant<Options, EarlyExit> ParseOptions(const std::vector<std::string>& arguments) {
  GivenFlags given;
  Options options;
  CLI::App app{"Counts what mail-server logs say, and serves it to Prometheus.",
               "maillog_exporter"};
  DeclareFlags(app, Only(Command::kServe), given, kAnyCommand);
  app.set_version_flag("--version", VersionText());
  DeclareCommands(app, given, options);
  app.footer(std::string(kCommandsHelp));
  try {
    std::vector<std::string> words = WithEmptyValues(arguments);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{0, HelpText(app)};
  } catch (const CLI::CallForVersion&) {
    return EarlyExit{0, VersionText()};
  } catch (const CLI::ExtrasError&) {
    return UnknownArgument(app);
  } catch (const CLI::RequiredError&) {  // nothing else is required
    return Fault("state is followed by what to do: maillog_exporter state show");
  } catch (const CLI::ParseError& error) {
    return BadValue(error);
  }
  return CheckAll(given, std::move(options), Chosen(app));
}

}  // namespace maillog
