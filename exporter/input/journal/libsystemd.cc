#include "exporter/input/journal/libsystemd.h"

#include <dlfcn.h>

#include <mutex>
#include <optional>

#include "absl/strings/str_cat.h"
#include "exporter/input/loaded_functions.h"

namespace maillog {

absl::StatusOr<Libsystemd> LoadLibsystemd(const char* file) {
  void* const library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = ::dlerror();
    return absl::UnimplementedError(
        absl::StrCat("the journal is read by libsystemd, which cannot be loaded (",
                     why == nullptr ? file : why, "); install libsystemd, or follow a file"));
  }
  Libsystemd loaded{};
  LoadedFunctions functions(library);
  functions.Take("sd_journal_open", loaded.open);
  functions.Take("sd_journal_open_directory", loaded.open_directory);
  functions.Take("sd_journal_close", loaded.close);
  functions.Take("sd_journal_seek_head", loaded.seek_head);
  functions.Take("sd_journal_seek_tail", loaded.seek_tail);
  functions.Take("sd_journal_seek_cursor", loaded.seek_cursor);
  functions.Take("sd_journal_test_cursor", loaded.test_cursor);
  functions.Take("sd_journal_get_cursor", loaded.get_cursor);
  functions.Take("sd_journal_next", loaded.next);
  functions.Take("sd_journal_previous", loaded.previous);
  functions.Take("sd_journal_get_data", loaded.get_data);
  functions.Take("sd_journal_get_realtime_usec", loaded.get_realtime_usec);
  functions.Take("sd_journal_set_data_threshold", loaded.set_data_threshold);
  functions.Take("sd_journal_get_fd", loaded.get_fd);
  functions.Take("sd_journal_reliable_fd", loaded.reliable_fd);
  functions.Take("sd_journal_process", loaded.process);
  if (functions.missing().empty()) return loaded;
  ::dlclose(library);
  return absl::UnimplementedError(absl::StrCat("the journal is read by libsystemd, and ", file,
                                               " has no ", functions.missing(),
                                               "; update it, or follow a file"));
}

absl::StatusOr<const Libsystemd*> TheLibsystemd() {
  static std::mutex mutex;
  static std::optional<Libsystemd> loaded;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    absl::StatusOr<Libsystemd> now = LoadLibsystemd(kLibsystemdFile);
    if (!now.ok()) return now.status();
    loaded = *now;
  }
  return &*loaded;
}

}  // namespace maillog
