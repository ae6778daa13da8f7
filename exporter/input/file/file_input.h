// Files that grow: one, those that a glob matches, or those in a directory.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/file/file_set.h"
#include "exporter/input/input.h"

namespace maillog {

/// Reads in rounds: looks at names and contents, then reads the files in turn, a block of each,
/// until all are at their ends. Files of different paths take turns; of one path the older is read
/// to its end before the younger, so that lines come in the order in which they were written.
class FileInput final : public Input {
 public:
  FileInput(FileSet files, const Surroundings& around);
  ~FileInput() override;
  FileInput(const FileInput&) = delete;
  FileInput& operator=(const FileInput&) = delete;

  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override;

 private:
  enum class Read : std::uint8_t { kBlock, kWaits, kNothing, kClosed };

  [[nodiscard]] bool IsRoundOver() const;
  void BeginRound();
  void LookAtNames();
  void CloseFinished();
  [[nodiscard]] bool ReadRound(Block& block);
  [[nodiscard]] Read ReadFrom(std::size_t index, Block& block);
  [[nodiscard]] bool ReadLast(OpenFile& file, Block& block);
  [[nodiscard]] bool MayLetGo();
  [[nodiscard]] std::string_view Promise();
  [[nodiscard]] bool IsTurnOfAnother() const;
  void Complete(Block& block);

  FileSet files_;
  Surroundings around_;
  BlockBuffer buffer_;
  OpenFile* reading_ = nullptr;  // of the last block
  const std::function<void()> read_on_ = [this] { reading_->ReadOn(buffer_); };
  const std::function<std::string_view()> ahead_ = [this] { return Promise(); };

  bool at_first_ = true;
  bool in_round_ = false;
  bool is_promised_ = false;            // that the next block is the next one of `reading_`
  bool read_in_pass_ = false;           // whether any file of this pass had something, or waits
  std::size_t next_ = 0;                // whose turn it is
  const OpenFile* finished_ = nullptr;  // let go by the last block
  TimePoint commit_again_{};            // after one that failed
  TimePoint round_begun_{};
  TimePoint names_looked_{};
  Duration look_took_{};
  Duration names_interval_;
  FileNotes notes_;  // told with the last block
};

}  // namespace maillog
