#include "exporter/config/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "exporter/config/flags.h"

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

Options Parsed(const std::vector<std::string>& arguments) {
  const auto parsed = ParseOptions(arguments);
  const auto* exit = std::get_if<EarlyExit>(&parsed);
  EXPECT_EQ(exit, nullptr) << (exit != nullptr ? exit->text : "");
  return exit != nullptr ? Options{} : std::get<Options>(parsed);
}

std::string FaultOf(const std::vector<std::string>& arguments) {
  const auto parsed = ParseOptions(arguments);
  const auto* exit = std::get_if<EarlyExit>(&parsed);
  if (exit == nullptr) return "no fault";
  EXPECT_EQ(exit->status, 2);
  EXPECT_THAT(exit->text, Not(HasSubstr("\n")));
  return exit->text;
}

TEST(OptionsTest, WithoutArgumentsTheMailLogIsServed) {
  const Options options = Parsed({});
  EXPECT_EQ(options.command, Command::kServe);
  EXPECT_THAT(options.paths, IsEmpty());
  EXPECT_THAT(options.listen_addresses, ElementsAre(ListenAddress{.host = {}, .port = 9025}));
  EXPECT_EQ(options.telemetry_path, "/metrics");
  EXPECT_EQ(options.start, StartAt::kEnd);
  EXPECT_EQ(options.wake_by, WakeBy::kEvents);
  EXPECT_EQ(options.log_level, LogLevel::kInfo);
  EXPECT_EQ(options.log_format, LogFormat::kLogfmt);
}

TEST(OptionsTest, FlagsAreRead) {
  const Options options = Parsed({"--web.listen-address=127.0.0.1:1", "--web.listen-address",
                                  "[::1]:2", "a.log", "--web.telemetry-path=/m", "--from-start",
                                  "--poll", "b.log", "--log.level=debug", "--log.format", "json"});
  EXPECT_THAT(options.listen_addresses, ElementsAre(ListenAddress{.host = "127.0.0.1", .port = 1},
                                                    ListenAddress{.host = "::1", .port = 2}));
  EXPECT_THAT(options.paths, ElementsAre("a.log", "b.log"));
  EXPECT_EQ(options.telemetry_path, "/m");
  EXPECT_EQ(options.start, StartAt::kBeginning);
  EXPECT_EQ(options.wake_by, WakeBy::kPolling);
  EXPECT_EQ(options.log_level, LogLevel::kDebug);
  EXPECT_EQ(options.log_format, LogFormat::kJson);
}

TEST(OptionsTest, StateFlagsAreRead) {
  EXPECT_EQ(Parsed({"a.log"}).state_path, std::nullopt);
  EXPECT_EQ(Parsed({"a.log"}).on_damage, OnDamage::kRefuse);
  const Options options =
      Parsed({"--state.path=/state", "--state.on-damage", "set-aside", "a.log"});
  EXPECT_EQ(options.state_path, "/state");
  EXPECT_EQ(options.on_damage, OnDamage::kSetAside);
  EXPECT_THAT(options.paths, ElementsAre("a.log"));
  EXPECT_THAT(FaultOf({"--state.on-damage=ignore"}),
              StartsWith("--state.on-damage ignore is not one of"));
}

TEST(OptionsTest, AnEmptyStatePathMeansMemory) {
  const Options options = Parsed({"--state.path=", "a.log"});
  EXPECT_EQ(options.state_path, "");
  EXPECT_THAT(options.paths, ElementsAre("a.log"));
  EXPECT_THAT(Parsed({"--", "--state.path="}).paths, ElementsAre("--state.path="));
}

TEST(OptionsTest, StateIsFollowedByWhatToDo) {
  EXPECT_EQ(Parsed({"state", "show", "--state.path=/state"}).command, Command::kShowState);
  EXPECT_EQ(Parsed({"state", "show", "--state.path=/state"}).state_path, "/state");
  EXPECT_THAT(FaultOf({"state"}), HasSubstr("show"));
  EXPECT_THAT(FaultOf({"state", "show", "x"}), HasSubstr("state show takes no arguments"));
}

