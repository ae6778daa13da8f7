#include "metrics/reference.h"

#include <array>
#include <cstdio>
#include <map>
#include <string_view>
#include <vector>

#include "mails/mails_waiting.h"
#include "metrics/catalog/catalog.h"

namespace maillog {
namespace {

/// Values as the table of labels has them.
template <std::size_t kSize>
std::string Quoted(const std::array<std::string_view, kSize>& values) {
  std::string text;
  for (const std::string_view value : values) {
    if (!value.empty()) text += (text.empty() ? "`" : " `") + std::string(value) + '`';
  }
  return text;
}

template <class Rows>
ReferenceTopic TopicOf(std::string_view title, const Rows& rows) {
  ReferenceTopic topic{title, {}};
  std::apply([&](const auto&... row) { (topic.rows.push_back(row.info()), ...); }, rows);
  return topic;
}

std::string Number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

std::string Bounds(const RowInfo& row) {
  std::string text = " Buckets:";
  for (const std::int64_t bound : row.bounds) {
    const auto value = static_cast<double>(bound);
    text += ' ';
    text += row.unit == Unit::kMicros ? Number(value / 1e6) : std::to_string(bound);
  }
  return text + '.';
}

void AddTopic(std::string& out, const ReferenceTopic& topic) {
  out += "\n## " + std::string(topic.title) +
         "\n\n| name | type | labels | what |\n|---|---|---|---|\n";
  for (const RowInfo& row : topic.rows) {
    out += "| `" + std::string(row.name) + "` | " + std::string(TypeNameOf(row)) + " | ";
    std::string_view comma;
    for (const std::string_view label : row.label_names) {
      out += std::string(comma) + std::string(label);
      comma = ", ";
    }
    out += " | " + WhatRowIs(row) + " |\n";
  }
}

/// What a label can be. Lists that come from a registry are named, not repeated.
template <class T>
std::string ValuesOf() {
  constexpr std::size_t kMaxListed = 64;
  if constexpr (ClosedLabel<T>) {
    if (std::is_same_v<T, DsnCode>)
      return "the IANA registry of enhanced status codes, else `other`";
    if (std::is_same_v<T, ReplyCode>) return "400 to 599, else `other`";
    if (std::is_same_v<T, TlsCipher>) return "OpenSSL's cipher names, else `other`";
    if (std::is_same_v<T, Policy>)
      return "who refuses, then what for, as `google_rate_limit` or `spamhaus_pbl`: the list is in "
             "docs/policies/README.md";
    if (std::is_same_v<T, Daemon>) return "the programs of the servers, else `other`";
    static_assert(std::is_same_v<T, DsnCode> || std::is_same_v<T, ReplyCode> ||
                      std::is_same_v<T, TlsCipher> || std::is_same_v<T, Daemon> ||
                      std::is_same_v<T, Policy> || Label<T>::values.size() <= kMaxListed,
                  "a long list needs a name here");
    return Quoted(Label<T>::values);
  } else {
    static_assert(Label<T>::form == &IsServiceName, "another form needs a description here");
    return "open: names of letters, digits and `-_.+`, at most " + std::to_string(kMaxServiceName) +
           " long; the first " + std::to_string(Label<T>::limit) +
           " values, then `other`. What looks like an IP address or an id, or has any other byte, "
           "is "
           "`other`";
  }
}

using LabelUses = std::map<std::string, std::map<std::string, std::vector<std::string_view>>>;

template <class Fact, auto... kLabels>
void AddLabels(LabelUses& uses, const Counter<Fact, kLabels...>& row) {
  (uses[std::string(Label<MemberType<kLabels>>::name)][ValuesOf<MemberType<kLabels>>()].push_back(
       row.name),
   ...);
}
template <class Fact, auto kAmount, auto... kLabels>
void AddLabels(LabelUses& uses, const Sum<Fact, kAmount, kLabels...>& row) {
  (uses[std::string(Label<MemberType<kLabels>>::name)][ValuesOf<MemberType<kLabels>>()].push_back(
       row.name),
   ...);
}
template <class Fact, auto kValue, auto... kLabels>
void AddLabels(LabelUses& uses, const Histogram<Fact, kValue, kLabels...>& row) {
  (uses[std::string(Label<MemberType<kLabels>>::name)][ValuesOf<MemberType<kLabels>>()].push_back(
       row.name),
   ...);
}

void AddLabelTable(std::string& out) {
  out +=
      "\n## Labels\n\nAn empty label value is no label.\n\n| label | values | of "
      "|\n|---|---|---|\n";
  for (const ReferenceLabel& label : ReferenceLabels()) {
    out += "| " + label.name + " | " + label.values + " | ";
    std::string_view comma;
    for (const std::string_view row : label.rows) {
      out += std::string(comma) + '`' + std::string(row) + '`';
      comma = ", ";
    }
    out += " |\n";
  }
}

}  // namespace

std::vector<ReferenceTopic> ReferenceTopics() {
  ReferenceTopic own{"The exporter itself", {}};
  for (const RowInfo* row : kOwnRows) own.rows.push_back(*row);
  ReferenceTopic queue = TopicOf("The queue", kQueueRows);
  for (const RowInfo* row : kQueueListingRows) queue.rows.push_back(*row);
  ReferenceTopic mails = TopicOf("Whole mails", kMailRows);
  for (const RowInfo* row : kMailGauges) mails.rows.push_back(*row);
  ReferenceTopic activity{"Who does most", {}};
  for (const RowInfo* row : kActivityGauges) activity.rows.push_back(*row);
  return {TopicOf("Mail going out", kDeliveryRows),
          TopicOf("Mail coming in", kIncomingRows),
          queue,
          mails,
          TopicOf("Mailboxes", kMailboxRows),
          activity,
          TopicOf("Trouble", kTroubleRows),
          own};
}

std::string_view TypeNameOf(const RowInfo& row) {
  constexpr std::array<std::string_view, 3> kNames{"counter", "gauge", "histogram"};
  return kNames[static_cast<std::size_t>(row.type)];
}

std::string WhatRowIs(const RowInfo& row) {
  std::string text(row.help);
  if (row.type == RowType::kHistogram) text += Bounds(row);
  if (!row.was.empty()) text += " Formerly `" + std::string(row.was) + "`.";
  return text;
}

/// A label of one name can have several lists (`action`, `result`): then the rows are named.
std::vector<ReferenceLabel> ReferenceLabels() {
  LabelUses uses;
  std::apply([&](const auto&... row) { (AddLabels(uses, row), ...); }, kCatalog);
  uses["outcome"][ValuesOf<Outcome>()] = {kRecords.name};
  uses[std::string(Label<QueueName>::name)][ValuesOf<QueueName>()] = {};
  uses[std::string(Label<QueueAge>::name)][ValuesOf<QueueAge>()] = {};
  uses[std::string(Label<QueueFault>::name)][ValuesOf<QueueFault>()] = {};
  uses["kind"][Quoted(kRotationNames)] = {kSourceRotations.name};
  uses["kind"][Quoted(kGapNames)] = {kSourceGaps.name};
  uses[std::string(Label<Reason>::name)][ValuesOf<Reason>()].push_back(kQueueDeferred.name);
  uses["reason"][Quoted(kSenderRefusalNames)] = {kSourceRefusals.name};
  uses["reason"][Quoted(kHttpRefusalNames)] = {kHttpRefusals.name};
  uses["state"][Quoted(kWaitingStates)] = {};
  uses["code"]["the status of the answer"] = {};
  uses["path"]["the pages of the exporter, or `other`"] = {};
  uses["window"]["`1h` `24h`: the last 55 to 60 minutes, the last 23 to 24 hours"] = {};
  uses["sender"]["`user` `client` `local`"] = {};
  uses["log_host"]
      ["open, and only with `log_host:`: names and addresses of hosts as syslog has them "
       "(letters, digits and `-_.:%`, at most " +
       std::to_string(kMaxHostName) + " long), as many as are configured, then `other`"] = {};
  std::vector<ReferenceLabel> labels;
  for (const auto& [name, lists] : uses) {
    for (const auto& [values, rows] : lists) {
      labels.push_back({name, values, {}});
      if (lists.size() > 1) labels.back().rows = rows;
    }
  }
  return labels;
}

std::string MetricsReference() {
  std::string out =
      "# Metrics\n\n"
      "Made by `maillog_exporter metrics`; do not edit. Counters and histograms go on over "
      "restarts where the state is "
      "durable; gauges, `maillog_state_*`, `maillog_build_info` and `process_*` are of the running "
      "process. In the label `le`, bounds of buckets have the form that OpenMetrics prescribes: "
      "`le=\"60.0\"`, `le=\"1.048576e+06\"`.\n";
  for (const ReferenceTopic& topic : ReferenceTopics()) AddTopic(out, topic);
  AddLabelTable(out);
  return out;
}

}  // namespace maillog
