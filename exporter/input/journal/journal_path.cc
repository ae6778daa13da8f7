#include <fnmatch.h>

#include <algorithm>
#include <charconv>

#include "absl/status/status.h"
#include "exporter/input/journal/journal.h"

namespace maillog {
namespace {

constexpr std::string_view kScheme = "journal:";

std::string_view CutAt(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

bool MatchesOne(const std::vector<std::string>& patterns, std::string_view text) {
  if (text.empty()) return false;
  const std::string value(text);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), value.c_str(), 0) == 0;
  });
}

// A cursor is `s=…;i=…;b=…;m=…;t=…;x=…`: sd_journal_get_cursor(3). `s` names a sequence, `i` is the
// number in it.
std::string_view CursorField(std::string_view cursor, std::string_view name) {
  while (!cursor.empty()) {
    const std::string_view field = CutAt(cursor, ';');
    if (field.starts_with(name)) return field.substr(name.size());
  }
  return {};
}

std::optional<std::uint64_t> Hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool IsJournalPath(std::string_view path) { return path.starts_with(kScheme); }

absl::StatusOr<JournalPath> ParseJournalPath(std::string_view path) {
  const std::string whole(path);
  path.remove_prefix(kScheme.size());
  JournalPath parsed;
  std::string_view directory = CutAt(path, '?');
  if (directory.starts_with("//")) directory.remove_prefix(2);
  if (!directory.empty() && directory.front() != '/') {
    return absl::InvalidArgumentError(whole +
                                      ": a journal is journal: or journal:/directory, with the "
                                      "directory from the root");
  }
  parsed.directory = directory;
  while (!path.empty()) {
    std::string_view value = CutAt(path, '&');
    const std::string_view key = CutAt(value, '=');
    if ((key != "unit" && key != "identifier") || value.empty()) {
      return absl::InvalidArgumentError(
          whole + ": after ? comes unit=NAME or identifier=NAME, not " + std::string(key));
    }
    (key == "unit" ? parsed.units : parsed.identifiers).emplace_back(value);
  }
  if (parsed.units.empty() && parsed.identifiers.empty()) {
    parsed.units = {"postfix.service", "postfix@*.service", "dovecot.service"};
    parsed.identifiers = {"postfix*", "dovecot*"};
    parsed.facility = "2";  // LOG_MAIL
  }
  return parsed;
}

bool IsWanted(const JournalPath& path, const JournalSender& sender) {
  if (!path.facility.empty() && sender.facility == path.facility) return true;
  return MatchesOne(path.identifiers, sender.identifier) || MatchesOne(path.units, sender.unit);
}

std::optional<std::uint64_t> EntriesBetween(std::string_view earlier, std::string_view later) {
  const std::string_view sequence = CursorField(earlier, "s=");
  if (sequence.empty() || sequence != CursorField(later, "s=")) return std::nullopt;
  const std::optional<std::uint64_t> from = Hex(CursorField(earlier, "i="));
  const std::optional<std::uint64_t> to = Hex(CursorField(later, "i="));
  if (!from || !to || *to <= *from) return std::nullopt;
  return *to - *from - 1;
}

}  // namespace maillog
