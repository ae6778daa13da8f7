// From what the user named to the input that reads it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/file/file_set.h"
#include "exporter/input/file/path_list.h"
#include "exporter/input/input.h"
#include "exporter/input/input_kind.h"

namespace maillog {

/// The input for `path`. `saved`: bookmarks of a former run, if there was one. What `surroundings`
/// refers to must outlive the input.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Input>> OpenInput(
    const std::string& path, StartAt start, const std::optional<std::vector<Bookmark>>& saved,
    const Surroundings& surroundings);

/// The same for several paths at once, all of them files: one input reads them all. At least one.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Input>> OpenInput(
    const std::vector<std::string>& paths, StartAt start,
    const std::optional<std::vector<Bookmark>>& saved, const Surroundings& surroundings);

/// `there are -, journal:, … and paths`.
[[nodiscard]] std::string KindsInWords();

/// The files that a path names; nullptr if it names none (`-`, `journal:`,
/// `syslog+udp://…`).
[[nodiscard]] std::unique_ptr<PathList> PathsOf(const std::string& path, FileSystem& files);

}  // namespace maillog