TEST(OptionsTest, CommandsAreRead) {
  EXPECT_EQ(Parsed({"serve", "x"}).command, Command::kServe);
  EXPECT_EQ(Parsed({"count", "x", "-"}).command, Command::kCount);
  EXPECT_THAT(Parsed({"count", "x", "-"}).paths, ElementsAre("x", "-"));
  EXPECT_EQ(Parsed({"explain"}).command, Command::kExplain);
  EXPECT_EQ(Parsed({"check-config", "x"}).command, Command::kCheckConfig);
  EXPECT_EQ(Parsed({"metrics"}).command, Command::kMetrics);
}

TEST(OptionsTest, FlagsMayBeOnEitherSideOfTheCommand) {
  EXPECT_EQ(Parsed({"count", "x", "--log.level=error"}).log_level, LogLevel::kError);
  EXPECT_EQ(Parsed({"--poll", "serve", "--web.listen-address=:1", "x"}).wake_by, WakeBy::kPolling);
  EXPECT_THAT(Parsed({"--web.listen-address=:1", "check-config", "--web.listen-address=:2", "x"})
                  .listen_addresses,
              SizeIs(2));
  EXPECT_EQ(Parsed({"--log.level=error", "count", "x"}).log_level, LogLevel::kError);
}

TEST(OptionsTest, AfterTwoDashesEverythingIsAPath) {
  EXPECT_THAT(Parsed({"--", "--poll", "count"}).paths, ElementsAre("--poll", "count"));
}

TEST(OptionsTest, HelpAndVersionArePrinted) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"-h"}, {"--version"}, {"count", "--help"}}) {
    const auto parsed = ParseOptions(arguments);
    ASSERT_TRUE(std::holds_alternative<EarlyExit>(parsed)) << arguments.front();
    EXPECT_EQ(std::get<EarlyExit>(parsed).status, 0);
    EXPECT_THAT(std::get<EarlyExit>(parsed).text, HasSubstr("maillog_exporter"));
  }
}

TEST(OptionsTest, HelpIsAWordToo) {
  const auto text = [](const std::vector<std::string>& arguments) {
    return std::get<EarlyExit>(ParseOptions(arguments)).text;
  };
  EXPECT_EQ(text({"help"}), text({"--help"}));
  EXPECT_EQ(text({"help", "count"}), text({"count", "--help"}));
  EXPECT_EQ(text({"-V"}), text({"--version"}));
  EXPECT_EQ(FaultOf({"help", "cuont"}),
            "there is no command cuont; did you mean maillog_exporter help count?");
  EXPECT_EQ(FaultOf({"help", "nonsense"}),
            "there is no command nonsense; see maillog_exporter help");
}

TEST(OptionsTest, WhatToDoWithDoubtIsRead) {
  EXPECT_FALSE(Parsed({"count", "x"}).strict);
  EXPECT_TRUE(Parsed({"count", "--strict", "x"}).strict);
  EXPECT_THAT(FaultOf({"serve", "--strict"}), StartsWith("serve takes no --strict"));
  EXPECT_EQ(Parsed({"x.log"}).without_sources, WithoutSources::kNotReady);
  EXPECT_EQ(Parsed({"x.log", "--web.ready-without-unreadable"}).without_sources,
            WithoutSources::kReady);
}

TEST(OptionsTest, CreatedLinesAreOffByDefault) {
  EXPECT_EQ(Parsed({"x.log"}).created_lines, CreatedLines::kNo);
  EXPECT_EQ(Parsed({"x.log", "--web.created-lines"}).created_lines, CreatedLines::kYes);
}

TEST(OptionsTest, HelpNamesEveryFlagAndCommand) {
  const std::string help = std::get<EarlyExit>(ParseOptions({"--help"})).text;
  for (const std::string_view word :
       {"--web.listen-address", "--web.telemetry-path", "--from-start", "--poll", "--log.level",
        "--log.format", "--version", "--state.path", "--state.on-damage", "state", "serve", "count",
        "explain", "check-config", "metrics"}) {
    EXPECT_THAT(help, HasSubstr(std::string(word)));
  }
}

