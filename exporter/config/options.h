// The command line: what the user asked for, or why it cannot be understood.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exporter/config/health_url.h"
#include "exporter/follow/source_options.h"
#include "exporter/follow/time_window.h"
#include "exporter/os/address_range.h"
#include "exporter/os/listen_address.h"
#include "exporter/os/log.h"
#include "exporter/queue/address.h"
#include "exporter/state/state_directory.h"
#include "metrics/exposition.h"
#include "metrics/samples.h"

namespace maillog {

enum class Command : std::uint8_t {
  kServe,
  kCount,
  kExplain,
  kCheckConfig,
  kMetrics,
  kShowState,
  kQueue,
  kTrace,
  kReport,
  kTop,
  kBackfill,
  kHealthcheck,
  kDocument
};

/// What is explained of a log: every line, or only the unknown ones by shape.
enum class ExplainWhat : std::uint8_t { kEveryLine, kUnknownShapes };

/// What `count` prints: every series, or what a person wants to know on one screen.
enum class CountAs : std::uint8_t { kMetrics, kSummary };

/// Whether output is coloured.
enum class ColorWhen : std::uint8_t { kAuto, kAlways, kNever };

/// Whether the exporter is ready while a source cannot be read.
enum class WithoutSources : std::uint8_t { kNotReady, kReady };

/// What `queue` prints.
enum class QueueAs : std::uint8_t { kTable, kJson };

/// What `trace` prints: a block of lines and a sentence for each mail, lines as they are in the
/// log, or JSON, one object a line.
enum class TraceAs : std::uint8_t { kStories, kLines, kJson };

/// What `report` prints; `top`: text or JSON.
enum class ReportAs : std::uint8_t { kText, kJson, kHtml };

/// Of what is written for people.
enum class Language : std::uint8_t { kEnglish, kJapanese };

/// What `document` prints: pages of the manual, and what shells complete.
enum class Document : std::uint8_t { kProgramPage, kConfigPage, kBash, kZsh, kFish };

/// The tables of `top`, as a command line names them.
inline constexpr std::string_view kTopTables[]{"senders", "clients", "users",
                                               "domains", "relays",  "failures"};
/// Whether the process gives up what it does not need; see EnterSandbox.
enum class UseSandbox : bool { kNo, kYes };

/// Whether POST /-/reload reads the configuration again.
enum class ReloadByWeb : bool { kNo, kYes };

/// Of `backfill`.
struct HistoryOptions {
  std::string directory;              ///< that files are written to
  std::vector<std::string> archives;  ///< older files of the log
  std::string source;                 ///< value of the label `source`; empty: as it is followed
  std::chrono::seconds step{60};
  std::vector<ExtraLabel> labels;  ///< job, instance and others that Prometheus adds
};

struct Options {
  Command command = Command::kServe;
  std::vector<std::string> paths;  ///< as written; empty: the machine's own mail log
  bool strict = false;             ///< for `count`: what may not be a mail log is a fault
  ExplainWhat explain = ExplainWhat::kEveryLine;
  CountAs count_as = CountAs::kMetrics;
  TimeWindow window;  ///< of what a log is read for
  ColorWhen color = ColorWhen::kAuto;
  std::string config_file;  ///< empty: none
  std::vector<ListenAddress> listen_addresses{{.host = {}, .port = 9025}};
  std::string telemetry_path = "/metrics";
  WithoutSources without_sources = WithoutSources::kNotReady;
  std::string web_config_file;           ///< empty: none
  std::vector<AddressRange> allow_from;  ///< empty: everybody
  ReloadByWeb reload_by_web = ReloadByWeb::kNo;
  CreatedLines created_lines = CreatedLines::kNo;
  /// Those of the command line; of `queue`, those that it prints. A configuration may name others.
  std::vector<QueueOptions> queues;
  std::chrono::seconds queue_timeout = kUsualQueueTimeout;  ///< of `queue`
  QueueAs queue_as = QueueAs::kTable;
  std::string what;      ///< of `trace`: which mail; of `top`: which tables, empty for all
  bool rotated = false;  ///< the rotated files beside each PATH too
  ReportAs report_as = ReportAs::kText;
  std::optional<Language> language;  ///< absent: as the environment says
  bool anonymous = false;            ///< without names and addresses
  std::size_t most_rows = 10;        ///< of a table
  TraceAs trace_as = TraceAs::kStories;
  HistoryOptions history;
  HealthUrl health_url;  ///< of `healthcheck`
  Document document = Document::kProgramPage;
  UseSandbox use_sandbox = UseSandbox::kYes;
  StartAt start = StartAt::kEnd;
  WakeBy wake_by = WakeBy::kEvents;
  std::optional<std::string> state_path;  ///< as written; see StatePath
  OnDamage on_damage = OnDamage::kRefuse;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
};

/// There is nothing to do but print: `--help` and `--version` with status 0, or a fault with status
/// 2.
struct EarlyExit {
  int status = 0;
  std::string text;  ///< of a fault: one sentence without newline
};

/// The words that are commands, without those that are for packages only.
[[nodiscard]] std::vector<std::string> CommandNames();

/// `arguments` without the program's name.
[[nodiscard]] std::variant<Options, EarlyExit> ParseOptions(
    const std::vector<std::string>& arguments);

}  // namespace maillog
