// Paths that cannot be read for now, and why; each change is logged once.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace maillog {

class Troubles {
 public:
  void Set(const std::string& path, const absl::Status& error);
  void Clear(const std::string& path);
  /// Forgets all paths but these, which are sorted.
  void KeepOnly(const std::vector<std::string>& paths);
  /// That the path does not exist: it is waited for.
  void SetMissing(const std::string& path);
  /// That it exists.
  void ClearMissing(const std::string& path);

  /// OK if every file can be read; else one of the errors.
  [[nodiscard]] absl::Status status() const;

 private:
  std::map<std::string, std::string> errors_;  // by path
  std::set<std::string> missing_;
};

}  // namespace maillog