TEST(OptionsTest, HelpOfACommandNamesTheFlagsThatItTakesAndNoOthers) {
  const auto help_of = [](std::vector<std::string> words) {
    words.emplace_back("--help");
    return std::get<EarlyExit>(ParseOptions(words)).text;
  };
  struct Command {
    std::vector<std::string> words;
    std::vector<std::string> flags;
    std::vector<std::string> others;
  };
  const std::vector<Command> commands{
      {{}, {"--poll", "--state.path", "--version"}, {"--summary", "--color", "--unknown"}},
      {{"serve"}, {"--poll", "--web.ready-without-unreadable"}, {"--summary", "--strict"}},
      {{"check-config"}, {"--poll", "--state.path", "--web.listen-address"}, {"--summary"}},
      {{"count"}, {"--summary", "--strict", "--since", "--until"}, {"--poll", "--state.path"}},
      {{"explain"}, {"--unknown", "--color", "--since"}, {"--poll", "--summary"}},
      {{"state", "show"}, {"--state.path", "--log.level"}, {"--poll", "--state.on-damage"}},
      {{"metrics"}, {"--log.level"}, {"--poll", "--state.path"}}};
  for (const Command& command : commands) {
    const std::string help = help_of(command.words);
    // CLI11 writes `-V,--version`, since 2.6 `-V,     --version`.
    const auto names = [](const std::string& flag) {
      return testing::AnyOf(HasSubstr("  " + flag), HasSubstr("," + flag));
    };
    for (const std::string& flag : command.flags) EXPECT_THAT(help, names(flag));
    for (const std::string& flag : command.others) EXPECT_THAT(help, testing::Not(names(flag)));
  }
}

TEST(OptionsTest, TheChoicesOfAFlagAreThoseThatItTakes) {
  std::size_t seen = 0;
  for (const Flag& flag : kFlags) {
    if (flag.choices.empty()) continue;
    ++seen;
    const bool of_report = (flag.takers & Only(Command::kServe)) == 0 && flag.name != "--color";
    const std::string command = of_report ? "report" : flag.name == "--color" ? "explain" : "serve";
    std::string listed;
    for (const absl::string_view choice :
         absl::StrSplit(absl::string_view(flag.choices.data(), flag.choices.size()), ' ')) {
      const std::string value(choice.data(), choice.size());
      (void)Parsed({command, std::string(flag.name) + "=" + value});
      listed += (listed.empty() ? "" : ", ") + value;
    }
    EXPECT_EQ(FaultOf({command, std::string(flag.name) + "=zzz"}),
              std::string(flag.name) + " zzz is not one of " + listed);
  }
  EXPECT_EQ(seen, 6U);
}

TEST(OptionsTest, ADocumentIsOneOfThoseThereAre) {
  EXPECT_EQ(Parsed({"document", "man5"}).document, Document::kConfigPage);
  EXPECT_EQ(FaultOf({"document"}), "document needs one word; see its --help");
  EXPECT_EQ(FaultOf({"document", "man2"}),
            "document man2 is not one of man1, man5, bash, zsh, fish");
}

TEST(OptionsTest, HelpOfPathNamesEveryKindOfSource) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, {"serve", "--help"}, {"check-config", "--help"}}) {
    const std::string help = std::get<EarlyExit>(ParseOptions(words)).text;
    for (const std::string kind : {"journal:", "syslog+udp://", "syslog+tcp://", "syslog+relp://",
                                   "kafka://", "syslog+unix:///", "directories", "globs"}) {
      EXPECT_THAT(help, HasSubstr(kind));
    }
  }
}

TEST(OptionsTest, AFlagThatTheCommandDoesNotTakeIsAFault) {
  EXPECT_EQ(FaultOf({"count", "--poll", "x"}),
            "count takes no --poll; see maillog_exporter count --help");
  EXPECT_EQ(FaultOf({"--poll", "count", "x"}),
            "count takes no --poll; see maillog_exporter count --help");
  EXPECT_EQ(FaultOf({"state", "show", "--poll"}),
            "state show takes no --poll; see maillog_exporter state show --help");
  // What does the same has another name there.
  EXPECT_EQ(FaultOf({"report", "--since=today"}), "report takes no --since; did you mean --from?");
  EXPECT_EQ(FaultOf({"count", "x", "--to=today"}), "count takes no --to; did you mean --until?");
  EXPECT_EQ(FaultOf({"report", "--json"}), "report takes no --json; did you mean --format=json?");
  EXPECT_EQ(FaultOf({"top", "--format=json"}), "top takes no --format; did you mean --json?");
  EXPECT_THAT(FaultOf({"count", "x", "--json"}), HasSubstr("see maillog_exporter count --help"));
  EXPECT_EQ(FaultOf({"--summary", "x"}), "serve takes no --summary; see maillog_exporter --help");
  EXPECT_THAT(FaultOf({"count", "x", "--config.file=y"}), StartsWith("count takes no --config"));
}

