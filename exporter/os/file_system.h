// The operating system's files behind an interface, so that rotations, full tables and lost
// permissions are unit tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace maillog {

/// Which file it is. Device and inode number alone go to another file as soon as nobody holds this
/// one; together with its creation time they do not.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  /// When the file was created, in the file system's time; 0 if that is not known. Only compared.
  std::int64_t born_ns = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;

  /// Whether equal ids prove that it is the same file, and different ones that it is not, also in
  /// another run.
  [[nodiscard]] bool is_proof() const { return born_ns != 0; }
  /// Whether it is proven to be the same file, also after a reboot, which may renumber devices.
  [[nodiscard]] bool IsSameFile(const FileId& other) const {
    return is_proof() && born_ns == other.born_ns && inode == other.inode;
  }
  /// Whether it is proven to be another file.
  [[nodiscard]] bool IsAnotherFile(const FileId& other) const {
    return is_proof() && other.is_proof() && !IsSameFile(other);
  }
};

enum class FileKind : std::uint8_t {
  kRegular,
  kDirectory,
  kStream,  ///< FIFO, socket, terminal: can be read only once
  kOther,
};

struct FileStat {
  FileId id;
  FileKind kind = FileKind::kRegular;
  std::uint64_t size = 0;
  std::uint64_t links = 1;       ///< names that the file has; 0 once it is unlinked
  std::int64_t modified_ns = 0;  ///< only compared for equality; the time of day may be set back
};

/// An open file. One thread at a time. Closed when destroyed.
class File {
 public:
  virtual ~File() = default;
  /// The number of bytes read: fewer than asked for only near the end, 0 at the end.
  [[nodiscard]] virtual absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset,
                                                           std::span<char> into) = 0;
  /// As much of it as is there without waiting for it to be read from a disk or from others; 0 if
  /// nothing is, or if nobody can tell.
  [[nodiscard]] virtual std::size_t ReadCached(std::uint64_t /*offset*/, std::span<char> /*into*/) {
    return 0;
  }
  /// Reads the next bytes of a stream: waits for at least one; 0 at its end.
  [[nodiscard]] virtual absl::StatusOr<std::size_t> Read(std::span<char> into) = 0;
  [[nodiscard]] virtual absl::StatusOr<FileStat> Stat() = 0;
  /// For wakers; -1 if there is none.
  [[nodiscard]] virtual int descriptor() const = 0;
};

struct DirectoryEntry {
  std::string name;
  std::optional<FileKind> kind;  ///< nothing if it cannot be found out
};

/// Thread-safe. Errors keep their errno: see ErrnoOf. Paths follow symbolic links.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// Opens for reading. Never waits for a writer of a FIFO.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) = 0;
  /// Standard input; only Read.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() = 0;
  [[nodiscard]] virtual absl::StatusOr<FileStat> Stat(const std::string& path) = 0;
  /// Names of a directory's entries, sorted, without `.` and `..`.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> List(const std::string& path) = 0;
  /// The same with what they are, links followed: for many names it is cheaper than Stat of each.
  [[nodiscard]] virtual absl::StatusOr<std::vector<DirectoryEntry>> ListKinds(
      const std::string& path);
  /// The path without symbolic links.
  [[nodiscard]] virtual absl::StatusOr<std::string> Resolve(const std::string& path) = 0;
  /// Whether changes made by other machines are not announced here (NFS, SMB, FUSE, 9p).
  [[nodiscard]] virtual bool IsRemote(const std::string& path) = 0;
};

/// An error of the operating system: `<what>: Permission denied`.
[[nodiscard]] absl::Status ErrnoStatus(int error, const std::string& what);
/// The same for a path; if this user may not read it, it says who may:
/// `<path>: Permission denied (it may be read by the group adm)`.
[[nodiscard]] absl::Status OpenError(int error, const std::string& path);

/// The errno an error came with; 0 if none.
[[nodiscard]] int ErrnoOf(const absl::Status& status);

/// Whether the error means that nothing has this name.
[[nodiscard]] bool IsMissing(const absl::Status& status);
/// Whether it means that a symbolic link leads back to itself, and so to nothing.
[[nodiscard]] bool IsCircle(const absl::Status& status);

/// The machine's own. Lives for the whole run of the program.
[[nodiscard]] FileSystem& PosixFileSystem();

// ---- paths

[[nodiscard]] std::string JoinPath(const std::string& directory, const std::string& name);
/// `.` for a path without a slash.
[[nodiscard]] std::string DirectoryOf(const std::string& path);
[[nodiscard]] std::string NameOf(const std::string& path);

}  // namespace maillog
