#include "exporter/command/document.h"

#include "exporter/config/command_list.h"

namespace maillog {
namespace {

std::vector<const Flag*> FlagsOf(Command command) {
  std::vector<const Flag*> flags;
  for (const Flag& flag : kFlags) {
    if ((flag.takers & Only(command)) != 0) flags.push_back(&flag);
  }
  return flags;
}

}  // namespace

std::vector<DocumentedCommand> DocumentedCommands() {
  std::vector<DocumentedCommand> commands;
  for (const CommandDeclaration& declared : kCommands) {
    if (declared.shown == CommandDeclaration::Shown::kNo) continue;
    commands.push_back({declared.name, declared.help, declared.path_help, declared.what_help,
                        FlagsOf(declared.command)});
  }
  commands.push_back({"state show", kShowHelp, {}, {}, FlagsOf(Command::kShowState)});
  return commands;
}

std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

std::string DocumentText(Document document) {
  switch (document) {
    case Document::kProgramPage:
      return ProgramPage();
    case Document::kConfigPage:
      return ConfigPage();
    case Document::kBash:
      return BashCompletion();
    case Document::kZsh:
      return ZshCompletion();
    case Document::kFish:
      break;
  }
  return FishCompletion();
}

}  // namespace maillog
