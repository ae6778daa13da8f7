#include "exporter/input/not_a_log.h"

#include "absl/strings/str_cat.h"

namespace maillog {
namespace {

// https://systemd.io/JOURNAL_FILE_FORMAT/
constexpr std::string_view kJournalFile = "LPKSHHRH";
// https://systemd.io/JOURNAL_EXPORT_FORMATS/
constexpr std::string_view kCursor = "__CURSOR";
constexpr std::string_view kRealtime = "__REALTIME_TIMESTAMP";

bool IsExport(std::string_view text) {
  for (const std::string_view field : {kCursor, kRealtime}) {
    if (text.starts_with(field) && text.substr(field.size()).starts_with('=')) return true;
  }
  return false;
}

bool IsJson(std::string_view text) {
  return text.starts_with('{') && (text.find(kCursor) != std::string_view::npos ||
                                   text.find(kRealtime) != std::string_view::npos);
}

// Where the journal is that a file is part of, as a source is named.
std::string JournalOf(const std::string& path, FileSystem& files) {
  if (path == "-") return "journal:/directory";
  const absl::StatusOr<std::string> directory = files.Resolve(DirectoryOf(path));
  return absl::StrCat("journal:", directory.ok() ? *directory : DirectoryOf(path));
}

}  // namespace

std::string WhyNoLog(std::string_view beginning, const std::string& path, FileSystem& files) {
  const std::string named = path == "-" ? "standard input" : path;
  if (beginning.starts_with(kJournalFile)) {
    return absl::StrCat(named, ": a file of the systemd journal, no text; name its directory: ",
                        JournalOf(path, files));
  }
  if (IsExport(beginning) || IsJson(beginning)) {
    return absl::StrCat(named,
                        ": entries of the systemd journal with all their fields; let journalctl "
                        "write lines instead: journalctl -o short-iso");
  }
  if (beginning.starts_with("\xFF\xFE") || beginning.starts_with("\xFE\xFF")) {
    return absl::StrCat(named,
                        ": text in UTF-16, as PowerShell writes it; make it UTF-8 first: "
                        "iconv -f UTF-16 -t UTF-8");
  }
  return {};
}

bool IsJournalFileName(std::string_view name) {
  return name.ends_with(".journal") || name.ends_with(".journal~");
}

}  // namespace maillog
