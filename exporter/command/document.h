// The manual and what shells complete, made from the lists of commands, flags and keys.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/flags.h"
#include "exporter/config/options.h"

namespace maillog {

/// As a command line names it, with what can follow.
struct DocumentedCommand {
  std::string_view name;       ///< one word, or two: `state show`
  std::string_view help;       ///< a sentence
  std::string_view path_help;  ///< empty: takes no PATH
  std::string_view what_help;  ///< empty: takes no WHAT
  std::vector<const Flag*> flags;
};
/// Those that `--help` names, `help` apart.
[[nodiscard]] std::vector<DocumentedCommand> DocumentedCommands();

/// Flags that every command takes, and that are not in kFlags.
inline constexpr Flag kHelpFlag{"--help", kAnyCommand, "", "", "Show this help and exit."};
inline constexpr Flag kVersionFlag{"--version", kAnyCommand, "", "",
                                   "Display program version information and exit."};

/// One after the other.
[[nodiscard]] std::string Joined(std::initializer_list<std::string_view> parts);

[[nodiscard]] std::string DocumentText(Document document);

// Each of its own form: man(7); bash(1), "Programmable Completion"; zshcompsys(1); complete(1) of
// fish.
[[nodiscard]] std::string ProgramPage();
[[nodiscard]] std::string ConfigPage();
[[nodiscard]] std::string BashCompletion();
[[nodiscard]] std::string ZshCompletion();
[[nodiscard]] std::string FishCompletion();

}  // namespace maillog
