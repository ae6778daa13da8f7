// What a source can be: one row a kind.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/input/bookmark.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"

namespace maillog {

struct OpenRequest {
  const std::string& path;
  StartAt start;
  const std::optional<std::vector<Bookmark>>& saved;  ///< of a former run, if there was one
  const Surroundings& around;
};

/// Everything in which kinds of input differ. A kind is a row of open.cc, and nothing elsewhere.
struct InputKind {
  std::string_view name;   ///< for programs: `journal`
  std::string_view named;  ///< how its paths look, for whoever named an unknown kind
  std::string_view what;   ///< in words, for check-config; empty: what is there decides
  bool (*recognises)(std::string_view path);
  /// Fails with one sentence if the words of a path have a fault. Looks at nothing.
  absl::Status (*check)(std::string_view path);
  /// One sentence on what would keep it from being read now; empty if nothing does.
  std::string (*obstacle)(const std::string& path, FileSystem& files);
  /// The directory in which it makes a socket; empty if it makes none.
  std::string (*socket_directory)(std::string_view path);
  absl::StatusOr<std::unique_ptr<Input>> (*open)(const OpenRequest& request);
  /// Whether it connects to other machines, on ports that are not known before.
  bool connects = false;
  /// Whether all calls have to come from the same thread.
  bool keeps_thread = false;
  /// A file, a glob, a directory. Several of them can be one source.
  bool is_files = false;
  /// Whether there is something to read that came before the start.
  bool has_past = true;
  /// Whether `count` can read it to its end: as an input, until that is over; as files or a stream,
  /// each from its beginning (read_to_end.cc); or not at all.
  enum class End : std::uint8_t { kAsInput, kAsFiles, kAsStream, kNone } end;
};

/// The kind of a path, by its words.
[[nodiscard]] const InputKind& KindOf(std::string_view path);

/// Fails with one sentence if the path is empty, of an unknown kind, or has a fault by its
/// kind. Whether anything is there is not looked at.
[[nodiscard]] absl::Status CheckSourcePath(std::string_view path);

}  // namespace maillog
