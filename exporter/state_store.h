// What outlives the process, and where it is kept.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/bookmark.h"
#include "metrics/samples.h"
#include "parser/event.h"

namespace maillog {

struct SavedSource {
  std::vector<Bookmark> bookmarks;
  DelForm del_form = DelForm::kUntold;
};

/// One commit: totals and bookmarks that belong together.
struct SavedState {
  Samples totals;
  std::map<std::string, SavedSource> sources;  ///< by name
};

/// Called by one thread at a time.
class StateStore {
 public:
  virtual ~StateStore() = default;
  /// Whether what is saved outlives the process.
  [[nodiscard]] virtual bool persistent() const = 0;
  /// What was saved last; an empty state if nothing ever was.
  [[nodiscard]] virtual absl::StatusOr<SavedState> Load() = 0;
  /// All or nothing.
  [[nodiscard]] virtual absl::Status Save(const SavedState& state) = 0;
};

/// Keeps the state as long as it lives itself.
class MemoryStateStore final : public StateStore {
 public:
  [[nodiscard]] bool persistent() const override { return false; }
  [[nodiscard]] absl::StatusOr<SavedState> Load() override { return state_; }
  [[nodiscard]] absl::Status Save(const SavedState& state) override {
    state_ = state;
    return absl::OkStatus();
  }

 private:
  SavedState state_;
};

}  // namespace maillog
