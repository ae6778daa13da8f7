// The rotations that lie beside logs, by their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "exporter/os/file_system.h"

namespace maillog {

/// Lists a directory once for all logs in it, and again when its time has changed.
class RotationNames {
 public:
  /// `files` must outlive this.
  explicit RotationNames(FileSystem& files) : files_(&files) {}

  /// Names of rotations of `path`, which need not be there; plain ones first. A packed one beside
  /// its plain form is not whole yet, or not needed. None if the directory cannot be read.
  [[nodiscard]] std::vector<std::string> Of(const std::string& path);
  /// That directories are to be listed again: times may be too coarse to show every change.
  void Forget();

  /// Whether what was listed was there when it was looked at: if not, it has another name, or is
  /// gone by now; or it is a link to nothing, if that is so again and again.
  void NoteFound(const std::string& path, bool is_there);
  /// How often it was not, but for links to nothing.
  [[nodiscard]] std::size_t missing() const { return missing_; }

 private:
  struct Directory {
    int forgotten = 1;  // how often, since it was listed
    std::int64_t modified_ns = 0;
    std::vector<std::string> names;
    std::unordered_map<std::string, std::vector<std::size_t>> by_base;  // indices of `names`
  };
  [[nodiscard]] const Directory& At(const std::string& path);

  FileSystem* files_;
  std::size_t missing_ = 0;
  std::unordered_map<std::string, int> not_found_;  // how often in a row
  std::unordered_map<std::string, Directory> directories_;
};

}  // namespace maillog
