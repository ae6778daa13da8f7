// libsystemd, loaded when a journal is first asked for: a machine without systemd needs none of it,
// and neither does the program until then.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

// Of the library: a journal that is open.
struct sd_journal;

namespace maillog {

/// What is used of its interface, as sd-journal(3) has it. A negative result is an errno.
struct Libsystemd {
  int (*open)(sd_journal** opened, int flags);
  int (*open_directory)(sd_journal** opened, const char* directory, int flags);
  void (*close)(sd_journal* journal);
  int (*seek_head)(sd_journal* journal);
  int (*seek_tail)(sd_journal* journal);
  int (*seek_cursor)(sd_journal* journal, const char* cursor);
  int (*test_cursor)(sd_journal* journal, const char* cursor);
  int (*get_cursor)(sd_journal* journal, char** cursor);  ///< to be freed
  int (*next)(sd_journal* journal);
  int (*previous)(sd_journal* journal);
  int (*get_data)(sd_journal* journal, const char* field, const void** data, std::size_t* size);
  int (*get_realtime_usec)(sd_journal* journal, std::uint64_t* micros);
  int (*set_data_threshold)(sd_journal* journal, std::size_t bytes);
  int (*get_fd)(sd_journal* journal);
  int (*reliable_fd)(sd_journal* journal);
  int (*process)(sd_journal* journal);
};

// Of sd_journal_open(3) and sd_journal_process(3).
inline constexpr int kJournalLocalOnly = 1 << 0;
inline constexpr int kJournalSystem = 1 << 2;
inline constexpr int kJournalInvalidate = 2;

inline constexpr char kLibsystemdFile[] = "libsystemd.so.0";

/// Loads the library, for good. Fails with one sentence if there is none, or one without a function
/// that is needed.
[[nodiscard]] absl::StatusOr<Libsystemd> LoadLibsystemd(const char* file);
/// The machine's own, loaded once, or why it is not there; looked for again as long as it is not.
/// Thread-safe.
[[nodiscard]] absl::StatusOr<const Libsystemd*> TheLibsystemd();

}  // namespace maillog
