#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exporter/command/amounts.h"
#include "exporter/command/report_forms.h"
#include "exporter/command/report_words.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

// Nothing is loaded, so nothing may be.
constexpr std::string_view kHead = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1c2330; --faint: #5b6577;
  --line: #dfe3ea; --bar: #3b76d6; --trouble: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --back: #12151b; --card: #1b2029; --text: #e6e9ef;
  --faint: #98a2b3; --line: #2e3541; --bar: #6ea0f2; --trouble: #f59a6b; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 15px/1.45 system-ui, "Noto Sans CJK JP", "Hiragino Sans", sans-serif; }
main { max-width: 76rem; margin: 0 auto; }
h1 { font-size: 1.5rem; margin: 0; }
h1 + p { color: var(--faint); margin: .2rem 0 1.2rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem;
  overflow-x: auto; align-self: start; }
section.wide { grid-column: 1 / -1; }
h2 { font-size: 1rem; margin: 0 0 .5rem; display: flex; justify-content: space-between; gap: 1rem; }
h2 span { color: var(--faint); font-weight: normal; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { padding: .15rem .5rem; text-align: right; white-space: nowrap; font-weight: normal; }
th { color: var(--faint); }
td:first-child, th:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; }
td:last-child, th:last-child { padding-right: 0; }
tr + tr td { border-top: 1px solid var(--line); }
.bar { display: block; height: 4px; border-radius: 2px; background: var(--bar); min-width: 1px; }
.zero { color: var(--faint); }
</style>
)";

std::string Escaped(std::string_view bytes) {
  std::string text;
  for (const char c : Printable(bytes)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\'':
        text += "&#39;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string Cell(std::string_view column, std::uint64_t value) {
  return absl::StrCat(value == 0 ? "<td class=\"zero\">" : "<td>", CellText(column, value),
                      "</td>");
}

class HtmlWriter {
 public:
  HtmlWriter(const Report& report, Language language) : report_(report), language_(language) {}

  [[nodiscard]] std::string All() {
    const bool japanese = language_ == Language::kJapanese;
    html_ = absl::StrCat("<!DOCTYPE html>\n<html lang=\"", japanese ? "ja" : "en", "\">\n",
                         std::string(kHead), "<title>", Word("title"), "</title>\n<main>\n<h1>",
                         Word("title"), "</h1>\n<p>");
    absl::StrAppend(&html_, SpanText(report_, " – "), "</p>\n<div class=\"cards\">\n");
    if (report_.totals.empty()) absl::StrAppend(&html_, "<p>", Word("nothing"), "</p>\n");
    for (const SummaryFigures& figures : report_.totals) AddTotals(figures);
    AddTimes();
    for (const ReportTable& table : report_.tables) AddTable(table);
    AddSlowest();
    return html_ + "</div>\n</main>\n</html>\n";
  }

 private:
  [[nodiscard]] std::string Word(std::string_view key) const {
    return Escaped(ReportWord(key, language_));
  }

  void Begin(std::string_view title, std::string_view beside, std::string_view css) {
    absl::StrAppend(&html_, "<section", std::string(css), "><h2>", std::string(title), "<span>",
                    std::string(beside), "</span></h2><table>\n");
  }
  void End() { html_ += "</table></section>\n"; }

  void AddTotals(const SummaryFigures& figures) {
    constexpr std::size_t kMaxItems = 12;
    Begin(Word(figures.title), figures.has_sum ? Grouped(figures.all()) : "", "");
    std::uint64_t most = 1;
    for (const auto& [name, count] : figures.counts) most = std::max(most, count);
    std::uint64_t beyond = 0;
    for (std::size_t i = 0; i < figures.counts.size(); ++i) {
      const auto& [name, count] = figures.counts[i];
      if (i >= kMaxItems) {
        beyond += count;
        continue;
      }
      if (name.empty()) continue;
      const double share = 100 * static_cast<double>(count) / static_cast<double>(most);
      absl::StrAppend(&html_, "<tr><td>", Escaped(name),
                      "<span class=\"bar\" style=\"width:", absl::StrFormat("%.1f", share),
                      "%\"></span></td>", Cell("", count), "</tr>\n");
    }
    if (beyond > 0)
      absl::StrAppend(&html_, "<tr><td>", Word("others"), "</td>", Cell("", beyond), "</tr>\n");
    End();
  }

  void AddHead(const auto& columns) {
    html_ += "<tr><th></th>";
    for (const std::string_view column : columns)
      absl::StrAppend(&html_, "<th>", Word(column), "</th>");
    html_ += "</tr>\n";
  }

  void AddTimeRow(std::string_view name, const HourCounts& counts) {
    absl::StrAppend(&html_, "<tr><td>", std::string(name), "</td>");
    for (const std::uint64_t count : counts) html_ += Cell("", count);
    html_ += "</tr>\n";
  }

  void AddTimes() {
    if (report_.days.empty() && !report_.without_time) return;
    Begin(Word("by_day"), "", " class=\"wide\"");
    AddHead(kHourCounts);
    for (const auto& [day, counts] : report_.days) AddTimeRow(day, counts);
    if (report_.without_time) AddTimeRow(Word("without_time"), *report_.without_time);
    End();
    Begin(Word("by_hour"), "", " class=\"wide\"");
    AddHead(kHourCounts);
    for (std::size_t hour = 0; hour < report_.hours.size(); ++hour)
      AddTimeRow(absl::StrFormat("%02d:00", hour), report_.hours[hour]);
    End();
  }

  void AddTable(const ReportTable& table) {
    Begin(Word(table.key), "", "");
    AddHead(table.columns);
    const auto add = [&](const std::string& name, const NameTable::Counts& counts) {
      absl::StrAppend(&html_, "<tr><td>", name, "</td>");
      for (std::size_t i = 0; i < table.columns.size(); ++i)
        html_ += Cell(table.columns[i], counts[i]);
      html_ += "</tr>\n";
    };
    for (const NameTable::Row& row : table.rows) add(Escaped(row.name), row.counts);
    if (table.others) add(Word("others"), *table.others);
    End();
  }

  void AddSlowest() {
    if (report_.slowest.empty()) return;
    Begin(Word("slowest"), "", " class=\"wide\"");
    for (const SlowDelivery& slow : report_.slowest) {
      absl::StrAppend(&html_, "<tr><td>", Escaped(slow.to), "</td><td>", Escaped(slow.relay),
                      "</td><td>", Escaped(slow.stamp), "</td><td>", TimeTakenText(slow.delay),
                      "</td></tr>\n");
    }
    End();
  }

  const Report& report_;
  const Language language_;
  std::string html_;
};

}  // namespace

std::string ReportHtml(const Report& report, Language language) {
  return HtmlWriter(report, language).All();
}

}  // namespace maillog
