#include "exporter/command/queue_report.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "exporter/command/amounts.h"
#include "exporter/command/progress.h"
#include "exporter/os/json_text.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

using Ages = QueueFigures::Ages;

constexpr std::size_t kDomainColumns = 30;
constexpr std::string_view kCutMark = "..";
constexpr std::string_view kOtherDomains = "(other domains)";

std::uint64_t SumOf(const Ages& ages) {
  return std::accumulate(ages.begin(), ages.end(), std::uint64_t{0});
}

void Add(const Ages& more, Ages& ages) {
  std::transform(ages.begin(), ages.end(), more.begin(), ages.begin(), std::plus<>());
}

QueueFigures::OfQueue AllQueues(const QueueFigures& figures) {
  QueueFigures::OfQueue all;
  for (const QueueFigures::OfQueue& queue : figures.queues) {
    all.messages += queue.messages;
    all.bytes += queue.bytes;
    if (queue.oldest != 0)
      all.oldest = all.oldest == 0 ? queue.oldest : std::min(all.oldest, queue.oldest);
  }
  return all;
}

std::int64_t Oldest(const QueueFigures& figures) {
  std::int64_t oldest = 0;
  for (std::size_t i = 0; i < kValues<QueueName>; ++i) {
    oldest = std::max(oldest, figures.OldestSeconds(static_cast<QueueName>(i)));
  }
  return oldest;
}

struct WhyDeferred {
  std::string_view reason;
  std::string_view receiver;
  std::uint64_t recipients = 0;
};

/// The most frequent first.
std::vector<WhyDeferred> ReasonsOf(const QueueFigures& figures) {
  std::vector<WhyDeferred> reasons;
  for (std::size_t reason = 0; reason < kValues<Reason>; ++reason) {
    for (std::size_t receiver = 0; receiver < kValues<Receiver>; ++receiver) {
      const std::uint64_t recipients = figures.deferred[reason][receiver];
      if (recipients == 0) continue;
      reasons.push_back({.reason = Label<Reason>::values[reason],
                         .receiver = Label<Receiver>::values[receiver],
                         .recipients = recipients});
    }
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.recipients > b.recipients; });
  return reasons;
}

struct DomainLine {
  std::string name;  ///< empty: those that were not distinguished
  Ages ages{};
  std::uint64_t recipients = 0;
};

/// Those with the most recipients first; those that were not distinguished last.
std::vector<DomainLine> DomainsOf(const QueueTally& tally) {
  std::vector<DomainLine> domains;
  for (const auto& [name, ages] : tally.domains()) domains.push_back({name, ages, SumOf(ages)});
  std::stable_sort(domains.begin(), domains.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.name.empty(), b.recipients) < std::tuple(b.name.empty(), a.recipients);
  });
  return domains;
}

/// At most so many bytes, without cutting a character.
std::string Shortened(std::string text) {
  if (text.size() <= kDomainColumns) return text;
  std::size_t end = kDomainColumns - kCutMark.size();
  const auto goes_on = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (end > 0 && goes_on(end)) --end;
  text.resize(end);
  return text.append(kCutMark);
}

/// Columns count bytes, which are characters in nearly all domains.
std::string DomainRow(std::string_view name, const Ages& ages) {
  const std::string shown = Shortened(Printable(name));
  std::string text = absl::StrFormat("  %-*s %8s", kDomainColumns, shown, Grouped(SumOf(ages)));
  for (const std::uint64_t count : ages) absl::StrAppendFormat(&text, " %6d", count);
  return text + "\n";
}

std::string QueuesPart(const QueueFigures& figures) {
  std::string text =
      absl::StrFormat("\n  %-10s %10s %10s   %s\n", "queue", "messages", "size", "oldest");
  for (std::size_t i = 0; i < kValues<QueueName>; ++i) {
    const auto queue = static_cast<QueueName>(i);
    const QueueFigures::OfQueue& of_queue = figures.queues[i];
    if (of_queue.messages == 0) continue;
    absl::StrAppendFormat(&text, "  %-10s %10s %10s   %s\n", std::string(Text(queue)),
                          Grouped(of_queue.messages), BytesText(of_queue.bytes),
                          AgeText(figures.OldestSeconds(queue)));
  }
  return text;
}

