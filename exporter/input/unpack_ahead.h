// A packed file that is unpacked by a thread of its own, a few chunks ahead of who reads it.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/unpacker.h"
#include "exporter/os/file_system.h"
#include "exporter/os/processors.h"

namespace maillog {

/// Read in the same way as an Unpacker, with the same text and the same errors. For one thread.
class UnpackAhead {
 public:
  static constexpr std::size_t kChunkBytes = 256 * 1024;
  static constexpr std::size_t kBufferBytes = BlockBuffer::kHeadroom + kChunkBytes;
  /// What is unpacked at most before somebody reads it.
  static constexpr std::size_t kChunks = 3;
  /// A packed file shorter than this is unpacked before a thread would help.
  static constexpr std::uint64_t kWorthIt = 64 * 1024;

  /// By whom it is unpacked. By the caller also if the system allows no more threads.
  enum class By : std::uint8_t { kCaller, kThread };
  /// `file` must outlive it, and belongs to the thread until then. Errors begin with `path`.
  /// `spare`: from where the caller has taken the processor of the thread, which goes back there
  /// whenever there is nothing to unpack, and in the end; must outlive it.
  UnpackAhead(File& file, std::string path, By by, SpareProcessors* spare = nullptr);
  /// Wherever reading has got. Waits for a read of `file`.
  ~UnpackAhead();
  UnpackAhead(const UnpackAhead&) = delete;
  UnpackAhead& operator=(const UnpackAhead&) = delete;

  /// As Unpacker::NextMember.
  [[nodiscard]] absl::StatusOr<bool> NextMember();
  /// As Unpacker::written_ns.
  [[nodiscard]] std::int64_t written_ns() const { return written_ns_; }
  /// As Unpacker::Read: less than there is room for only at the end of the member and before a
  /// fault.
  [[nodiscard]] absl::StatusOr<std::size_t> Read(std::span<char> into);
  /// Adds the next bytes of the member to the buffer, and returns how many; 0 at its end. Without a
  /// copy if the buffer's capacity is kBufferBytes.
  [[nodiscard]] absl::StatusOr<std::size_t> ReadInto(BlockBuffer& buffer);

 private:
  struct Chunk {
    enum class Kind : std::uint8_t { kMember, kBytes, kMemberEnd, kOver, kFault };
    Kind kind = Kind::kOver;
    std::optional<BlockBuffer::Bytes> bytes;  // of kBytes
    std::int64_t written_ns = 0;              // of kMember
    absl::Status fault;                       // of kFault
    [[nodiscard]] bool is_last() const { return kind == Kind::kOver || kind == Kind::kFault; }
  };

  void Run();
  void Unpack(Chunk& chunk);
  void TakeProcessor();
  void GiveProcessor();
  [[nodiscard]] Chunk& Front();
  void Drop();

  Unpacker unpacker_;            // the thread's, if there is one
  bool unpacks_member_ = false;  // the same
  SpareProcessors* const spare_;
  bool has_processor_;           // the thread's, or the constructor's if there is none
  std::int64_t written_ns_ = 0;  // the reader's
  std::size_t front_taken_ = 0;  // bytes of the front chunk; the reader's
  std::array<Chunk, kChunks> ring_;

  std::mutex mutex_;  // guards all below; chunks [taken_, unpacked_) are the reader's
  std::condition_variable changed_;
  std::size_t taken_ = 0;
  std::size_t unpacked_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace maillog
