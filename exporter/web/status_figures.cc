#include "exporter/web/status_figures.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "metrics/catalog/catalog.h"
#include "metrics/numbers.h"

namespace maillog {
namespace {

/// One series and its labels by name.
class Series {
 public:
  Series(const RowInfo& row, const LabelValues& labels, const SampleValue& value)
      : row_(row), labels_(labels), value_(value) {}

  [[nodiscard]] std::string_view Label(std::string_view name) const {
    const auto& names = row_.label_names;
    const auto found = std::find(names.begin(), names.end(), name);
    const auto index = static_cast<std::size_t>(found - names.begin());
    return found == names.end() || index >= labels_.size() ? std::string_view() : labels_[index];
  }
  [[nodiscard]] std::uint64_t count() const {
    const auto* count = std::get_if<std::uint64_t>(&value_);
    return count == nullptr ? 0 : *count;
  }
  [[nodiscard]] double gauge() const {
    const auto* gauge = std::get_if<double>(&value_);
    return gauge == nullptr ? 0 : *gauge;
  }
  [[nodiscard]] const HistogramValue* histogram() const {
    return std::get_if<HistogramValue>(&value_);
  }

 private:
  const RowInfo& row_;
  const LabelValues& labels_;
  const SampleValue& value_;
};

template <class Visit>
void ForEachSeries(const CollectedSamples& samples, std::string_view name, Visit&& visit) {
  for (const auto& part : samples) {
    const auto family = part->families().find(name);
    if (family == part->families().end()) continue;
    for (const auto& [labels, value] : family->second.series) {
      visit(Series(family->second.row, labels, value));
    }
  }
}

std::uint64_t SumOf(const CollectedSamples& samples, std::string_view name) {
  std::uint64_t sum = 0;
  ForEachSeries(samples, name, [&sum](const Series& series) { sum += series.count(); });
  return sum;
}

std::uint64_t SumWhere(const CollectedSamples& samples, std::string_view name,
                       std::string_view label, std::string_view value) {
  std::uint64_t sum = 0;
  ForEachSeries(samples, name, [&](const Series& series) {
    if (series.Label(label) == value) sum += series.count();
  });
  return sum;
}

bool IsRealDelivery(const Series& series) { return series.Label("next_hop") != "loopback"; }

std::map<std::string, std::uint64_t, std::less<>> DeliveriesByStatus(
    const CollectedSamples& samples) {
  std::map<std::string, std::uint64_t, std::less<>> deliveries;
  ForEachSeries(samples, kDeliveries.name, [&](const Series& series) {
    if (IsRealDelivery(series)) deliveries[std::string(series.Label("status"))] += series.count();
  });
  return deliveries;
}

template <class Where>
Reasons ReasonsOf(const CollectedSamples& samples, std::string_view name, Where&& where) {
  std::map<std::string, std::uint64_t, std::less<>> counts;
  ForEachSeries(samples, name, [&](const Series& series) {
    if (series.count() > 0 && where(series)) {
      counts[std::string(series.Label("reason"))] += series.count();
    }
  });
  Reasons reasons(counts.begin(), counts.end());
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return reasons;
}

Reasons ReasonsOfDeliveries(const CollectedSamples& samples, std::string_view status) {
  return ReasonsOf(samples, kDeliveryReasons.name, [status](const Series& series) {
    return IsRealDelivery(series) && series.Label("status") == status;
  });
}

StatusDelay DelayOf(const CollectedSamples& samples) {
  const RowInfo row = kDeliveryDelay.info();
  StatusDelay delay;
  for (const std::int64_t bound : row.bounds) {
    delay.bounds.push_back(InBaseUnit(static_cast<double>(bound), row.unit));
  }
  delay.buckets.resize(row.bounds.size() + 1);
  std::int64_t sum = 0;
  ForEachSeries(samples, row.name, [&](const Series& series) {
    const HistogramValue* const histogram = series.histogram();
    if (histogram == nullptr || !IsRealDelivery(series) || series.Label("status") != "sent") return;
    const std::size_t size = std::min(delay.buckets.size(), histogram->buckets.size());
    for (std::size_t i = 0; i < size; ++i) delay.buckets[i] += histogram->buckets[i];
    delay.count += histogram->count;
    sum += histogram->sum;
  });
  delay.sum_seconds = InBaseUnit(static_cast<double>(sum), row.unit);
  return delay;
}

std::optional<StatusPop3> Pop3Of(const CollectedSamples& samples) {
  StatusPop3 pop3{
      .sessions = SumWhere(samples, kMailboxSessions.name, "protocol", "pop3"),
      .top_messages = SumOf(samples, kPop3TopMessages.name),
      .top_bytes = SumOf(samples, kPop3TopBytes.name),
      .retrieved_messages = SumOf(samples, kPop3RetrievedMessages.name),
      .retrieved_bytes = SumOf(samples, kPop3RetrievedBytes.name),
      .deleted_messages = SumOf(samples, kPop3DeletedMessages.name),
      .deleted_bytes = SumOf(samples, kPop3DeletedBytes.name),
  };
  if (pop3.sessions == 0) return std::nullopt;
  return pop3;
}

// 0, -1, … -17; what is not a number at the end.
int OrderOf(const MtaReportCount& report) {
  constexpr int kLast = 1000;
  int code = -kLast;
  std::from_chars(report.code.data(), report.code.data() + report.code.size(), code);
  return -code;
}

std::vector<MtaReportCount> ReportsOf(const CollectedSamples& samples) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  ForEachSeries(samples, kMtaReports.name, [&](const Series& series) {
    counts[{std::string(series.Label("code")), std::string(series.Label("result"))}] +=
        series.count();
  });
  std::vector<MtaReportCount> reports;
  reports.reserve(counts.size());
  for (const auto& [key, count] : counts) reports.push_back({key.first, key.second, count});
  std::stable_sort(reports.begin(), reports.end(),
                   [](const auto& a, const auto& b) { return OrderOf(a) < OrderOf(b); });
  return reports;
}

}  // namespace

