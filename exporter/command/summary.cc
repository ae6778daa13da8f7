#include "exporter/command/summary.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exporter/command/amounts.h"
#include "exporter/command/progress.h"
#include "metrics/catalog/catalog.h"

namespace maillog {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTitleColumns = 13;

/// Only series whose label has one of the values, or none of them.
struct Filter {
  std::string_view label = {};
  std::span<const std::string_view> values = {};
  bool wanted = true;  // whether they are those that count
};
/// A number for each combination of the values of `by` (`imap success`), after `text`, if there is
/// one.
struct Term {
  std::string_view text;
  std::string_view metric;
  std::array<std::string_view, 2> by = {};
  Filter filter = {};
};
/// kOfAll: each with its share of the sum; kNoSum: these are counts of unlike things.
enum class Shares : std::uint8_t { kNone, kOfAll, kNoSum };
enum class Zeros : std::uint8_t { kLeftOut, kShown };
struct Section {
  std::string_view title;
  std::span<const Term> terms;
  std::size_t most;  // those beyond are counted together
  Shares shares = Shares::kNone;
  Zeros zeros = Zeros::kLeftOut;
};

// What goes to a content filter on the same host is delivered again, to its destination.
constexpr std::string_view kToFilter[] = {"loopback"};
constexpr Filter kNoHopToFilter{.label = "next_hop", .values = kToFilter, .wanted = false};
constexpr std::string_view kTroubled[] = {"deferred", "bounced"};
constexpr Filter kNotTaken{.label = "status", .values = kTroubled};

constexpr Term kLines[] = {{"", kRecords.name, {"outcome"}}};
constexpr Term kDelivered[] = {{"", kDeliveries.name, {"status"}, kNoHopToFilter}};
constexpr Term kReasons[] = {{"", kDeliveryReasons.name, {"reason", "status"}, kNoHopToFilter}};
constexpr Term kPolicies[] = {{"", kDeliveryPolicies.name, {"policy"}}};
constexpr Term kReceivers[] = {{"", kDeliveryReceivers.name, {"receiver"}}};
constexpr Term kRefusing[] = {{"", kDeliveryReceivers.name, {"receiver", "status"}, kNotTaken}};
constexpr Term kIncoming[] = {{"connections", kSmtpConnections.name},
                              {"messages", kSmtpMessages.name},
                              {"submitted locally", kMessagesSubmitted.name},
                              {"connections lost", kSmtpLostConnections.name},
                              {"over a rate limit", kSmtpRateLimits.name}};
constexpr Term kRejects[] = {{"", kSmtpRejects.name, {"reason"}}};
constexpr Term kQueue[] = {{"activated", kQueueActivations.name},
                           {"removed", kQueueRemoved.name},
                           {"expired", kQueueExpired.name},
                           {"notices", kBounceNotices.name, {"kind"}}};
constexpr Term kLogins[] = {{"", kAuthAttempts.name, {"protocol", "result"}}};
constexpr Term kSessions[] = {{"", kMailboxSessions.name, {"protocol"}},
                              {"messages fetched by POP3", kPop3RetrievedMessages.name}};
constexpr Term kLocal[] = {{"", kLdaActions.name, {"agent", "action"}}};
constexpr Term kCodes[] = {{"", kMtaReports.name, {"code", "result"}}};
constexpr Term kTrouble[] = {{"", kLogProblems.name, {"daemon", "level"}}};

/// THE LIST, in the order of the screen.
constexpr Section kSections[] = {
    {"messages", kLines, 5, Shares::kOfAll, Zeros::kShown},
    {"deliveries", kDelivered, 6, Shares::kOfAll},
    {"reasons", kReasons, 8},
    {"receivers", kReceivers, 8, Shares::kOfAll},
    {"not taken by", kRefusing, 6},
    {"refused by", kPolicies, 6},
    {"over SMTP", kIncoming, 5, Shares::kNoSum},
    {"rejects", kRejects, 8},
    {"queue", kQueue, 6, Shares::kNoSum},
    {"logins", kLogins, 8},
    {"sessions", kSessions, 6, Shares::kNoSum},
    {"delivered to", kLocal, 6},
    {"MTA reports", kCodes, 6},
    {"trouble", kTrouble, 6},
};

using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

bool Passes(const Filter& filter, std::string_view value) {
  const bool listed =
      std::find(filter.values.begin(), filter.values.end(), value) != filter.values.end();
  return listed == filter.wanted;
}

// The most frequent first.
void AddTerm(const Samples& samples, const Term& term, Zeros zeros, Counts& counts) {
  const auto family = samples.families().find(term.metric);
  if (family == samples.families().end()) return;
  std::map<std::string, std::uint64_t> sums;
  for (const auto& [labels, value] : family->second.series) {
    const auto* const counter = std::get_if<std::uint64_t>(&value);
    if (counter == nullptr || (*counter == 0 && zeros == Zeros::kLeftOut)) continue;
    std::map<std::string_view, std::string_view> named;
    ForEachLabel(family->second.row, labels,
                 [&](std::string_view name, std::string_view text) { named[name] = text; });
    if (!term.filter.label.empty() && !Passes(term.filter, named[term.filter.label])) continue;
    std::string text(term.text);
    for (const std::string_view label : term.by) {
      if (!label.empty()) text.append(text.empty() ? "" : " ").append(named[label]);
    }
    sums[text] += *counter;
  }
  const auto begin = counts.insert(counts.end(), sums.begin(), sums.end());
  std::stable_sort(begin, counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
}

// Items after a title, as many on a line as fit.
std::string Wrapped(std::string_view title, const std::vector<std::string>& items) {
  std::string text;
  std::string line = absl::StrFormat("%-*s", kTitleColumns, std::string(title));
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = absl::StrCat(items[i], i + 1 < items.size() ? "," : "");
    if (line.size() > kTitleColumns && line.size() + 1 + item.size() > kColumns) {
      absl::StrAppend(&text, line, "\n");
      line = std::string(kTitleColumns, ' ');
    }
    absl::StrAppend(&line, line.size() > kTitleColumns ? " " : "", item);
  }
  return absl::StrCat(text, line, "\n");
}

std::string SectionText(const SummaryFigures& figures, const Section& section) {
  Counts counts = figures.counts;
  if (counts.empty()) return {};
  std::uint64_t beyond = 0;
  for (std::size_t i = section.most; i < counts.size(); ++i) beyond += counts[i].second;
  counts.resize(std::min(counts.size(), section.most));
  if (beyond > 0) counts.emplace_back("others", beyond);
  std::vector<std::string> items;
  const std::uint64_t all = figures.all();
  if (section.shares == Shares::kOfAll) items.push_back(Grouped(all) + " in all");
  for (const auto& [text, count] : counts) {
    std::string& item = items.emplace_back(absl::StrCat(text, " ", Grouped(count)));
    if (section.shares == Shares::kOfAll) {
      absl::StrAppendFormat(
          &item, " (%.1f %%)",
          100 * static_cast<double>(count) / static_cast<double>(std::max<std::uint64_t>(all, 1)));
    }
  }
  return Wrapped(section.title, items);
}

SummaryFigures FiguresOf(const Samples& samples, const Section& section) {
  SummaryFigures figures{
      .title = section.title, .counts = {}, .has_sum = section.shares != Shares::kNoSum};
  for (const Term& term : section.terms) AddTerm(samples, term, section.zeros, figures.counts);
  return figures;
}

// Within how many of the row's units so large a share of the observations lies: a bound of a
// bucket.
std::optional<std::int64_t> BoundOf(const HistogramValue& value, const RowInfo& row, double share) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < row.bounds.size() && i < value.buckets.size(); ++i) {
    below += value.buckets[i];
    if (static_cast<double>(below) >= share * static_cast<double>(value.count)) {
      return row.bounds[i];
    }
  }
  return std::nullopt;
}

