// All that is followed: one thread for each source.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/block.h"
#include "exporter/clock.h"
#include "exporter/file_system.h"
#include "exporter/input/file_claims.h"
#include "exporter/input/input.h"
#include "exporter/ledger.h"
#include "exporter/shard.h"
#include "metrics/samples.h"

namespace maillog {

/// How changes are noticed.
enum class WakeBy : std::uint8_t { kEvents, kPolling };

/// What the user says of a log's bytes. Lines are never decoded: no rule depends on it.
enum class Encoding : std::uint8_t { kAuto, kUtf8, kCp932 };
/// By Encoding, as they are written in configurations.
inline constexpr std::array<std::string_view, 3> kEncodingNames{"auto", "utf-8", "cp932"};

struct SourceOptions {
  /// Each a file, a glob, a directory; or one alone of what else input/open.cc has a kind for.
  std::vector<std::string> paths;
  std::string name;  ///< value of the label `source`; empty: the first path
  StartAt start = StartAt::kEnd;
  WakeBy wake_by = WakeBy::kEvents;
  std::string rotated;  ///< another directory that rotated files go to; empty: none
  Encoding encoding = Encoding::kAuto;
  ShardOptions reading;

  /// Value of the label `source`.
  [[nodiscard]] const std::string& label() const { return name.empty() ? paths.front() : name; }
  friend bool operator==(const SourceOptions&, const SourceOptions&) = default;
};

class Sources {
 public:
  /// What Apply changed: labels of sources. One whose options changed is in both.
  struct Changes {
    std::vector<std::string> added;
    std::vector<std::string> removed;
  };

  /// Adds a shard for each source to the ledger, which must outlive this; takes up the bookmarks
  /// that it has loaded. Nothing is opened yet. Each source has a label of its own.
  Sources(const std::vector<SourceOptions>& options, Ledger& ledger,
          FileSystem& files = PosixFileSystem(), const Clock& clock = SteadyClock());
  /// Stops.
  ~Sources();
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  /// One thread per source. Trouble with a file is never fatal: it is logged once, counted,
  /// retried.
  void Start();
  /// Within half a second: a thread that hangs in a file system is left behind. Does not commit.
  void Stop();
  /// Follows these sources from now on, and no others. Those whose options are the same go on
  /// undisturbed; the others end as Stop ends them, and their totals and bookmarks stay in the
  /// ledger, so that one that comes back resumes. After Start, from the same thread.
  Changes Apply(const std::vector<SourceOptions>& options);
  /// Whether every source has read what was there at start. Thread-safe.
  [[nodiscard]] bool AllCaughtUp() const;

 private:
  struct Runner;
  using Runners = std::vector<std::shared_ptr<Runner>>;

  [[nodiscard]] std::shared_ptr<Runner> MakeRunner(const SourceOptions& options);
  static void StartRunner(const std::shared_ptr<Runner>& runner);
  static void StopRunners(const Runners& runners);

  Ledger& ledger_;
  FileSystem& files_;
  const Clock& clock_;
  std::shared_ptr<FileClaims> claims_;
  mutable std::mutex mutex_;  // guards which runners there are
  Runners runners_;
};

/// Takes the blocks of a source in order; their views live as long as the call.
using BlockSink = std::function<void(const std::string& source, const Block& block)>;

/// Reads each path (file, glob, directory, `journal:…` or `-`) once to its end, in order, the same
/// file once only; packed files and archives are unpacked. Any file that cannot be read is an
/// error, that names it; so is a path that names nothing.
[[nodiscard]] absl::Status ReadToEnd(const std::vector<std::string>& paths, const BlockSink& sink,
                                     FileSystem& files = PosixFileSystem());

/// Makes a sink that gives on to another one what it lets through.
using SinkWrapper = std::function<BlockSink(BlockSink)>;

/// The counts of everything that ReadToEnd reads, as far as `through` lets it.
[[nodiscard]] absl::StatusOr<Samples> CountToEnd(
    const std::vector<std::string>& paths, FileSystem& files = PosixFileSystem(),
    const SinkWrapper& through = [](BlockSink sink) { return sink; });

}  // namespace maillog
