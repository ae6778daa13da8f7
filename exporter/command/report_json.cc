#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exporter/command/report_forms.h"
#include "exporter/os/json_text.h"

namespace maillog {
namespace {

std::string MomentJson(const std::optional<absl::Time>& time, absl::TimeZone zone) {
  if (!time) return "null";
  return JsonText(absl::FormatTime(absl::RFC3339_sec, *time, zone));
}

void AddHourCounts(const HourCounts& counts, JsonParts& json) {
  for (std::size_t i = 0; i < counts.size(); ++i) json.Number(kHourCounts[i], counts[i]);
}

std::string CountsJson(const ReportTable& table, const NameTable::Counts& counts) {
  JsonParts json;
  for (std::size_t i = 0; i < table.columns.size(); ++i) json.Number(table.columns[i], counts[i]);
  return json.Object();
}

std::string TableJson(const ReportTable& table) {
  JsonParts rows;
  for (const NameTable::Row& row : table.rows) {
    JsonParts json;
    json.Text("name", row.name);
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      json.Number(table.columns[i], row.counts[i]);
    rows.Add(json.Object());
  }
  JsonParts json;
  json.Add("rows", rows.List());
  json.Add("others", table.others ? CountsJson(table, *table.others) : "null");
  return json.Object();
}

std::string TablesOf(const Report& report, std::string_view group) {
  JsonParts tables;
  for (const ReportTable& table : report.tables) {
    if (group.empty() || table.group == group) tables.Add(table.key, TableJson(table));
  }
  return tables.Object();
}

std::string TotalsJson(const Report& report) {
  JsonParts totals;
  for (const SummaryFigures& figures : report.totals) {
    JsonParts counts;
    for (const auto& [name, count] : figures.counts) counts.Number(name, count);
    totals.Add(figures.title, counts.Object());
  }
  return totals.Object();
}

}  // namespace

std::string TablesJson(const Report& report, std::string_view group) {
  return TablesOf(report, group) + "\n";
}

std::string ReportJson(const Report& report) {
  JsonParts days;
  for (const auto& [day, counts] : report.days) {
    JsonParts json;
    json.Text("day", day);
    AddHourCounts(counts, json);
    days.Add(json.Object());
  }
  JsonParts hours;
  for (std::size_t hour = 0; hour < report.hours.size(); ++hour) {
    JsonParts json;
    json.Number("hour", hour);
    AddHourCounts(report.hours[hour], json);
    hours.Add(json.Object());
  }
  JsonParts without;
  AddHourCounts(report.without_time.value_or(HourCounts{}), without);
  JsonParts slowest;
  for (const SlowDelivery& slow : report.slowest) {
    JsonParts json;
    constexpr double kSecond = 1e6;
    json.Add("delay_seconds", absl::StrFormat("%.9g", static_cast<double>(slow.delay) / kSecond));
    json.Text("stamp", slow.stamp);
    json.Text("to", slow.to);
    json.Text("relay", slow.relay);
    slowest.Add(json.Object());
  }
  JsonParts json;
  json.Add("from", MomentJson(report.first, report.zone));
  json.Add("to", MomentJson(report.last, report.zone));
  json.Add("totals", TotalsJson(report));
  json.Add("days", days.List());
  json.Add("hours", hours.List());
  json.Add("without_time", without.Object());
  json.Add("tables", TablesOf(report, ""));
  json.Add("slowest", slowest.List());
  return json.Object() + "\n";
}

}  // namespace maillog
