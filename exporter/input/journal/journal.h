// The systemd journal: the system's own, or a directory of journal files. What was counted is known
// by the cursor of the last entry; an entry counts once as long as the one after the cursor exists.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/bookmark.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// `journal:` is the mail in the system's journal, `journal:/dir` (or `journal:///dir`) that in a
/// directory of journal files. `?unit=…&identifier=…` (with `*` and `?`, each any number of times)
/// says what to read instead.
struct JournalPath {
  std::string directory;                 ///< empty: the system's journal
  std::vector<std::string> units;        ///< of _SYSTEMD_UNIT
  std::vector<std::string> identifiers;  ///< of SYSLOG_IDENTIFIER
  std::string facility;                  ///< of SYSLOG_FACILITY; empty: none
};

[[nodiscard]] bool IsJournalPath(std::string_view path);
[[nodiscard]] absl::StatusOr<JournalPath> ParseJournalPath(std::string_view path);

/// What an entry says about its sender; empty where it says nothing.
struct JournalSender {
  std::string_view unit;
  std::string_view identifier;
  std::string_view facility;
};
/// Whether an entry is to be read: one of the three is enough.
[[nodiscard]] bool IsWanted(const JournalPath& path, const JournalSender& sender);

/// How many entries lie between two cursors of one journal, if both say so: 0 for neighbours.
[[nodiscard]] std::optional<std::uint64_t> EntriesBetween(std::string_view earlier,
                                                          std::string_view later);

/// Entries become lines `2026-11-21T10:00:00.123456+00:00 host identifier[pid]: message`; newlines
/// in a message become spaces. An error if this machine has no libsystemd.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Input>> MakeJournalInput(
    const JournalPath& path, StartAt start, const std::optional<std::vector<Bookmark>>& saved,
    const Surroundings& around);

}  // namespace maillog
