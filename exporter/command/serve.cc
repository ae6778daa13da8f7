#include "exporter/command/serve.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/system/system_error.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exporter/command/live_config.h"
#include "exporter/command/service_reports.h"
#include "exporter/command/stop_signals.h"
#include "exporter/config/plan.h"
#include "exporter/follow/source_options.h"
#include "exporter/follow/sources.h"
#include "exporter/input/input_kind.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/os/log.h"
#include "exporter/os/sandbox.h"
#include "exporter/os/service_manager.h"
#include "exporter/os/start_thread.h"
#include "exporter/os/version.h"
#include "exporter/queue/collector.h"
#include "exporter/state/ledger.h"
#include "exporter/state/sqlite_state_store.h"
#include "exporter/state/state_directory.h"
#include "exporter/web/collector.h"
#include "exporter/web/http_server.h"
#include "exporter/web/people_pages.h"
#include "exporter/web/ready_page.h"
#include "exporter/web/web_config.h"
#include "exporter/web/web_metrics_page.h"
#include "metrics/catalog/catalog.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

// By default each of the server's threads has its own heap, and what a scrape frees is not returned
// to the system.
void UseLittleMemory() {
  constexpr int kKeptBytes = 64 * 1024;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  ::mallopt(M_MMAP_THRESHOLD, kKeptBytes);
}

Page ReloadPage(LiveConfig& configuration) {
  const absl::Status reloaded = configuration.Reload("/-/reload");
  if (reloaded.ok()) return {.body = "The configuration was read again.\n"};
  return {.status = 500, .body = std::string(reloaded.message()) + "\n"};
}

PageTable MakePages(const Options& options, const Collector& collector, HttpCounts& counts,
                    const Sources& sources, const Ledger& ledger, LiveConfig& configuration) {
  PageTable pages{
      {"/-/healthy",
       {.make = [](const HttpRequest&) { return Page{.body = "The exporter is alive.\n"}; },
        .at_once = true}},
      {"/-/ready", {[&sources, without = options.without_sources](const HttpRequest&) {
         Readiness readiness = ReadinessOf(sources.UnreadyOnes(), without);
         return Page{.status = readiness.ready ? 200 : 503, .body = std::move(readiness.text)};
       }}},
      {"/-/version",
       {.make = [](const HttpRequest&) { return Page{.body = VersionText()}; }, .at_once = true}},
      {options.telemetry_path, MetricsPage(collector, counts, options.created_lines)}};
  AddPeoplePages({.collector = collector,
                  .sources = sources,
                  .without_sources = options.without_sources,
                  .is_durable = ledger.persistent(),
                  .telemetry_path = options.telemetry_path},
                 pages);
  if (options.reload_by_web == ReloadByWeb::kYes) {
    pages["/-/reload"] = {
        .make = [&configuration](const HttpRequest&) { return ReloadPage(configuration); },
        .method = "POST"};
  }
  return pages;
}

void LogStart(const std::vector<SourceOptions>& sources, const std::vector<QueueOptions>& queues,
              const HttpServer& server, const Options& options, std::string_view scheme) {
  if (::geteuid() == 0) {
    LogWarn("running as root is not needed: a user who may read the logs is enough");
  }
  const std::string directory = StatePath(options.state_path);
  if (directory.empty()) {
    LogInfo("state is kept in memory: counters begin at 0 with each start");
  } else {
    LogInfo("state is kept on disk: counters continue where they were", {{"directory", directory}});
  }
  for (const SourceOptions& source : sources) LogInfo("following", {{"source", source.name}});
  for (const QueueOptions& queue : queues) {
    LogInfo("reading the queue",
            {{"syslog_name", queue.syslog_name}, {"showq", ToText(queue.address)}});
  }
  std::vector<int> ports = server.ports();
  for (std::size_t i = 0; i < options.listen_addresses.size() && i < ports.size(); ++i) {
    const ListenAddress bound{options.listen_addresses[i].host,
                              static_cast<std::uint16_t>(ports[i])};
    LogInfo("listening", {{"address", ToText(bound)},
                          {"path", options.telemetry_path},
                          {"scheme", std::string(scheme)}});
  }
}

// A rule of the sandbox is for a directory that is there. One for whatever is above it would let
// the process remove files of everybody else, so that it is said instead.
void LogDirectoriesToCome(const std::vector<std::string>& directories) {
  for (const std::string& directory : directories) {
    if (!IsMissing(PosixFileSystem().Stat(directory).status())) continue;
    LogWarn("the directory of a socket is not there yet: once it is, a restart is needed",
            {{"directory", directory}});
  }
}

