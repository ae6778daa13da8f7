// The text in packed files, as a stream: gzip, xz, zstd, bzip2; and in archives: tar, also packed,
// and zip. However much comes out, it is never held whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// How many bytes show whether a file is packed.
inline constexpr std::size_t kPackedBeginning = 512;

/// Whether a file that begins with these bytes is packed or an archive, by the formats' own magic
/// numbers. Names do not matter: no log begins like that.
[[nodiscard]] bool IsPacked(std::string_view beginning);

class Unpacker {
 public:
  /// `file` must outlive it; a stream is read in order, by ReadAt. Errors begin with `path`.
  Unpacker(File& file, std::string path);
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// Goes to the next file of an archive, in its order; a packed file has one. False if there is
  /// none. Fails for a packing that cannot be read, and for a damaged archive.
  [[nodiscard]] absl::StatusOr<bool> NextMember();
  /// When the member was last written to, as the archive says (Unix time in nanoseconds); 0: it
  /// does not.
  [[nodiscard]] std::int64_t written_ns() const;
  /// The next bytes of the member; 0 at its end.
  [[nodiscard]] absl::StatusOr<std::size_t> Read(std::span<char> into);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maillog
