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
}  // namespace own_labels

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

inline constexpr RowInfo kSourceUp{
    .name = "maillog_source_up",
    .help = "1 if the source can be read, or is waited for without an error.",
    .type = RowType::kGauge,
    .label_names = own_labels::kSource,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kSourceCaughtUp{
    .name = "maillog_source_caught_up",
    .help = "1 once the source has read all that was there at start; 0 while it cannot be read.",
    .type = RowType::kGauge,
    .label_names = own_labels::kSource,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kSourceReadBytes{.name = "maillog_source_read_bytes_total",
                                          .help = "Bytes of log read and counted.",
                                          .label_names = own_labels::kSource};
inline constexpr RowInfo kSourceLagBytes{.name = "maillog_source_lag_bytes",
                                         .help = "Bytes of log that are there and not read yet.",
                                         .type = RowType::kGauge,
                                         .label_names = own_labels::kSource,
                                         .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kSourceLagSeconds{
    .name = "maillog_source_lag_seconds",
    .help = "Time since the source was last read to its end; 0 when it is at its end.",
    .type = RowType::kGauge,
    .label_names = own_labels::kSource,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kSourceLastRecord{
    .name = "maillog_source_last_record_timestamp_seconds",
    .help = "Unix time of the last record, by the log's own stamp.",
    .type = RowType::kGauge,
    .label_names = own_labels::kSource,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kSourceRotations{
    .name = "maillog_source_rotations_total",
    .help = "Files that were renamed away, truncated, removed, or found shorter than read.",
    .label_names = own_labels::kSourceKind};
inline constexpr RowInfo kSourceLostBytes{.name = "maillog_source_lost_bytes_total",
                                          .help = "Bytes of log known never to have been read.",
                                          .label_names = own_labels::kSource};
inline constexpr RowInfo kSourceGaps{
    .name = "maillog_source_gaps_total",
    .help = "Gaps in what could be read: journal vacuumed, socket overrun, log removed.",
    .label_names = own_labels::kSourceKind};

inline constexpr RowInfo kStateSaved{.name = "maillog_state_saved",
                                     .help = "1 while commits of positions and totals succeed.",
                                     .type = RowType::kGauge,
                                     .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kStateCommits{.name = "maillog_state_commits_total",
                                       .help = "Commits of positions and totals since start.",
                                       .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kStateCommitSeconds{.name = "maillog_state_commit_seconds",
                                             .help = "Duration of commits since start.",
                                             .type = RowType::kHistogram,
                                             .bounds = kCommitBounds,
                                             .unit = Unit::kMicros,
                                             .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kConfigLastReload{
    .name = "maillog_config_last_reload_successful",
    .help = "1 if the configuration in force is the one last asked for.",
    .type = RowType::kGauge,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kWebConfigLastReload{
    .name = "maillog_web_config_last_reload_successful",
    .help = "1 if the web configuration in force is the one that its files say.",
    .type = RowType::kGauge,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kHttpRequests{
    .name = "maillog_http_requests_total",
    .help = "Requests answered since start, by path (other: none of the pages) and status.",
    .label_names = own_labels::kPathCode,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kHttpRefusals{
    .name = "maillog_http_refusals_total",
    .help =
        "Since start: connections closed because of their address (stranger), because there were "
        "too many (full), because too much was left unread (unread) or for a fault of TLS (tls); "
        "requests without a right password (password), or over the limit of requests (rate).",
    .label_names = own_labels::kReason,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kScrapeSeconds{
    .name = "maillog_scrape_seconds",
    .help = "Time to make the page of the metrics, since start, without sending it.",
    .type = RowType::kHistogram,
    .bounds = kScrapeBounds,
    .unit = Unit::kMicros,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kScrapeFaults{
    .name = "maillog_scrape_faults_total",
    .help = "Scrapes since start for which there were no numbers of the logs yet.",
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kBuildInfo{.name = "maillog_build_info",
                                    .help = "Always 1; version and compiler of the program.",
                                    .type = RowType::kGauge,
                                    .label_names = own_labels::kBuild,
                                    .lifetime = Lifetime::kSinceStart};

inline constexpr RowInfo kProcessCpuSeconds{.name = "process_cpu_seconds_total",
                                            .help = "User and system CPU time spent.",
                                            .unit = Unit::kMicros,
                                            .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessResidentMemory{.name = "process_resident_memory_bytes",
                                                .help = "Resident memory size.",
                                                .type = RowType::kGauge,
                                                .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessVirtualMemory{.name = "process_virtual_memory_bytes",
                                               .help = "Virtual memory size.",
                                               .type = RowType::kGauge,
                                               .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessMaxVirtualMemory{
    .name = "process_virtual_memory_max_bytes",
    .help = "Most virtual memory that there may be; +Inf if there is no limit.",
    .type = RowType::kGauge,
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessThreads{.name = "process_threads",
                                         .help = "Threads.",
                                         .type = RowType::kGauge,
                                         .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessNetworkReceived{
    .name = "process_network_receive_bytes_total",
    .help = "Bytes that came over the network, to all processes in the same network namespace.",
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessNetworkSent{
    .name = "process_network_transmit_bytes_total",
    .help = "Bytes that went over the network, of all processes in the same network namespace.",
    .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessOpenFds{.name = "process_open_fds",
                                         .help = "Open file descriptors.",
                                         .type = RowType::kGauge,
                                         .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessMaxFds{.name = "process_max_fds",
                                        .help = "Most file descriptors that may be open.",
                                        .type = RowType::kGauge,
                                        .lifetime = Lifetime::kSinceStart};
inline constexpr RowInfo kProcessStartTime{.name = "process_start_time_seconds",
                                           .help = "Unix time at which the process started.",
                                           .type = RowType::kGauge,
                                           .lifetime = Lifetime::kSinceStart};

inline constexpr std::array kOwnRows{&kRecords,
                                     &kRepeatsUnattributed,
                                     &kLabelOverflows,
                                     &kSourceUp,
                                     &kSourceCaughtUp,
                                     &kSourceReadBytes,
                                     &kSourceLagBytes,
                                     &kSourceLagSeconds,
                                     &kSourceLastRecord,
                                     &kSourceRotations,
                                     &kSourceLostBytes,
                                     &kSourceGaps,
                                     &kStateSaved,
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
