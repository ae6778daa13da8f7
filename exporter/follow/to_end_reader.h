// Reads what paths name to its end, one after another: ReadToEnd with its state in the hands of the
// caller.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/follow/read_to_end.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/unpack_ahead.h"
#include "exporter/os/file_system.h"
#include "exporter/os/processors.h"

namespace maillog {

/// The files that a path (file, glob, directory) names, in the order in which they are read. A path
/// that names none is an error.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> FilesToRead(const std::string& path,
                                                                   FileSystem& files);

/// For one thread.
class ToEndReader {
 public:
  /// All must outlive it. `spare`: from where the processor of a thread that unpacks is taken,
  /// where not all processors are this reader's.
  ToEndReader(FileSystem& files, const BlockSink& sink, SpareProcessors* spare = nullptr)
      : files_(files), sink_(sink), spare_(spare) {}

  /// As ReadToEnd for this path, without the files that were read before.
  [[nodiscard]] absl::Status ReadPath(const std::string& path);
  /// Reads a file of `source`. Nothing if `takes` says of its id that it is not to be read.
  [[nodiscard]] absl::Status ReadFile(const std::string& path, const std::string& source,
                                      const std::function<bool(const FileId&)>& takes);

 private:
  [[nodiscard]] absl::Status ReadStandardInput(const std::string& path);
  [[nodiscard]] absl::Status ReadFiles(const std::string& path);
  [[nodiscard]] absl::Status ReadInput(const std::string& path);
  [[nodiscard]] absl::Status ReadStream(File& file, const std::string& path,
                                        const std::string& source);
  /// `beginning` says what the file is.
  [[nodiscard]] absl::Status ReadBegun(std::string_view beginning, File& file, FileKind kind,
                                       const std::string& path, const std::string& source);
  [[nodiscard]] absl::Status ReadPacked(File& file, const std::string& path,
                                        const std::string& source);
  [[nodiscard]] absl::Status ReadPackedBy(UnpackAhead::By by, File& file, const std::string& path,
                                          const std::string& source);
  [[nodiscard]] absl::Status ReadAll(File& file, FileKind kind, const std::string& source);
  /// Whether a block tells what the next one will be.
  enum class Ahead : std::uint8_t { kNo, kYes };
  /// `read_some` adds to the buffer, and returns how much; 0 at the end.
  template <class Read>
  [[nodiscard]] absl::Status ReadText(const Read& read_some, const std::string& source,
                                      Ahead ahead);
  void Deliver(const std::string& source, Tail tail, const std::function<void()>* read_on,
               Ahead ahead);

  FileSystem& files_;
  const BlockSink& sink_;
  SpareProcessors* const spare_;
  BlockBuffer buffer_{UnpackAhead::kBufferBytes};
  const std::function<std::string_view()> ahead_ = [this] { return buffer_.Ahead(); };
  std::set<FileId> read_;
  std::int64_t written_ns_ = 0;  // of the file that is read
};

}  // namespace maillog
