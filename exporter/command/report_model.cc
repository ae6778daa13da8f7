#include "exporter/command/report_model.h"

#include <algorithm>
#include <functional>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "parser/scan.h"

namespace maillog {
namespace {

void AddTo(const HourCounts& more, HourCounts& counts) {
  std::transform(counts.begin(), counts.end(), more.begin(), counts.begin(), std::plus<>());
}

bool IsNothing(const auto& counts) {
  return std::all_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count == 0; });
}

void AddTimes(const LogNames& names, Report& report) {
  std::map<std::string, HourCounts> days;
  for (const auto& [second, counts] : names.hours()) {
    const absl::Time time = absl::FromUnixSeconds(second);
    AddTo(counts, days[absl::FormatTime("%Y-%m-%d", time, report.zone)]);
    AddTo(counts,
          report.hours[static_cast<std::size_t>(absl::ToCivilHour(time, report.zone).hour())]);
  }
  report.days.assign(days.begin(), days.end());
  if (!IsNothing(names.without_hour())) report.without_time = names.without_hour();
}

ReportTable TableOf(const LogNames& names, std::size_t list, std::size_t most) {
  const NameListDeclaration& declared = kNameLists[list];
  ReportTable table{.key = declared.key, .group = declared.group, .columns = {}, .rows = {}};
  for (const std::string_view column : declared.columns) {
    if (!column.empty()) table.columns.push_back(column);
  }
  NameTable::Counts others{};
  table.rows = names.table(static_cast<NameList>(list)).Top(most, others);
  if (!IsNothing(others)) table.others = others;
  return table;
}

/// Numbers instead of names, in the order in which they come.
class Pseudonyms {
 public:
  std::string OfAddress(std::string_view address) {
    if (address == "<>" || address.empty()) return std::string(address);
    std::string_view local = address;
    const std::optional<std::string_view> domain = TakeBack(local, '@');
    if (!domain) return Of(users_, "user-", local);
    return absl::StrCat(Of(users_, "user-", address), "@", OfDomain(*domain));
  }
  std::string OfDomain(std::string_view domain) { return Of(domains_, "domain-", domain); }
  std::string OfClient(std::string_view client) { return Of(clients_, "client-", client); }

 private:
  using Numbers = std::map<std::string, std::size_t, std::less<>>;
  static std::string Of(Numbers& numbers, std::string_view word, std::string_view name) {
    const auto [at, is_new] = numbers.try_emplace(std::string(name), numbers.size() + 1);
    return absl::StrCat(std::string(word), at->second);
  }

  Numbers users_;
  Numbers domains_;
  Numbers clients_;
};

std::string Masked(std::string_view table, std::string_view name, Pseudonyms& pseudonyms) {
  if (table == "domains" || table == "relays") return pseudonyms.OfDomain(name);
  if (table == "clients" || table == "failing_clients") return pseudonyms.OfClient(name);
  return pseudonyms.OfAddress(name);
}

}  // namespace

std::string SpanText(const Report& report, std::string_view between) {
  const bool is_asked =
      report.asked.since != absl::InfinitePast() && report.asked.until != absl::InfiniteFuture();
  const bool has_messages = report.first && report.last;
  if (!has_messages && !is_asked) return {};
  return absl::StrCat(MomentText(has_messages ? *report.first : report.asked.since, report.zone),
                      std::string(between),
                      MomentText(has_messages ? *report.last : report.asked.until, report.zone));
}

Report MakeReport(const Samples& samples, const StampSpan& span, absl::TimeZone zone,
                  const LogNames& names, std::size_t most) {
  Report report{.first = span.first(), .last = span.last(), .zone = zone};
  report.totals = SummaryOf(samples);
  std::erase_if(report.totals, [](const SummaryFigures& figures) { return figures.all() == 0; });
  AddTimes(names, report);
  for (std::size_t list = 0; list < kNameLists.size(); ++list) {
    ReportTable table = TableOf(names, list, most);
    if (!table.rows.empty()) report.tables.push_back(std::move(table));
  }
  report.slowest = names.Slowest();
  report.slowest.resize(std::min(report.slowest.size(), most));
  return report;
}

void MakeAnonymous(Report& report) {
  Pseudonyms pseudonyms;
  for (ReportTable& table : report.tables) {
    for (NameTable::Row& row : table.rows) row.name = Masked(table.key, row.name, pseudonyms);
  }
  for (SlowDelivery& slow : report.slowest) {
    slow.to = pseudonyms.OfAddress(slow.to);
    slow.relay = pseudonyms.OfDomain(slow.relay);
  }
}

}  // namespace maillog