std::optional<double> QuantileOf(const StatusDelay& delay, double quantile) {
  std::uint64_t count = 0;
  for (const std::uint64_t bucket : delay.buckets) count += bucket;
  if (count == 0 || delay.bounds.empty()) return std::nullopt;
  const double rank = quantile * static_cast<double>(count);
  double before = 0;
  for (std::size_t i = 0; i < delay.bounds.size(); ++i) {
    const auto in_bucket = static_cast<double>(delay.buckets[i]);
    if (before + in_bucket >= rank && in_bucket > 0) {
      const double from = i == 0 ? 0 : delay.bounds[i - 1];
      return from + (delay.bounds[i] - from) * (rank - before) / in_bucket;
    }
    before += in_bucket;
  }
  return delay.bounds.back();
}

StatusFigures FiguresOf(const CollectedSamples& samples) {
  const auto deliveries = DeliveriesByStatus(samples);
  const auto with = [&deliveries](std::string_view status) {
    const auto found = deliveries.find(status);
    return found == deliveries.end() ? 0 : found->second;
  };
  return {
      .totals = {.sent = with("sent"),
                 .deferred = with("deferred"),
                 .bounced = with("bounced"),
                 .expired = SumOf(samples, kQueueExpired.name),
                 .rejected = SumOf(samples, kSmtpRejects.name),
                 .logins_ok = SumWhere(samples, kAuthAttempts.name, "result", "success"),
                 .logins_failed = SumWhere(samples, kAuthAttempts.name, "result", "failure")},
      .deferred = ReasonsOfDeliveries(samples, "deferred"),
      .bounced = ReasonsOfDeliveries(samples, "bounced"),
      .rejected = ReasonsOf(samples, kSmtpRejects.name, [](const Series&) { return true; }),
      .delay = DelayOf(samples),
      .pop3 = Pop3Of(samples),
      .mta_reports = ReportsOf(samples),
  };
}

SourceFigures FiguresOfSource(const CollectedSamples& samples, std::string_view source) {
  SourceFigures figures;
  const auto each = [&](const RowInfo& row, auto&& visit) {
    ForEachSeries(samples, row.name, [&](const Series& series) {
      if (series.Label("source") == source) visit(series);
    });
  };
  each(kRecords, [&](const Series& series) {
    figures.lines += series.count();
    if (series.Label("outcome") == "unknown") figures.unknown_lines += series.count();
    if (series.Label("outcome") == "malformed") figures.malformed_lines += series.count();
  });
  each(kSourceReadBytes, [&](const Series& series) { figures.read_bytes += series.count(); });
  each(kSourceLagBytes, [&](const Series& series) { figures.lag_bytes = series.gauge(); });
  each(kSourceLagSeconds, [&](const Series& series) { figures.lag_seconds = series.gauge(); });
  each(kSourceLastRecord,
       [&](const Series& series) { figures.last_record_seconds = series.gauge(); });
  return figures;
}

std::optional<double> GaugeOf(const CollectedSamples& samples, const RowInfo& row) {
  std::optional<double> value;
  ForEachSeries(samples, row.name, [&](const Series& series) { value = series.gauge(); });
  return value;
}

}  // namespace maillog
