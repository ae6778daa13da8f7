#include "exporter/config/flags.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exporter/config/nearest.h"

namespace maillog {
namespace {

/// Flags that other exporters have, and what to use here.
struct Elsewhere {
  std::string_view flag;
  std::string_view here;
};
constexpr std::array<Elsewhere, 3> kElsewhere{
    {{"--postfix.logfile_path", "name the log itself, as in: maillog_exporter /var/log/mail.log"},
     {"--postfix.showq_path",
      "name the socket, as in: --queue.showq=/var/spool/postfix/public/showq"},
     {"--systemd.enable", "name the journal, as in: maillog_exporter journal:"}}};

/// Flags that one command has, and what does the same in another.
constexpr std::array<Elsewhere, 6> kCounterparts{{{"--since", "--from"},
                                                  {"--until", "--to"},
                                                  {"--from", "--since"},
                                                  {"--to", "--until"},
                                                  {"--json", "--format=json"},
                                                  {"--format", "--json"}}};

bool Takes(Command command, std::string_view flag) {
  return std::any_of(std::begin(kFlags), std::end(kFlags), [&](const Flag& one) {
    return one.name == flag && (one.takers & Only(command)) != 0;
  });
}

// Those that continue it after a dot, as --config.file does --config; otherwise the nearest one.
std::vector<std::string> Meant(std::string_view flag, Command command) {
  std::vector<std::string> names{"--help", "--version"};
  std::vector<std::string> longer;
  for (const Flag& known : kFlags) {
    if ((known.takers & Only(command)) == 0) continue;
    names.emplace_back(known.name);
    if (known.name.starts_with(std::string(flag) + ".")) longer.emplace_back(known.name);
  }
  if (!longer.empty()) return longer;
  const std::string nearest = Nearest(flag, names);
  return nearest.empty() ? std::vector<std::string>() : std::vector<std::string>{nearest};
}

}  // namespace

std::vector<std::string> GivenFlags::All(std::string_view flag) const {
  const auto given = values_.find(flag);
  return given == values_.end() ? std::vector<std::string>() : given->second;
}

std::string GivenFlags::Text(std::string_view flag) const {
  if (const auto given = values_.find(flag); given != values_.end()) return given->second.back();
  const auto* const known = std::find_if(std::begin(kFlags), std::end(kFlags),
                                         [&](const Flag& one) { return one.name == flag; });
  return known == std::end(kFlags) ? std::string() : std::string(known->standard);
}

std::string UnknownFlag(std::string_view flag, std::string_view command_name, Command command) {
  const std::string name(flag);
  const std::string who(command_name);
  const std::string help =
      absl::StrCat("; see maillog_exporter", who.empty() ? "" : " ", who, " --help");
  const bool known = std::any_of(std::begin(kFlags), std::end(kFlags),
                                 [&](const Flag& one) { return one.name == flag; });
  if (known) {
    const std::string refusal = absl::StrCat(who.empty() ? "serve" : who, " takes no ", name);
    for (const Elsewhere& other : kCounterparts) {
      if (flag == other.flag && Takes(command, other.here.substr(0, other.here.find('='))))
        return absl::StrCat(refusal, "; did you mean ", std::string(other.here), "?");
    }
    return refusal + help;
  }
  for (const Elsewhere& other : kElsewhere) {
    if (flag == other.flag)
      return absl::StrCat("unknown flag ", name, ": ", std::string(other.here));
  }
  const std::vector<std::string> meant = Meant(flag, command);
  if (meant.empty()) return absl::StrCat("unknown flag ", name, help);
  return absl::StrCat("unknown flag ", name, "; did you mean ", absl::StrJoin(meant, " or "), "?");
}

}  // namespace maillog
