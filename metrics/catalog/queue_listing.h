// What is in the queue, as Postfix's showq(8) lists it: gauges that the queue collector sets
// (exporter/queue/). They do not come from a log, and there are none unless they are asked for.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/row.h"
#include "parser/label.h"

namespace maillog {

/// The directories that showq lists; `other`: one that does not exist yet.
enum class QueueName : std::uint8_t { kMaildrop, kIncoming, kActive, kDeferred, kHold, kOther };
template <>
struct Label<QueueName> {
  static constexpr std::string_view name = "queue";
  using enum QueueName;
  static constexpr auto values = LabelTexts<QueueName>({{kMaildrop, "maildrop"},
                                                        {kIncoming, "incoming"},
                                                        {kActive, "active"},
                                                        {kDeferred, "deferred"},
                                                        {kHold, "hold"},
                                                        {kOther, "other"}});
};

/// For how long mail has been in the queue: more than the value before, and at most this; the
/// columns of qshape(1).
enum class QueueAge : std::uint8_t {
  k5m,
  k10m,
  k20m,
  k40m,
  k80m,
  k160m,
  k320m,
  k640m,
  k1280m,
  kMore
};
template <>
struct Label<QueueAge> {
  static constexpr std::string_view name = "age";
  using enum QueueAge;
  static constexpr auto values = LabelTexts<QueueAge>({{k5m, "5m"},
                                                       {k10m, "10m"},
                                                       {k20m, "20m"},
                                                       {k40m, "40m"},
                                                       {k80m, "80m"},
                                                       {k160m, "160m"},
                                                       {k320m, "320m"},
                                                       {k640m, "640m"},
                                                       {k1280m, "1280m"},
                                                       {kMore, "more"}});
};

[[nodiscard]] constexpr QueueAge QueueAgeOf(std::chrono::seconds age) {
  constexpr std::chrono::minutes kFirst{5};
  std::size_t place = 0;
  for (std::chrono::seconds bound = kFirst; place + 1 < Label<QueueAge>::values.size();
       bound *= 2) {
    if (age <= bound) break;
    ++place;
  }
  return static_cast<QueueAge>(place);
}

/// Why the queue could not be read.
enum class QueueFault : std::uint8_t { kConnect, kTimeout, kAnswer };
template <>
struct Label<QueueFault> {
  static constexpr std::string_view name = "fault";
  using enum QueueFault;
  static constexpr auto values =
      LabelTexts<QueueFault>({{kConnect, "connect"}, {kTimeout, "timeout"}, {kAnswer, "answer"}});
};

namespace queue_labels {
inline constexpr std::array<std::string_view, 2> kInstance{"server", "syslog_name"};
inline constexpr std::array<std::string_view, 3> kQueue{"server", "syslog_name", "queue"};
inline constexpr std::array<std::string_view, 4> kReason{"server", "syslog_name", "reason",
                                                         "receiver"};
inline constexpr std::array<std::string_view, 5> kAge{"server", "syslog_name", "queue", "receiver",
                                                      "age"};
inline constexpr std::array<std::string_view, 3> kFault{"server", "syslog_name", "fault"};
}  // namespace queue_labels

inline constexpr RowInfo kQueueMessages =
    GaugeRow("maillog_queue_messages", "Messages that lay in the queue when it was last read.",
             queue_labels::kQueue);
inline constexpr RowInfo kQueueBytes = GaugeRow(
    "maillog_queue_bytes", "Size of the messages that lay in the queue when it was last read.",
    queue_labels::kQueue);
inline constexpr RowInfo kQueueOldest = GaugeRow(
    "maillog_queue_oldest_seconds",
    "Time since the arrival of the oldest message in the queue, when it was last read; 0 if it "
    "was empty.",
    queue_labels::kQueue);
inline constexpr RowInfo kQueueDeferred = GaugeRow(
    "maillog_queue_deferred",
    "Recipients of deferred messages by why the last attempt failed, and by whose servers: "
    "those "
    "that the reason names, else those of the recipient's domain.",
    queue_labels::kReason);
inline constexpr RowInfo kQueueRecipients = GaugeRow(
    "maillog_queue_recipients",
    "Recipients of the messages in the queue by whose servers they are, and by the age of the "
    "message: at most that of the label, and more than that of the one before.",
    queue_labels::kAge);
inline constexpr RowInfo kQueueLastSuccess = GaugeRow(
    "maillog_queue_last_success_timestamp_seconds",
    "Unix time at which the queue was last read, 0 if it has not been since start; the numbers "
    "above are of then.",
    queue_labels::kInstance);
inline constexpr RowInfo kQueueReadSeconds =
    GaugeRow("maillog_queue_read_seconds",
             "How long it took to read the queue, the last time that it could be read.",
             queue_labels::kInstance);
inline constexpr RowInfo kQueueFaults = CounterSinceStart(
    "maillog_queue_read_faults_total",
    "Times since start that the queue could not be read: no connection (connect), no end of "
    "the "
    "answer in time (timeout), no whole answer of showq (answer).",
    queue_labels::kFault);

inline constexpr std::array kQueueListingRows{
    &kQueueMessages,   &kQueueBytes,       &kQueueOldest,      &kQueueDeferred,
    &kQueueRecipients, &kQueueLastSuccess, &kQueueReadSeconds, &kQueueFaults};

}  // namespace maillog
