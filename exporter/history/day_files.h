// The files that are written: one for each day (UTC), whole as soon as it has its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace maillog {

/// `maillog-2026-11-21.om`: in the order of their names they are in that of their time. `day`:
/// since 1970.
[[nodiscard]] std::string DayFileName(std::int64_t day);

/// Makes the directory if it is missing. Fails with a sentence if it cannot be written to, or holds
/// files of an earlier run.
[[nodiscard]] absl::Status PrepareDayFiles(const std::string& directory);

/// A file that is being written, under another name until then. Removed if it is not finished.
class DayFile {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<DayFile>> Create(const std::string& directory,
                                                                       std::int64_t day);
  ~DayFile();
  DayFile(const DayFile&) = delete;
  DayFile& operator=(const DayFile&) = delete;

  [[nodiscard]] absl::Status Write(std::string_view text);
  /// Gives it its name, when it is on the disk. Fails if a file has that name.
  [[nodiscard]] absl::Status Finish();

 private:
  DayFile(std::string directory, std::string name, int descriptor)
      : directory_(std::move(directory)), name_(std::move(name)), descriptor_(descriptor) {}
  [[nodiscard]] std::string unfinished() const;

  const std::string directory_;
  const std::string name_;
  int descriptor_;
};

}  // namespace maillog