std::string ReasonsPart(const QueueFigures& figures) {
  std::vector<WhyDeferred> reasons = ReasonsOf(figures);
  if (reasons.empty()) return {};
  std::string text = "\nWhy mail is deferred, and by whose servers (recipients)\n";
  std::uint64_t others = 0;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i >= kMaxReasonLines) {
      others += reasons[i].recipients;
      continue;
    }
    absl::StrAppendFormat(&text, "  %10s  %-20s %s\n", Grouped(reasons[i].recipients),
                          std::string(reasons[i].reason), std::string(reasons[i].receiver));
  }
  if (others > 0) absl::StrAppendFormat(&text, "  %10s  others\n", Grouped(others));
  return text;
}

std::string DomainsPart(const QueueTally& tally) {
  const std::vector<DomainLine> domains = DomainsOf(tally);
  if (domains.empty()) return {};
  std::string text =
      "\nRecipients by domain, and by the age of the mail: at most so many minutes\n";
  absl::StrAppendFormat(&text, "  %-*s %8s", kDomainColumns, "", "all");
  for (const std::string_view age : Label<QueueAge>::values) {
    const bool is_last = age == Label<QueueAge>::values.back();
    absl::StrAppendFormat(&text, " %6s",
                          std::string(is_last ? age : age.substr(0, age.size() - 1)));
  }
  text += '\n';
  Ages all{};
  Ages others{};
  std::string rows;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    Add(domains[i].ages, all);
    if (i < kMaxDomainLines && !domains[i].name.empty()) {
      rows += DomainRow(domains[i].name, domains[i].ages);
    } else {
      Add(domains[i].ages, others);
    }
  }
  text += DomainRow("all", all) + rows;
  if (SumOf(others) > 0) text += DomainRow(kOtherDomains, others);
  return text;
}

}  // namespace

std::string QueueTable(const QueueOptions& queue, const QueueTally& tally) {
  const QueueFigures& figures = tally.figures();
  const QueueFigures::OfQueue all = AllQueues(figures);
  std::string text = absl::StrCat(queue.syslog_name, " (", Printable(ToText(queue.address)), "): ");
  if (all.messages == 0) return text + "the queue is empty\n";
  absl::StrAppend(&text, Grouped(all.messages), all.messages == 1 ? " message, " : " messages, ",
                  BytesText(all.bytes), ", the oldest ", AgeText(Oldest(figures)), "\n");
  return text + QueuesPart(figures) + ReasonsPart(figures) + DomainsPart(tally);
}

std::string QueueJson(const QueueOptions& queue, const QueueTally& tally) {
  const QueueFigures& figures = tally.figures();
  const QueueFigures::OfQueue all = AllQueues(figures);
  std::string text = absl::StrCat(R"({"syslog_name":)", JsonText(queue.syslog_name), R"(,"showq":)",
                                  JsonText(ToText(queue.address)), R"(,"time":)", figures.at,
                                  R"(,"messages":)", all.messages, R"(,"bytes":)", all.bytes,
                                  R"(,"oldest_seconds":)", Oldest(figures), R"(,"queues":[)");
  std::string_view comma;
  for (std::size_t i = 0; i < kValues<QueueName>; ++i) {
    const auto name = static_cast<QueueName>(i);
    if (name == QueueName::kOther && figures.queues[i].messages == 0) continue;
    absl::StrAppend(&text, std::string(comma), R"({"queue":)", JsonText(Text(name)),
                    R"(,"messages":)", figures.queues[i].messages, R"(,"bytes":)",
                    figures.queues[i].bytes, R"(,"oldest_seconds":)", figures.OldestSeconds(name),
                    "}");
    comma = ",";
  }
  text += R"(],"deferred":[)";
  comma = {};
  for (const WhyDeferred& why : ReasonsOf(figures)) {
    absl::StrAppend(&text, std::string(comma), R"({"reason":)", JsonText(why.reason),
                    R"(,"receiver":)", JsonText(why.receiver), R"(,"recipients":)", why.recipients,
                    "}");
    comma = ",";
  }
  text += R"(],"ages":[)";
  comma = {};
  for (const std::string_view age : Label<QueueAge>::values) {
    absl::StrAppend(&text, std::string(comma), JsonText(age));
    comma = ",";
  }
  text += R"(],"domains":[)";
  comma = {};
  for (const DomainLine& domain : DomainsOf(tally)) {
    const std::string_view name =
        domain.name.empty() ? kOtherDomains : std::string_view(domain.name);
    absl::StrAppend(&text, std::string(comma), R"({"domain":)", JsonText(name), R"(,"recipients":)",
                    domain.recipients, R"(,"by_age":[)", absl::StrJoin(domain.ages, ","), "]}");
    comma = ",";
  }
  return text + "]}";
}

}  // namespace maillog