std::string DelayText(const Samples& samples) {
  const auto family = samples.families().find(kDeliveryDelay.name);
  if (family == samples.families().end()) return {};
  const RowInfo& row = family->second.row;
  HistogramValue sent;
  for (const auto& [labels, value] : family->second.series) {
    bool counts = false;
    ForEachLabel(row, labels, [&](std::string_view name, std::string_view text) {
      counts = counts || (name == "status" && text == "sent");
    });
    const auto* const histogram = std::get_if<HistogramValue>(&value);
    if (!counts || histogram == nullptr) continue;
    sent.buckets.resize(std::max(sent.buckets.size(), histogram->buckets.size()));
    sent.count += histogram->count;
    for (std::size_t i = 0; i < histogram->buckets.size(); ++i) {
      sent.buckets[i] += histogram->buckets[i];
    }
  }
  if (sent.count == 0) return {};
  constexpr double kMicrosPerSecond = 1e6;
  std::vector<std::string> items;
  for (const int percent : {50, 95, 99}) {
    const std::optional<std::int64_t> bound = BoundOf(sent, row, percent / 100.0);
    if (!bound) continue;
    items.push_back(absl::StrCat(percent, items.empty() ? " % of what was sent" : " %", " within ",
                                 static_cast<double>(*bound) / kMicrosPerSecond, " s"));
  }
  return items.empty() ? std::string() : Wrapped("delay", items);
}

std::uint64_t TotalOf(const Samples& samples, std::string_view metric) {
  Counts counts;
  AddTerm(samples, {"all", metric}, Zeros::kLeftOut, counts);
  return counts.empty() ? 0 : counts.front().second;
}

}  // namespace

std::uint64_t SummaryFigures::all() const {
  std::uint64_t sum = 0;
  for (const auto& [text, count] : counts) sum += count;
  return sum;
}

std::vector<SummaryFigures> SummaryOf(const Samples& samples) {
  std::vector<SummaryFigures> all;
  for (const Section& section : kSections) {
    all.push_back(FiguresOf(samples, section));
    if (all.back().counts.empty()) all.pop_back();
  }
  return all;
}

std::string SummaryText(const Samples& samples, const StampSpan& span, absl::TimeZone zone) {
  std::vector<std::string> when{BytesText(TotalOf(samples, kSourceReadBytes.name))};
  if (span.first() && span.last()) {
    when.push_back(absl::StrCat("from ", MomentText(*span.first(), zone), " to ",
                                MomentText(*span.last(), zone)));
  }
  std::string text = Wrapped("log", when);
  for (const Section& section : kSections) {
    absl::StrAppend(&text, SectionText(FiguresOf(samples, section), section));
    if (section.terms.data() == kDelivered) absl::StrAppend(&text, DelayText(samples));
  }
  return text;
}

}  // namespace maillog
