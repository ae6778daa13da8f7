// What outlives the process, and where it is kept.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/count/saved_source.h"
#include "metrics/samples.h"

namespace maillog {

/// One commit: totals and bookmarks that belong together.
struct SavedState {
  /// Never null; with the times when the series began. Only durable rows are saved; these do not
  /// change once they have been passed in.
  std::shared_ptr<const Samples> totals = std::make_shared<Samples>();
  std::map<std::string, SavedSource> sources;  ///< by name
};

/// Called by one thread at a time.
class StateStore {
 public:
  virtual ~StateStore() = default;
  /// Whether what is saved outlives the process.
  [[nodiscard]] virtual bool persistent() const = 0;
  /// What was saved last; an empty state if nothing has ever been saved.
  [[nodiscard]] virtual absl::StatusOr<SavedState> Load() = 0;
  /// Whether Load found less than had been saved: positions and totals went back.
  [[nodiscard]] virtual bool went_back() const { return false; }
  /// All or nothing.
  [[nodiscard]] virtual absl::Status Save(SavedState state) = 0;
  /// After the last Save: releases files, so that a forced end leaves nothing half done. A Save
  /// after that opens them again.
  virtual void Close() {}
};

/// Keeps the state for as long as it lives itself.
class MemoryStateStore final : public StateStore {
 public:
  [[nodiscard]] bool persistent() const override { return false; }
  [[nodiscard]] absl::StatusOr<SavedState> Load() override { return state_; }
  [[nodiscard]] absl::Status Save(SavedState state) override {
    state_ = std::move(state);
    return absl::OkStatus();
  }

 private:
  SavedState state_;
};

}  // namespace maillog
