#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/command/amounts.h"
#include "exporter/command/progress.h"
#include "exporter/command/report_forms.h"
#include "exporter/command/report_words.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

constexpr std::size_t kReportColumns = 80;
constexpr std::size_t kCellColumns = 10;

/// A character and how many bytes it has.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};
Character FirstCharacter(std::string_view utf8) {
  const auto first = static_cast<unsigned char>(utf8.front());
  const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes > utf8.size()) return {first, 1};
  char32_t code = bytes == 1 ? first : first & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    code = code << 6U | (static_cast<unsigned char>(utf8[i]) & 0x3fU);
  return {code, bytes};
}

// Blocks of wide characters (Unicode Standard Annex #11).
bool IsWide(char32_t code) {
  struct Range {
    char32_t first;
    char32_t last;
  };
  static constexpr Range kWide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                                    {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                    {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
  return std::any_of(std::begin(kWide), std::end(kWide),
                     [code](const Range& r) { return r.first <= code && code <= r.last; });
}

std::string PadLeft(std::string_view text, std::size_t columns) {
  const std::size_t width = DisplayWidth(text);
  return std::string(columns - std::min(columns, width), ' ').append(text);
}

// One of the numbers of a line: there is a blank before it even if it is too long for its column.
std::string InColumn(std::string_view text) {
  return std::string(" ").append(PadLeft(text, kCellColumns - 1));
}

std::string Title(std::string_view text) {
  return absl::StrCat("\n", std::string(text), "\n", std::string(DisplayWidth(text), '-'), "\n");
}

class TextWriter {
 public:
  TextWriter(const Report& report, Language language) : report_(report), language_(language) {}

  [[nodiscard]] std::string All() {
    std::string text(Word("title"));
    if (const std::string span = SpanText(report_, " - "); !span.empty())
      absl::StrAppend(&text, ": ", span);
    text += '\n';
    if (report_.totals.empty()) return absl::StrCat(text, Word("nothing"), "\n");
    return absl::StrCat(text, Totals(), Times(), Tables(""), Slowest());
  }

  [[nodiscard]] std::string Tables(std::string_view group) {
    std::string text;
    for (const ReportTable& table : report_.tables) {
      if (group.empty() || table.group == group) text += Table(table);
    }
    return text;
  }

 private:
  [[nodiscard]] std::string Word(std::string_view key) const {
    return std::string(ReportWord(key, language_));
  }

  [[nodiscard]] std::string Totals() const {
    constexpr std::size_t kMaxItems = 12;
    std::string text = Title(Word("totals"));
    for (const SummaryFigures& figures : report_.totals) {
      absl::StrAppend(&text, PadLeft(figures.has_sum ? Grouped(figures.all()) : "", kCellColumns),
                      "  ", Word(figures.title), "\n");
      std::uint64_t beyond = 0;
      for (std::size_t i = 0; i < figures.counts.size(); ++i) {
        const auto& [name, count] = figures.counts[i];
        if (i >= kMaxItems) {
          beyond += count;
        } else if (!name.empty()) {
          absl::StrAppend(&text, PadLeft(Grouped(count), kCellColumns), "    ", name, "\n");
        }
      }
      if (beyond > 0)
        absl::StrAppend(&text, PadLeft(Grouped(beyond), kCellColumns), "    ", Word("others"),
                        "\n");
    }
    return text;
  }

  [[nodiscard]] std::string TimeLine(std::string_view name, const HourCounts& counts) const {
    constexpr std::size_t kNameColumns = 18;
    std::string text = std::string(name);
    text.append(kNameColumns - std::min(kNameColumns, DisplayWidth(name)), ' ');
    for (const std::uint64_t count : counts) text += InColumn(Grouped(count));
    return text + "\n";
  }

  [[nodiscard]] std::string TimeHead() const {
    constexpr std::size_t kNameColumns = 18;
    std::string text(kNameColumns, ' ');
    for (const std::string_view column : kHourCounts) text += InColumn(Word(column));
    return text + "\n";
  }

  [[nodiscard]] std::string Times() const {
    if (report_.days.empty() && !report_.without_time) return {};
    std::string text = absl::StrCat(Title(Word("by_day")), TimeHead());
    for (const auto& [day, counts] : report_.days) text += TimeLine(day, counts);
    if (report_.without_time) text += TimeLine(Word("without_time"), *report_.without_time);
    absl::StrAppend(&text, Title(Word("by_hour")), TimeHead());
    for (std::size_t hour = 0; hour < report_.hours.size(); ++hour) {
      const std::string name = absl::StrCat(hour < 10 ? "0" : "", hour, ":00");
      text += TimeLine(name, report_.hours[hour]);
    }
    return text;
  }

  [[nodiscard]] std::string TableLine(const ReportTable& table, std::string_view name,
                                      const NameTable::Counts& counts) const {
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      text += InColumn(CellText(table.columns[i], counts[i]));
    return absl::StrCat(text, "  ", CutToWidth(name, kReportColumns - 2 - text.size()), "\n");
  }

  [[nodiscard]] std::string Table(const ReportTable& table) const {
    std::string text = Title(Word(table.key));
    for (const std::string_view column : table.columns) text += InColumn(Word(column));
    text += '\n';
    for (const NameTable::Row& row : table.rows)
      text += TableLine(table, Printable(row.name), row.counts);
    if (table.others) text += TableLine(table, Word("others"), *table.others);
    return text;
  }

  [[nodiscard]] std::string Slowest() const {
    if (report_.slowest.empty()) return {};
    std::string text = Title(Word("slowest"));
    for (const SlowDelivery& slow : report_.slowest) {
      const std::string line = absl::StrCat(PadLeft(TimeTakenText(slow.delay), kCellColumns), "  ",
                                            Printable(slow.stamp), "  ", Printable(slow.to), "  ",
                                            Printable(slow.relay));
      absl::StrAppend(&text, CutToWidth(line, kReportColumns), "\n");
    }
    return text;
  }

  const Report& report_;
  const Language language_;
};

}  // namespace

std::size_t DisplayWidth(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    const Character character = FirstCharacter(utf8);
    width += IsWide(character.code) ? 2 : 1;
    utf8.remove_prefix(character.bytes);
  }
  return width;
}

std::string CutToWidth(std::string_view utf8, std::size_t columns) {
  constexpr std::string_view kCut = "..";
  if (DisplayWidth(utf8) <= columns) return std::string(utf8);
  std::size_t width = 0;
  std::size_t end = 0;
  while (end < utf8.size()) {
    const Character character = FirstCharacter(utf8.substr(end));
    const std::size_t more = IsWide(character.code) ? 2 : 1;
    if (width + more + kCut.size() > columns) break;
    width += more;
    end += character.bytes;
  }
  return std::string(utf8.substr(0, end)).append(kCut);
}

std::string CellText(std::string_view column, std::uint64_t value) {
  return column == "bytes" ? BytesText(value) : Grouped(value);
}

std::string ReportText(const Report& report, Language language) {
  return TextWriter(report, language).All();
}

std::string TablesText(const Report& report, std::string_view group, Language language) {
  const std::string text = TextWriter(report, language).Tables(group);
  if (text.empty()) return std::string(ReportWord("nothing", language)) + "\n";
  return text.substr(1);
}

}  // namespace maillog
