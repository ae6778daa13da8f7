// How far reading a log to its end has got, for somebody waiting at a terminal.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// Files that say how much of them has been read, on a line of a terminal that is overwritten each
/// time and removed at the end. Short work shows nothing. Several threads may each read files of
/// their own.
class ProgressFiles final : public FileSystem {
 public:
  /// The time before the first display, and between two.
  static constexpr std::chrono::milliseconds kInterval{500};

  /// `paths`: what is going to be read, as for ReadToEnd. All must outlive this.
  ProgressFiles(const std::vector<std::string>& paths, FileSystem& files, std::ostream& terminal,
                const Clock& clock = SteadyClock());
  /// Removes the line.
  ~ProgressFiles() override;
  ProgressFiles(const ProgressFiles&) = delete;
  ProgressFiles& operator=(const ProgressFiles&) = delete;

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override;
  absl::StatusOr<FileStat> Stat(const std::string& path) override { return files_.Stat(path); }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return files_.List(path);
  }
  absl::StatusOr<std::string> Resolve(const std::string& path) override {
    return files_.Resolve(path);
  }
  bool IsRemote(const std::string& path) override { return files_.IsRemote(path); }

 private:
  class CountedFile;
  void Add(std::uint64_t bytes);
  void Remove();

  FileSystem& files_;
  std::ostream& terminal_;
  const Clock& clock_;
  std::uint64_t all_bytes_ = 0;  // 0: nobody knows
  std::mutex mutex_;             // guards all below
  std::uint64_t read_bytes_ = 0;
  std::map<std::string, std::uint64_t> furthest_;  // by path
  TimePoint next_;
  std::size_t shown_ = 0;  // characters of the line on the screen
};

/// `340 MB`, `1.2 GB`: three digits at most, in steps of a thousand.
[[nodiscard]] std::string BytesText(std::uint64_t bytes);

}  // namespace maillog
