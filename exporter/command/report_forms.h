// A report for a terminal or a mail, for programs, and for a browser.
#pragma once

#include <string>
#include <string_view>

#include "exporter/command/report_model.h"
#include "exporter/config/options.h"

namespace maillog {

/// At most 80 columns, in which East Asian characters take two. Safe to display.
[[nodiscard]] std::string ReportText(const Report& report, Language language);
/// The tables of a group alone, as ReportText has them; of all groups if it is empty.
[[nodiscard]] std::string TablesText(const Report& report, std::string_view group,
                                     Language language);

/// One object, described in docs/reports.md.
[[nodiscard]] std::string ReportJson(const Report& report);
/// The tables of a group alone.
[[nodiscard]] std::string TablesJson(const Report& report, std::string_view group);

/// One page that needs nothing else, light and dark as the reader's system has it.
[[nodiscard]] std::string ReportHtml(const Report& report, Language language);

/// How many columns a text takes on a terminal.
[[nodiscard]] std::size_t DisplayWidth(std::string_view utf8);
/// At most so many columns, with `..` at the end of what was cut.
[[nodiscard]] std::string CutToWidth(std::string_view utf8, std::size_t columns);

/// A count, or a size for the column `bytes`.
[[nodiscard]] std::string CellText(std::string_view column, std::uint64_t value);

}  // namespace maillog
