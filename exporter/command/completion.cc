// What shells complete: commands, flags, the values of flags that have few, and names of files.
#include <string>
#include <string_view>
#include <vector>

#include "exporter/command/document.h"

namespace maillog {
namespace {

constexpr std::string_view kMade =
    "# Made by the program from its own lists: maillog_exporter document ";

/// `state` of `state show`: what is completed first.
std::string_view FirstWord(std::string_view name) { return name.substr(0, name.find(' ')); }

struct Word {
  std::string_view word;
  std::string_view help;
};
/// What the first word of a command line can be, if it is neither a flag nor a path.
std::vector<Word> FirstWords(const std::vector<DocumentedCommand>& commands) {
  std::vector<Word> words;
  words.reserve(commands.size() + 1);
  for (const DocumentedCommand& command : commands) {
    words.push_back({FirstWord(command.name), command.help});
  }
  words.push_back({"help", "Show the flags of a command."});
  return words;
}

std::vector<const Flag*> AllFlags(const DocumentedCommand& command) {
  std::vector<const Flag*> flags = command.flags;
  flags.push_back(&kHelpFlag);
  flags.push_back(&kVersionFlag);
  return flags;
}

/// With a backslash before each of these.
std::string Escaped(std::string_view text, std::string_view characters) {
  std::string out;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// Between single quotes, in which sh takes every other character for itself.
std::string InQuotes(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

std::string JoinWords(const std::vector<Word>& words, std::string_view between) {
  std::string text;
  for (const Word& word : words) text += Joined({text.empty() ? "" : between, word.word});
  return text;
}

std::string TopTables() {
  std::vector<Word> words;
  for (const std::string_view table : kTopTables) words.push_back({table, {}});
  return JoinWords(words, " ");
}

}  // namespace

std::string BashCompletion() {
  const std::vector<DocumentedCommand> commands = DocumentedCommands();
  const std::vector<Word> words = FirstWords(commands);
  std::string text = Joined({kMade, R"(bash
_maillog_exporter() {
  local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} command= flags at
  # `--flag=value` comes as three words.
  [[ $flag == = ]] && flag=${COMP_WORDS[COMP_CWORD - 2]}
  [[ $word == = ]] && word=
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${COMP_WORDS[at]} in
      )",
                             JoinWords(words, "|"), R"()
        command=${COMP_WORDS[at]}
        break
        ;;
    esac
  done
  case $flag in
)"});
  for (const Flag& flag : kFlags) {
    if (flag.type.empty()) continue;
    std::string_view names = flag.type == "DIRECTORY" ? "-d" : "-f";
    const std::string how =
        flag.choices.empty() ? std::string(names) : Joined({"-W '", flag.choices, "'"});
    text += Joined({"    ", flag.name, ")\n      mapfile -t COMPREPLY < <(compgen ", how,
                    " -- \"$word\")\n      return\n      ;;\n"});
  }
  text += "  esac\n  case $command in\n";
  for (const DocumentedCommand& command : commands) {
    std::string names;
    for (const Flag* const flag : AllFlags(command)) {
      names += Joined({names.empty() ? "" : " ", flag->name});
    }
    text += Joined({"    ", FirstWord(command.name), command.name == "serve" ? " | ''" : "",
                    ")\n      flags='", names, "'\n      ;;\n"});
  }
  text += Joined({R"(  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  elif [[ $command == state ]]; then
    mapfile -t COMPREPLY < <(compgen -W show -- "$word")
  elif [[ $command == top ]]; then
    mapfile -t COMPREPLY < <(compgen -W ')",
                  TopTables(), R"(' -f -- "$word")
  elif [[ -z $command || $command == help ]]; then
    mapfile -t COMPREPLY < <(compgen -W ')",
                  JoinWords(words, " "), R"(' -f -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _maillog_exporter maillog_exporter
)"});
  return text;
}

std::string ZshCompletion() {
  // What has a meaning in a specification of _arguments.
  const auto specified = [](std::string_view help) { return InQuotes(Escaped(help, "\\[]:")); };
  const std::vector<DocumentedCommand> commands = DocumentedCommands();
  const std::vector<Word> words = FirstWords(commands);
  std::string text = Joined({"#compdef maillog_exporter\n", kMade, "zsh\n", R"(
_maillog_exporter_words() {
  local -a commands
  commands=(
)"});
  for (const Word& word : words) {
    text += Joined({"    '", word.word, ":", specified(word.help), "'\n"});
  }
  text += Joined({R"(  )
  case $command in
    state) compadd show ;;
    top) compadd )",
                  TopTables(), R"(; _files ;;
    '' | help) _describe -t commands command commands; _files ;;
    *) _files ;;
  esac
}

_maillog_exporter() {
  local command= word
  local -a flags
  for word in ${words[2,CURRENT-1]}; do
    case $word in
      )",
                  JoinWords(words, "|"), R"()
        command=$word
        break
        ;;
    esac
  done
  case $command in
)"});
  for (const DocumentedCommand& command : commands) {
    text += Joined({"    ", FirstWord(command.name), command.name == "serve" ? " | ''" : "",
                    ")\n      flags=(\n"});
    for (const Flag* const flag : AllFlags(command)) {
      std::string value;
      if (!flag->type.empty()) {
        const std::string action = !flag->choices.empty()
                                       ? Joined({"(", flag->choices, ")"})
                                       : (flag->type == "DIRECTORY" ? "_files -/" : "_files");
        value = Joined({":", flag->type, ":", action});
      }
      const bool often = flag->times == Flag::Times::kOften;
      text += Joined({"        '", often ? "*" : "", flag->name, flag->type.empty() ? "" : "=", "[",
                      specified(flag->help), "]", value, "'\n"});
    }
    text += "      )\n      ;;\n";
  }
  text += R"(  esac
  _arguments $flags '*:path:_maillog_exporter_words'
}

_maillog_exporter "$@"
)";
  return text;
}

std::string FishCompletion() {
  const auto quoted = [](std::string_view help) { return Escaped(help, "\\'"); };
  const std::vector<DocumentedCommand> commands = DocumentedCommands();
  const std::vector<Word> words = FirstWords(commands);
  std::string text = Joined({kMade, "fish\n"});
  const std::string none = Joined({"not __fish_seen_subcommand_from ", JoinWords(words, " ")});
  for (const Word& word : words) {
    text += Joined({"complete -c maillog_exporter -n '", none, "' -a ", word.word, " -d '",
                    quoted(word.help), "'\n"});
  }
  text += "complete -c maillog_exporter -n '__fish_seen_subcommand_from state' -f -a show\n";
  text += Joined({"complete -c maillog_exporter -n '__fish_seen_subcommand_from top' -a '",
                  TopTables(), "'\n"});
  for (const DocumentedCommand& command : commands) {
    const std::string_view name = FirstWord(command.name);
    const std::string seen = Joined({"__fish_seen_subcommand_from ", name});
    const std::string when = name == "serve" ? Joined({seen, "; or ", none}) : seen;
    for (const Flag* const flag : AllFlags(command)) {
      std::string value;
      if (!flag->choices.empty()) {
        value = Joined({" -x -a '", flag->choices, "'"});
      } else if (flag->type == "DIRECTORY") {
        value = " -x -a '(__fish_complete_directories)'";
      } else if (!flag->type.empty()) {
        value = " -r";
      }
      text += Joined({"complete -c maillog_exporter -n '", when, "' -l ", flag->name.substr(2),
                      value, " -d '", quoted(flag->help), "'\n"});
    }
  }
  return text;
}

}  // namespace maillog
