#include "exporter/config/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/config/command_list.h"
#include "exporter/config/flags.h"
#include "exporter/config/nearest.h"
#include "exporter/config/take_flags.h"
#include "exporter/os/version.h"

namespace maillog {
namespace {

// Those that the command accepts; at the top level all, so that they may also come before the
// command, and the help names those of `serve`.
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

constexpr std::string_view kCommandsHelp =
    "maillog_exporter COMMAND --help shows the flags of a command.";

// `state` is followed by what to do with it.
void DeclareStateCommand(CLI::App& app, GivenFlags& given, Options& options) {
  CLI::App* state = app.add_subcommand("state", std::string(kStateHelp));
  CLI::App* show = state->add_subcommand("show", std::string(kShowHelp));
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
    if (declared.shown == CommandDeclaration::Shown::kNo) command->group("");
    DeclareFlags(*command, Only(declared.command), given, Only(declared.command));
    command->callback([&options, &declared] { options.command = declared.command; });
    if (!declared.what_help.empty()) {
      command->add_option("WHAT", options.what, std::string(declared.what_help))->type_name("");
    }
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

// As it was named on the command line; CLI11 calls back only if everything was correct.
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
    return UsageFault("unexpected argument " + (rest.empty() ? std::string() : rest.front()) +
                      "; see maillog_exporter --help");
  }
  const std::optional<Command> chosen = Chosen(app);
  return UsageFault(UnknownFlag(flag->substr(0, flag->find('=')), chosen ? NameOf(*chosen) : "",
                                chosen.value_or(Command::kServe)));
}

// CLI11's own sentences are for programmers; they begin with the flag, or with these words.
EarlyExit BadValue(const CLI::ParseError& error) {
  std::string_view said = error.what();
  constexpr std::string_view kNoNumber = "Could not convert: ";
  if (said.starts_with(kNoNumber)) {
    said.remove_prefix(kNoNumber.size());
    return UsageFault(std::string(said.substr(0, said.find(' '))) + " takes no value");
  }
  return UsageFault(std::string(said.substr(0, said.find(':'))) + " needs a value");
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

// `cuont` of `help cuont`; empty: nothing is wrong.
std::string NoCommandToHelpWith(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[0] != "help" || words[1].starts_with('-')) return {};
  const std::vector<std::string> names = CommandNames();
  return std::find(names.begin(), names.end(), words[1]) == names.end() ? words[1] : std::string();
}

}  // namespace

std::vector<std::string> CommandNames() {
  std::vector<std::string> names{"help", "state"};
  for (const CommandDeclaration& declared : kCommands) {
    if (declared.shown == CommandDeclaration::Shown::kYes) names.emplace_back(declared.name);
  }
  return names;
}

std::variant<Options, EarlyExit> ParseOptions(const std::vector<std::string>& arguments) {
  GivenFlags given;
  Options options;
  CLI::App app{std::string(kProgramHelp), "maillog_exporter"};
  DeclareFlags(app, Only(Command::kServe), given, kAnyCommand);
  app.set_version_flag("-V,--version", VersionText());
  DeclareCommands(app, given, options);
  app.footer(std::string(kCommandsHelp));
  if (const std::string word = NoCommandToHelpWith(arguments); !word.empty()) {
    const std::string nearest = Nearest(word, CommandNames());
    return UsageFault("there is no command " + word +
                      (nearest.empty() ? "; see maillog_exporter help"
                                       : "; did you mean maillog_exporter help " + nearest + "?"));
  }
  try {
    std::vector<std::string> words = WithHelpFlag(WithEmptyValues(arguments));
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{0, HelpText(app)};
  } catch (const CLI::CallForVersion&) {
    return EarlyExit{0, VersionText()};
  } catch (const CLI::ExtrasError&) {
    return UnknownArgument(app);
  } catch (const CLI::RequiredError&) {  // nothing else is required
    return UsageFault("state is followed by what to do: maillog_exporter state show");
  } catch (const CLI::ParseError& error) {
    return BadValue(error);
  }
  const std::optional<Command> chosen = Chosen(app);
  return TakeFlags(given, chosen ? NameOf(*chosen) : "", std::move(options));
}

}  // namespace maillog