TEST(OptionsTest, WhatIsGivenTwiceIsNamed) {
  EXPECT_EQ(FaultOf({"--web.listen-address=:1", "--web.listen-address=:1"}),
            "--web.listen-address :1 is given twice");
  EXPECT_EQ(FaultOf({"--web.listen-address=:1", "serve", "--web.listen-address=:1"}),
            "--web.listen-address :1 is given twice");
  EXPECT_THAT(Parsed({"--web.listen-address=:0", "--web.listen-address=:0"}).listen_addresses,
              SizeIs(2));
  EXPECT_EQ(FaultOf({"--log.level=info", "--log.level=warn"}), "--log.level is given twice");
  EXPECT_EQ(FaultOf({"--state.path=a", "serve", "--state.path=b"}), "--state.path is given twice");
  EXPECT_EQ(Parsed({"--poll", "--poll"}).wake_by, WakeBy::kPolling);
}

TEST(OptionsTest, FlagsOfOtherExportersSayWhatThereIsHere) {
  EXPECT_THAT(FaultOf({"--postfix.logfile_path=x"}), HasSubstr("name the log itself"));
  EXPECT_THAT(FaultOf({"--systemd.enable"}), HasSubstr("journal:"));
}

TEST(OptionsTest, TheBeginningOfAFlagIsEnoughToBeAskedAboutIt) {
  EXPECT_EQ(FaultOf({"--config", "x"}), "unknown flag --config; did you mean --config.file?");
  EXPECT_EQ(FaultOf({"--config=x"}), "unknown flag --config; did you mean --config.file?");
  EXPECT_EQ(FaultOf({"--log=x"}), "unknown flag --log; did you mean --log.level or --log.format?");
  EXPECT_EQ(FaultOf({"state", "show", "--state=x"}),
            "unknown flag --state; did you mean --state.path?");
}

TEST(OptionsTest, TimesAndColoursAreRead) {
  const Options options =
      Parsed({"count", "--summary", "--since=2026-11-21T10:00:00Z", "--until", "1h", "x"});
  EXPECT_EQ(options.count_as, CountAs::kSummary);
  EXPECT_EQ(absl::ToUnixSeconds(options.window.since), 1795255200);
  EXPECT_LT(options.window.until, absl::Now());
  EXPECT_EQ(Parsed({"explain", "--color=always"}).color, ColorWhen::kAlways);
  EXPECT_EQ(Parsed({"explain"}).color, ColorWhen::kAuto);
  EXPECT_FALSE(Parsed({"count", "x"}).window.has_limits());
  EXPECT_THAT(FaultOf({"explain", "--color=yes"}), HasSubstr("is not one of auto, always, never"));
  EXPECT_THAT(FaultOf({"count", "--since=lunch", "x"}), StartsWith("--since lunch is not a time"));
  EXPECT_THAT(FaultOf({"count", "--until=", "x"}), StartsWith("--until '' is not a time"));
  EXPECT_THAT(FaultOf({"count", "--since=1h", "--until=2h", "x"}),
              StartsWith("nothing lies between --since and --until"));
}

TEST(OptionsTest, UnknownFlagsAreNamedWithTheNearest) {
  EXPECT_EQ(FaultOf({"--web.listen-adress=:1"}),
            "unknown flag --web.listen-adress; did you mean --web.listen-address?");
  EXPECT_EQ(FaultOf({"count", "x", "--log.levl=debug"}),
            "unknown flag --log.levl; did you mean --log.level?");
  EXPECT_EQ(FaultOf({"--formstart"}), "unknown flag --formstart; did you mean --from-start?");
  EXPECT_EQ(FaultOf({"--nonsense", "x"}), "unknown flag --nonsense; see maillog_exporter --help");
  EXPECT_EQ(FaultOf({"-x"}), "unknown flag -x; see maillog_exporter --help");
}

