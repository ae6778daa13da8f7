// Rows of the exporter itself. Their numbers do not come from events: the shard, the ledger and the
// program set them.
#pragma once

#include "metrics/catalog/bounds.h"
#include "metrics/row.h"

namespace maillog {

namespace own_labels {
inline constexpr std::array<std::string_view, 1> kSource{"source"};
inline constexpr std::array<std::string_view, 2> kSourceOutcome{"source", "outcome"};
inline constexpr std::array<std::string_view, 2> kSourceKind{"source", "kind"};
inline constexpr std::array<std::string_view, 1> kLabel{"label"};
inline constexpr std::array<std::string_view, 2> kBuild{"version", "compiler"};
inline constexpr std::array<std::string_view, 2> kPathCode{"path", "code"};
inline constexpr std::array<std::string_view, 1> kReason{"reason"};
inline constexpr std::array<std::string_view, 2> kSourceReason{"source", "reason"};
}  // namespace own_labels

// Values of labels, in the order of the enums whose names they are: Rotation, Gap, SenderRefusal,
// HttpRefusal.
inline constexpr std::array<std::string_view, 4> kRotationNames{"renamed", "truncated", "removed",
                                                                "shrunk"};
inline constexpr std::array<std::string_view, 4> kGapNames{"journal_vacuum", "socket_drop",
                                                           "log_removed", "records_removed"};
inline constexpr std::array<std::string_view, 2> kSenderRefusalNames{"full", "protocol"};
inline constexpr std::array<std::string_view, 6> kHttpRefusalNames{"stranger", "full",     "unread",
                                                                   "tls",      "password", "rate"};

inline constexpr RowInfo kRecords{
    .name = "maillog_records_total",
    .help = "Messages read, by what became of them; the outcomes add up to all.",
    .label_names = own_labels::kSourceOutcome};
inline constexpr RowInfo kRepeatsUnattributed{
    .name = "maillog_repeats_unattributed_total",
    .help =
        "Messages that syslogd reported as 'last message repeated N times'; whose they were is not "
        "guessed.",
    .label_names = own_labels::kSource};
inline constexpr RowInfo kLabelOverflows{
    .name = "maillog_label_overflows_total",
    .help =
        "Times a label value was shown as 'other' because the "
        "label had reached its limit of values, or because the "
        "value is not of the label's form.",
    .label_names = own_labels::kLabel};

inline constexpr RowInfo kSourceUp =
    GaugeRow("maillog_source_up", "1 if the source can be read, or is waited for without an error.",
             own_labels::kSource);
inline constexpr RowInfo kSourceCaughtUp =
    GaugeRow("maillog_source_caught_up",
             "1 once the source has read all that was there at start; 0 while it cannot be read.",
             own_labels::kSource);
inline constexpr RowInfo kSourceReadBytes{.name = "maillog_source_read_bytes_total",
                                          .help = "Bytes of log read and counted.",
                                          .label_names = own_labels::kSource};
inline constexpr RowInfo kSourceLagBytes =
    GaugeRow("maillog_source_lag_bytes", "Bytes of log that are there and not read yet.",
             own_labels::kSource);
inline constexpr RowInfo kSourceLagRecords =
    GaugeRow("maillog_source_lag_records",
             "Records of a Kafka topic that are there and not read yet.", own_labels::kSource);
inline constexpr RowInfo kSourceLagSeconds =
    GaugeRow("maillog_source_lag_seconds",
             "Time since the source was last read to its end; 0 when it is at its end.",
             own_labels::kSource);
inline constexpr RowInfo kSourceLastRecord =
    GaugeRow("maillog_source_last_record_timestamp_seconds",
             "Unix time of the last record, by the log's own stamp.", own_labels::kSource);
inline constexpr RowInfo kSourceRotations{
    .name = "maillog_source_rotations_total",
    .help = "Files that were renamed away, truncated, removed, or found shorter than read.",
    .label_names = own_labels::kSourceKind};
inline constexpr RowInfo kSourceLostBytes{.name = "maillog_source_lost_bytes_total",
                                          .help = "Bytes of log known never to have been read.",
                                          .label_names = own_labels::kSource};
inline constexpr RowInfo kSourceLostRecords{
    .name = "maillog_source_lost_records_total",
    .help = "Records of a Kafka topic known to have been removed before they were read.",
    .label_names = own_labels::kSource};
inline constexpr RowInfo kSourceGaps{
    .name = "maillog_source_gaps_total",
    .help =
        "Gaps in what could be read: journal vacuumed, socket overrun, log removed, records "
        "removed from a topic.",
    .label_names = own_labels::kSourceKind};
inline constexpr RowInfo kSourceRefusals{
    .name = "maillog_source_refused_senders_total",
    .help =
        "Senders of syslog that were sent away: all connections were in use (full), or what they "
        "sent is not RELP (protocol).",
    .label_names = own_labels::kSourceReason};

inline constexpr RowInfo kStateSaved =
    GaugeRow("maillog_state_saved", "1 while commits of positions and totals succeed.");
inline constexpr RowInfo kStateWentBack =
    GaugeRow("maillog_state_went_back",
             "1 if the state was gone at the start, or older than what had been saved last.");
inline constexpr RowInfo kStateCommits = CounterSinceStart(
    "maillog_state_commits_total", "Commits of positions and totals since start.");
inline constexpr RowInfo kStateCommitSeconds{.name = "maillog_state_commit_seconds",
                                             .help = "Duration of commits since start.",
                                             .type = RowType::kHistogram,
                                             .bounds = kCommitBounds,
                                             .unit = Unit::kMicros,
                                             .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kConfigLastReload =
    GaugeRow("maillog_config_last_reload_successful",
             "1 if the configuration in force is the one last asked for.");
inline constexpr RowInfo kWebConfigLastReload =
    GaugeRow("maillog_web_config_last_reload_successful",
             "1 if the web configuration in force is the one that its files say.");
inline constexpr RowInfo kHttpRequests = CounterSinceStart(
    "maillog_http_requests_total",
    "Requests answered since start, by path (other: none of the pages) and status.",
    own_labels::kPathCode);
inline constexpr RowInfo kHttpRefusals = CounterSinceStart(
    "maillog_http_refusals_total",
    "Since start: connections closed because of their address (stranger), because there were "
    "too many (full), because too much was left unread (unread) or for a fault of TLS (tls); "
    "requests without a right password (password), or over the limit of requests (rate).",
    own_labels::kReason);
inline constexpr RowInfo kScrapeSeconds{
    .name = "maillog_scrape_seconds",
    .help = "Time to make the page of the metrics, since start, without sending it.",
    .type = RowType::kHistogram,
    .bounds = kScrapeBounds,
    .unit = Unit::kMicros,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kScrapeFaults =
    CounterSinceStart("maillog_scrape_faults_total",
                      "Scrapes since start for which there were no numbers of the logs yet.");
inline constexpr RowInfo kBuildInfo = GaugeRow(
    "maillog_build_info", "Always 1; version and compiler of the program.", own_labels::kBuild);

inline constexpr RowInfo kProcessCpuSeconds{.name = "process_cpu_seconds_total",
                                            .help = "User and system CPU time spent.",
                                            .unit = Unit::kMicros,
                                            .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessResidentMemory =
    GaugeRow("process_resident_memory_bytes", "Resident memory size.");
inline constexpr RowInfo kProcessVirtualMemory =
    GaugeRow("process_virtual_memory_bytes", "Virtual memory size.");
inline constexpr RowInfo kProcessMaxVirtualMemory =
    GaugeRow("process_virtual_memory_max_bytes",
             "Most virtual memory that there may be; +Inf if there is no limit.");
inline constexpr RowInfo kProcessThreads = GaugeRow("process_threads", "Threads.");
inline constexpr RowInfo kProcessNetworkReceived = CounterSinceStart(
    "process_network_receive_bytes_total",
    "Bytes that came over the network, to all processes in the same network namespace.");
inline constexpr RowInfo kProcessNetworkSent = CounterSinceStart(
    "process_network_transmit_bytes_total",
    "Bytes that went over the network, of all processes in the same network namespace.");
inline constexpr RowInfo kProcessOpenFds = GaugeRow("process_open_fds", "Open file descriptors.");
inline constexpr RowInfo kProcessMaxFds =
    GaugeRow("process_max_fds", "Maximum number of open file descriptors.");
inline constexpr RowInfo kProcessStartTime =
    GaugeRow("process_start_time_seconds", "Unix time at which the process started.");

inline constexpr std::array kOwnRows{&kRecords,
                                     &kRepeatsUnattributed,
                                     &kLabelOverflows,
                                     &kSourceUp,
                                     &kSourceCaughtUp,
                                     &kSourceReadBytes,
                                     &kSourceLagBytes,
                                     &kSourceLagRecords,
                                     &kSourceLagSeconds,
                                     &kSourceLastRecord,
                                     &kSourceRotations,
                                     &kSourceLostBytes,
                                     &kSourceLostRecords,
                                     &kSourceGaps,
                                     &kSourceRefusals,
                                     &kStateSaved,
                                     &kStateWentBack,
                                     &kStateCommits,
                                     &kStateCommitSeconds,
                                     &kConfigLastReload,
                                     &kWebConfigLastReload,
                                     &kHttpRequests,
                                     &kHttpRefusals,
                                     &kScrapeSeconds,
                                     &kScrapeFaults,
                                     &kProcessMaxVirtualMemory,
                                     &kProcessThreads,
                                     &kProcessNetworkReceived,
                                     &kProcessNetworkSent,
                                     &kBuildInfo,
                                     &kProcessCpuSeconds,
                                     &kProcessResidentMemory,
                                     &kProcessVirtualMemory,
                                     &kProcessOpenFds,
                                     &kProcessMaxFds,
                                     &kProcessStartTime};

}  // namespace maillog
