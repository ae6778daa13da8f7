// THE LIST of flags, and which command takes which: help, suggestions, checks, the manual and
// completions are derived from it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/options.h"

namespace maillog {

/// Some of the commands.
using CommandSet = std::uint32_t;
[[nodiscard]] constexpr CommandSet Only(Command command) {
  return CommandSet{1} << static_cast<unsigned>(command);
}
inline constexpr CommandSet kFollowers = Only(Command::kServe) | Only(Command::kCheckConfig);
inline constexpr CommandSet kReaders =
    Only(Command::kCount) | Only(Command::kExplain) | Only(Command::kTrace);
inline constexpr CommandSet kReporters = Only(Command::kReport) | Only(Command::kTop);
inline constexpr CommandSet kBackfill = Only(Command::kBackfill);
inline constexpr CommandSet kAnyCommand = ~CommandSet{0};

struct Flag {
  std::string_view name;
  CommandSet takers;
  std::string_view type;      ///< what the value is; empty: a switch
  std::string_view standard;  ///< the value without the flag
  std::string_view help;
  enum class Times : std::uint8_t { kOnce, kOften } times = Times::kOnce;
  std::string_view choices = {};  ///< all values that it takes, with blanks between; empty: many
};

inline constexpr Flag kFlags[]{
    {"--config.file", kFollowers | kBackfill, "FILE", "",
     "A YAML file that names the sources, instead of PATH; SIGHUP reads it again."},
    {"--web.listen-address", kFollowers, "ADDRESS", ":9025",
     "Where to listen: host:port, [ipv6]:port, or :port for all addresses. Repeatable.",
     Flag::Times::kOften},
    {"--web.telemetry-path", kFollowers, "PATH", "/metrics", "Path of the metrics."},
    {"--web.ready-without-unreadable", kFollowers, "", "",
     "Let /-/ready answer 200 even if a source cannot be read; it names the source."},
    {"--web.config.file", kFollowers, "FILE", "",
     "A YAML file with TLS, users and headers, in the format of Prometheus's own exporters."},
    {"--web.allow-from", kFollowers, "CIDR", "",
     "Who may connect: 192.0.2.0/24, 2001:db8::/32, an address. Repeatable; by default everybody.",
     Flag::Times::kOften},
    {"--web.enable-lifecycle", kFollowers, "", "",
     "Let POST /-/reload read the configuration again, as SIGHUP does."},
    {"--web.created-lines", kFollowers, "", "",
     "In OpenMetrics, say in lines _created when each counter and histogram began; protobuf always "
     "does."},
    {"--queue.showq", kFollowers, "ADDRESS", "",
     "Read Postfix's queue too: PATH of the showq socket or of the queue directory, or HOST:PORT. "
     "Repeatable.",
     Flag::Times::kOften},
    {"--queue.interval", kFollowers, "SECONDS", "60", "How often to read the queue."},
    {"--queue.timeout", kFollowers | Only(Command::kQueue), "SECONDS", "300",
     "How long reading the queue may take."},
    {"--no-sandbox", kFollowers, "", "",
     "Keep all rights: by default the program, once started, can write nothing but its state, and "
     "cannot start other programs."},
    {"--from-start", kFollowers, "", "", "Read files from the beginning, not from the end."},
    {"--poll", kFollowers, "", "", "Look for changes every 250 ms instead of waiting for inotify."},
    {"--state.path", kFollowers | Only(Command::kShowState) | kBackfill, "DIRECTORY", "",
     "Directory that keeps positions and totals; by default $STATE_DIRECTORY. Empty: in memory. "
     "backfill, only with this flag, hands them over in it to an exporter that starts afterwards: "
     "it "
     "must hold no state yet."},
    {"--out", kBackfill, "DIRECTORY", "",
     "Where the files go, one for each day (UTC); it is made if it is missing, and holds none "
     "yet."},
    {"--step", kBackfill, "SECONDS", "60",
     "One sample of each series that moves in so many seconds: 1 to 300, and a part of a day."},
    {"--archive", kBackfill, "PATH", "",
     "Older files of the log that are not beside it: files, globs, directories. Repeatable.",
     Flag::Times::kOften},
    {"--source", kBackfill, "NAME", "",
     "The label source; by default the path of the log, as the exporter that follows it says."},
    {"--job", kBackfill, "NAME", "maillog",
     "The label job, as Prometheus adds it: the job_name of its configuration."},
    {"--instance", kBackfill, "NAME", "",
     "The label instance, as Prometheus adds it: the target in its configuration. By default this "
     "machine's name and :9025."},
    {"--label", kBackfill, "NAME=VALUE", "",
     "Another label that Prometheus adds to the series of this target. Repeatable.",
     Flag::Times::kOften},
    {"--state.on-damage", kFollowers, "ACTION", "refuse",
     "What to do with a state that cannot be read: refuse, set-aside.", Flag::Times::kOnce,
     "refuse set-aside"},
    {"--summary", Only(Command::kCount), "", "",
     "Print the main figures, on one screen, instead of the metrics."},
    {"--strict", Only(Command::kCount), "", "",
     "Exit with status 2 if more than half of a source is not a mail log."},
    {"--since", kReaders, "TIME", "",
     "Only what was logged from this time on: '2026-11-21 10:00', 2026-11-21, today, yesterday, or "
     "how "
     "long ago: 30m, 24h, 7d. By the lines' timestamps."},
    {"--until", kReaders, "TIME", "", "Only what was logged before this time."},
    {"--unknown", Only(Command::kExplain), "", "",
     "Print only the unknown lines of your log, grouped by their shape: names, addresses and "
     "numbers are masked."},
    {"--day", kReporters, "DAY", "", "Only that day: 2026-11-21, today, yesterday."},
    {"--from", kReporters | kBackfill, "TIME", "",
     "Only what was logged from this time on: '2026-11-21 10:00', 2026-11-21, today, yesterday, or "
     "how "
     "long ago: 30m, 24h, 7d. By the lines' timestamps."},
    {"--to", kReporters | kBackfill, "TIME", "", "Only what was logged before this time."},
    {"--format", Only(Command::kReport), "FORMAT", "text",
     "text, json, or html: one self-contained page.", Flag::Times::kOnce, "text json html"},
    {"--lang", kReporters, "LANGUAGE", "",
     "en or ja; by default what $LC_ALL, $LC_MESSAGES or $LANG says.", Flag::Times::kOnce, "en ja"},
    {"--most", kReporters, "NUMBER", "10", "How many rows each table has."},
    {"--anonymous", kReporters, "", "",
     "Replace names and addresses with user-1@domain-2 and client-3."},
    {"--rotated", Only(Command::kTrace) | kReporters, "", "",
     "Read the rotated and compressed files beside each PATH too; without a PATH it always does."},
    {"--lines", Only(Command::kTrace), "", "", "Print only the lines, as they are in the log."},
    {"--json", Only(Command::kQueue) | Only(Command::kTrace) | Only(Command::kTop), "", "",
     "Print JSON instead of text."},
    {"--color", Only(Command::kExplain) | Only(Command::kTrace), "WHEN", "auto",
     "auto (on a terminal, unless $NO_COLOR is set), always, never.", Flag::Times::kOnce,
     "auto always never"},
    {"--log.level", kAnyCommand, "LEVEL", "info", "One of debug, info, warn, error.",
     Flag::Times::kOnce, "debug info warn error"},
    {"--log.format", kAnyCommand, "FORMAT", "logfmt", "One of logfmt, json.", Flag::Times::kOnce,
     "logfmt json"},
};

/// What was written on a command line.
class GivenFlags {
 public:
  void Add(std::string_view flag, std::string value) { values_[flag].push_back(std::move(value)); }

  [[nodiscard]] bool Has(std::string_view flag) const { return values_.contains(flag); }
  /// Each value; none if the flag was not given.
  [[nodiscard]] std::vector<std::string> All(std::string_view flag) const;
  /// The last value, otherwise the value without the flag.
  [[nodiscard]] std::string Text(std::string_view flag) const;

 private:
  std::map<std::string_view, std::vector<std::string>> values_;  // by names in kFlags
};

/// The sentence about a flag that the command (`count`; empty: none was named) does not accept.
[[nodiscard]] std::string UnknownFlag(std::string_view flag, std::string_view command_name,
                                      Command command);

}  // namespace maillog