TEST(OptionsTest, BadValuesAreNamed) {
  EXPECT_THAT(FaultOf({"--web.listen-address=9025"}),
              StartsWith("--web.listen-address 9025 is not"));
  EXPECT_EQ(FaultOf({"--web.listen-address=:65536"}),
            "--web.listen-address :65536 has a port over 65535");
  EXPECT_THAT(FaultOf({"--log.level=loud"}), StartsWith("--log.level loud is not one of"));
  EXPECT_THAT(FaultOf({"--log.format=xml"}), StartsWith("--log.format xml is not one of"));
  EXPECT_EQ(FaultOf({"--log.level"}), "--log.level needs a value");
  EXPECT_EQ(FaultOf({"--poll=maybe"}), "--poll takes no value");
  EXPECT_THAT(FaultOf({"--log.level="}), StartsWith("--log.level '' is not one of"));
  for (const char* path : {"metrics", "/", "/-/ready", "/metrics-reference", "/api/v1/status",
                           "/assets/x", "/a?b", "/a b", ""}) {
    EXPECT_THAT(FaultOf({"--web.telemetry-path", path}), HasSubstr("--web.telemetry-path")) << path;
  }
}

TEST(OptionsTest, CommandsWantWhatTheyNeed) {
  EXPECT_THAT(FaultOf({"count"}), HasSubstr("count needs a log file"));
  EXPECT_THAT(FaultOf({"explain", "a", "b"}), HasSubstr("explain reads one log file"));
  EXPECT_THAT(FaultOf({"metrics", "a"}), HasSubstr("metrics takes no arguments"));
}

TEST(OptionsTest, TraceNeedsToKnowWhat) {
  const Options options = Parsed({"trace", "--rotated", "--json", "4B94D1B2CE8", "a.log", "b.log"});
  EXPECT_EQ(options.command, Command::kTrace);
  EXPECT_EQ(options.what, "4B94D1B2CE8");
  EXPECT_THAT(options.paths, ElementsAre("a.log", "b.log"));
  EXPECT_TRUE(options.rotated);
  EXPECT_EQ(options.trace_as, TraceAs::kJson);
  EXPECT_THAT(FaultOf({"trace"}), HasSubstr("trace needs to know what"));
  EXPECT_THAT(FaultOf({"trace", "<>"}), HasSubstr("trace needs to know what"));
  EXPECT_THAT(FaultOf({"trace", "x", "--lines", "--json"}), HasSubstr("exclude each other"));
}

TEST(OptionsTest, TheTableOfTopMayBeLeftOut) {
  const Options named = Parsed({"top", "failures", "a.log"});
  EXPECT_EQ(named.what, "failures");
  EXPECT_THAT(named.paths, ElementsAre("a.log"));
  const Options all = Parsed({"top", "a.log", "b.log"});
  EXPECT_EQ(all.what, "");
  EXPECT_THAT(all.paths, ElementsAre("a.log", "b.log"));
}

TEST(OptionsTest, ADayHasItsOwnLength) {
  const Options options = Parsed({"report", "--day=2026-11-21", "--format=html", "--most=7"});
  EXPECT_EQ(options.report_as, ReportAs::kHtml);
  EXPECT_EQ(options.most_rows, 7U);
  EXPECT_FALSE(options.language);
  EXPECT_EQ(absl::ToCivilDay(options.window.until, absl::LocalTimeZone()),
            absl::CivilDay(2026, 11, 22));
  EXPECT_THAT(FaultOf({"report", "--day=24h"}), HasSubstr("is not a day"));
  EXPECT_THAT(FaultOf({"report", "--day=today", "--to=today"}), HasSubstr("--day says"));
  EXPECT_THAT(FaultOf({"report", "--most=x"}), HasSubstr("is not a number"));
  EXPECT_THAT(FaultOf({"count", "--day=today", "a"}), HasSubstr("count takes no --day"));
}

}  // namespace
}  // namespace maillog
