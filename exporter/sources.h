// All that is followed: one thread for each source.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/block.h"
#include "exporter/clock.h"
#include "exporter/file_system.h"
#include "exporter/input/input.h"
#include "exporter/ledger.h"
#include "metrics/samples.h"

namespace maillog {

/// How changes are noticed.
enum class WakeBy : std::uint8_t { kEvents, kPolling };

struct SourceOptions {
  std::string path;  ///< a file, a glob, a directory, or what else input/open.cc has a kind for
  std::string name;  ///< value of the label `source`; empty: `path`
  StartAt start = StartAt::kEnd;
  WakeBy wake_by = WakeBy::kEvents;
};

class Sources {
 public:
  /// Adds a shard for each source to the ledger, which must outlive this; takes up the bookmarks
  /// that it has loaded. Nothing is opened yet.
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
  /// Whether every source has read what was there at start. Thread-safe.
  [[nodiscard]] bool AllCaughtUp() const;

 private:
  struct Runner;
  std::vector<std::shared_ptr<Runner>> runners_;
};

/// Takes the blocks of a source in order; their views live as long as the call.
using BlockSink = std::function<void(const std::string& source, const Block& block)>;

/// Reads each path (file, glob, directory, `journal:…` or `-`) once to its end, in order, the same
/// file once only; packed files and archives are unpacked. Any file that cannot be read is an
/// error, that names it; so is a path that names nothing.
[[nodiscard]] absl::Status ReadToEnd(const std::vector<std::string>& paths, const BlockSink& sink,
                                     FileSystem& files = PosixFileSystem());

/// The counts of everything that ReadToEnd reads.
[[nodiscard]] absl::StatusOr<Samples> CountToEnd(const std::vector<std::string>& paths,
                                                 FileSystem& files = PosixFileSystem());

}  // namespace maillog