// Before any other thread is started.
void GiveUpWhatIsNotNeeded(const Options& options, const std::vector<SourceOptions>& sources,
                           const std::vector<QueueOptions>& queues) {
  if (options.use_sandbox == UseSandbox::kNo) return;
  SandboxNeeds needs;
  if (std::string state = StatePath(options.state_path); !state.empty()) {
    needs.written.push_back(std::move(state));
  }
  for (const SourceOptions& source : sources) {
    for (const std::string& path : source.paths) {
      const InputKind& kind = KindOf(path);
      needs.connects_anywhere = needs.connects_anywhere || kind.connects;
      std::string directory = kind.socket_directory(path);
      if (!directory.empty()) needs.sockets.push_back(std::move(directory));
    }
  }
  for (const QueueOptions& queue : queues) {
    if (queue.address.path.empty()) needs.connected_ports.push_back(queue.address.tcp.port);
  }
  const std::vector<std::string> by = EnterSandbox(needs);
  LogInfo("gave up rights that are not needed", {{"by", absl::StrJoin(by, " ")}});
  if (std::find(by.begin(), by.end(), "landlock") != by.end()) LogDirectoriesToCome(needs.sockets);
}

absl::StatusOr<std::unique_ptr<StateStore>> OpenStore(const Options& options) {
  const std::string directory = StatePath(options.state_path);
  if (directory.empty()) return std::make_unique<MemoryStateStore>();
  return SqliteStateStore::Open(
      {.directory = directory, .on_damage = options.on_damage, .catalog = AllRows()});
}

absl::Status ServeWithThreads(const Options& options) {
  StopSignals signals;
  UseLittleMemory();
  ServiceManager manager(ServiceManager::OfThisProcess());

  const auto planned = PlanSources(options, PosixFileSystem());
  if (!planned.ok()) return planned.status();
  const auto planned_queues = PlanQueues(options, PosixFileSystem());
  if (!planned_queues.ok()) return planned_queues.status();

  absl::StatusOr<std::unique_ptr<StateStore>> store = OpenStore(options);
  if (!store.ok()) return store.status();
  Ledger ledger(*std::move(store));
  if (absl::Status loaded = ledger.Load(); !loaded.ok()) return loaded;
  const std::vector<SourceOptions> followed =
      GoOnWithJournal(*planned, options, ledger, PosixFileSystem());
  if (!followed.empty() && followed.front().name != planned->front().name) {
    LogInfo("going on with what was followed before; to follow the log instead, name it",
            {{"source", followed.front().name}, {"log", planned->front().name}});
  }
  Sources sources(followed, ledger);
  QueueCollector queues(*planned_queues);
  LiveConfig configuration(options, sources, queues);
  GiveUpWhatIsNotNeeded(options, followed, *planned_queues);
  LiveWebConfig web_config(options.web_config_file, PosixFileSystem());
  if (absl::Status loaded = web_config.Load(); !loaded.ok()) return loaded;
  // From here on it belongs to the server, which asks for it from its own thread.
  const std::string_view scheme = web_config.Current()->tls == nullptr ? "http" : "https";
  HttpCounts counts;
  const Collector collector(ledger, counts, [&](Samples& own) {
    own.SetGauge(kConfigLastReload, {}, configuration.in_force() ? 1 : 0);
    queues.AddTo(own);
    own.SetGauge(kWebConfigLastReload, {}, web_config.in_force() ? 1 : 0);
  });
  HttpServer server(MakePages(options, collector, counts, sources, ledger, configuration),
                    {.limits = {},
                     .allow_from = options.allow_from,
                     .counts = &counts,
                     .web_config = &web_config});
  if (absl::Status started = server.Start(options.listen_addresses); !started.ok()) return started;
  LogInfo("maillog_exporter starts", {{"version", std::string(Version())}});
  LogStart(followed, *planned_queues, server, options, scheme);
  ledger.Start();
  sources.Start();
  queues.Start();

  manager.Ready();
  ServiceReports reports(
      manager, [&sources] { return StatusLine(sources.States().size(), sources.UnreadyOnes()); },
      [&server] { return server.ComesAround(); });
  const std::string_view signal = signals.Wait(
      reports,
      [&] {
        manager.Reloading(SteadyClock().Now());
        (void)configuration.Reload("SIGHUP");
        manager.Ready();
      },
      [&] {
        const bool all_sources = sources.StartMissing();
        return queues.StartMissing() && all_sources;
      });
  manager.Stopping();
  LogInfo("stopping", {{"signal", std::string(signal)}});
  configuration.End();  // before what it would change; /-/reload is answered until the server ends
  queues.Stop();
  sources.Stop();
  ledger.Stop();
  server.Stop();
  LogInfo("stopped");
  return absl::OkStatus();
}

}  // namespace

absl::Status Serve(const Options& options) {
  // By a thread that the ledger needs, or one of the server's.
  try {
    return ServeWithThreads(options);
  } catch (const std::system_error&) {
  } catch (const boost::system::system_error&) {
  }
  return absl::ResourceExhaustedError(absl::StrCat("the exporter cannot start: ", kNoThread));
}

}  // namespace maillog
