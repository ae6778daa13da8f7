// The state in an SQLite database (docs/state.md). Each commit is one transaction, which writes
// only what has changed since the last one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/state/saved_series.h"
#include "exporter/state/sqlite.h"
#include "exporter/state/state_directory.h"
#include "exporter/state/state_store.h"
#include "metrics/row.h"

namespace maillog {

class SqliteStateStore final : public StateStore {
 public:
  struct Options {
    std::string directory;
    OnDamage on_damage = OnDamage::kRefuse;
    std::vector<RowInfo> catalog;               ///< what rows mean, and what they were called
    std::function<std::int64_t()> now = {};     ///< Unix time; by default the machine's
    std::function<std::int64_t()> booted = {};  ///< Unix time; by default when the machine was
  };

  /// Locks the directory. Errors are sentences that say what to do: another exporter is there, or
  /// the directory cannot be written.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<SqliteStateStore>> Open(Options options);

  [[nodiscard]] bool persistent() const override { return true; }
  /// A damaged or newer state is refused or set aside, as the options say; nothing is guessed.
  [[nodiscard]] absl::StatusOr<SavedState> Load() override;
  [[nodiscard]] bool went_back() const override { return went_back_; }
  /// After an error the next call tries again from the beginning, with a new database if the old
  /// one is gone.
  [[nodiscard]] absl::Status Save(SavedState state) override;
  void Close() override;

 private:
  SqliteStateStore(Options options, std::unique_ptr<StateLock> lock)
      : options_(std::move(options)),
        path_(StateFile(options_.directory)),
        lock_(std::move(lock)) {}

  [[nodiscard]] absl::StatusOr<SavedState> ReadAll();
  [[nodiscard]] absl::Status OpenForWriting();
  [[nodiscard]] absl::Status SetJournal();
  [[nodiscard]] absl::Status Reopen();
  // The checksum of what is there, and of that without the time.
  struct Base {
    std::uint64_t there = 0;
    std::uint64_t timeless = 0;
  };
  [[nodiscard]] absl::StatusOr<Base> FindBase();
  [[nodiscard]] absl::Status Write(const SavedState& state);
  void ReportChanges(const LoadedSeries& loaded) const;
  void CompareWithNoted(std::int64_t saved_at, bool before_boot);

  const Options options_;
  const std::string path_;
  std::unique_ptr<StateLock> lock_;
  std::unique_ptr<SqliteDatabase> database_;

  // What the database holds.
  SavedState last_;
  std::vector<KeptSeries> kept_;      // one for each durable series of last_, in order
  std::vector<KeptSeries> obsolete_;  // rows to be removed with the next commit
  std::map<std::string, std::int64_t> source_ids_;
  std::uint64_t checksum_ = 0;
  bool is_new_ = false;     // the database was made by this run
  bool went_back_ = false;  // as of the last Load
};

}  // namespace maillog
