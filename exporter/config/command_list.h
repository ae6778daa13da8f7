// THE LIST of commands: help, suggestions, the manual and completions are derived from it.
#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/config/options.h"

namespace maillog {

struct CommandDeclaration {
  std::string_view name;
  std::string_view help;
  Command command;
  std::string_view path_help;       ///< empty: takes no PATH
  std::string_view what_help = {};  ///< of a word WHAT before PATH; empty: takes none
  enum class Shown : std::uint8_t { kYes, kNo } shown = Shown::kYes;
};

inline constexpr std::string_view kProgramHelp =
    "Counts what mail-server logs say, and serves it to Prometheus.";
inline constexpr std::string_view kFollowHelp =
    "What to follow: log files, globs, directories; journal: or journal:/DIRECTORY; "
    "syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, syslog+relp://HOST:PORT, "
    "syslog+unix:///SOCKET; kafka://HOST:PORT/TOPIC; - for standard input. "
    "Without one: the machine's own mail log.";

inline constexpr CommandDeclaration kCommands[]{
    {"serve", "Follow logs and serve metrics (the default).", Command::kServe, kFollowHelp},
    {"count", "Read logs once to their end and print the metrics; - is standard input.",
     Command::kCount,
     "Log files (plain or compressed), globs, directories, journal: or journal:/DIRECTORY, "
     "kafka://HOST:PORT/TOPIC, or -."},
    {"explain", "Print each line with the event it becomes and the series it increases.",
     Command::kExplain,
     "A log file (plain or compressed), glob, directory, journal: or journal:/DIRECTORY, or - (the "
     "default) "
     "for standard input."},
    {"queue", "Print what is in Postfix's queue now, as tables for people to read.",
     Command::kQueue,
     "Sockets of showq, queue directories, or HOST:PORT; by default those of this machine's "
     "Postfix."},
    {"trace",
     "Print what became of a mail, from all daemons' lines about it; exit status 1 if there are "
     "none.",
     Command::kTrace,
     "Log files (plain or compressed), globs, directories, journal: or journal:/DIRECTORY, or -; "
     "by "
     "default "
     "the machine's own mail log with all its rotated and compressed files.",
     "A queue id, a message id, or a part of an address."},
    {"report",
     "Print what a log says of a day or any other time: totals, hours, who sent and received most, "
     "what failed.",
     Command::kReport,
     "Log files (plain or compressed), globs, directories, journal: or journal:/DIRECTORY, or -; "
     "by "
     "default "
     "the machine's own mail log with all its rotated and compressed files."},
    {"top", "Print who is busiest in a log: senders, clients, users, domains, relays, failures.",
     Command::kTop, "The same as for report.",
     "senders, clients, users, domains, relays or failures; without it all of them."},
    {"backfill",
     "Write what the metrics were since the log and its archives begin, for a Prometheus that has "
     "no "
     "history yet.",
     Command::kBackfill,
     "What is followed, as for serve, and older files of it; rotated and compressed files beside "
     "it "
     "are read too. By default the machine's own mail log."},
    {"check-config", "Say what would be followed, and what would prevent it now, and exit.",
     Command::kCheckConfig, kFollowHelp},
    {"healthcheck", "Ask a running exporter whether it is alive: exit status 0 if it is, 1 if not.",
     Command::kHealthcheck,
     "URL of the exporter, if it is not http://localhost:9025/-/healthy; with https no certificate "
     "is verified."},
    {"metrics", "Print the metric reference (METRICS.md).", Command::kMetrics, {}},
    // For those who make packages.
    {"document",
     "Print a page of the manual or a shell's completions.",
     Command::kDocument,
     "man1, man5, bash, zsh or fish.",
     {},
     CommandDeclaration::Shown::kNo}};

/// Of `state`, which is followed by what to do with it.
inline constexpr std::string_view kStateHelp = "Look at the saved state: state show.";
inline constexpr std::string_view kShowHelp = "Print the saved positions and totals.";

}  // namespace maillog
