#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/os/file_system.h"

namespace maillog {
namespace {

FileKind KindOf(std::uint32_t mode) {
  if (S_ISREG(mode)) return FileKind::kRegular;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  if (S_ISFIFO(mode) || S_ISSOCK(mode) || S_ISCHR(mode)) return FileKind::kStream;
  return FileKind::kOther;
}

std::int64_t NanosecondsOf(const struct statx_timestamp& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

// statx, since stat does not say when a file was created.
absl::StatusOr<FileStat> StatAt(int descriptor, const char* name, int flags,
                                const std::string& path) {
  struct statx found {};
  if (::statx(descriptor, name, flags, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) {
    return OpenError(errno, path);
  }
  const bool has_birth = (found.stx_mask & STATX_BTIME) != 0;
  return FileStat{.id = {.device = ::makedev(found.stx_dev_major, found.stx_dev_minor),
                         .inode = found.stx_ino,
                         .born_ns = has_birth ? NanosecondsOf(found.stx_btime) : 0},
                  .kind = KindOf(found.stx_mode),
                  .size = found.stx_size,
                  .links = found.stx_nlink,
                  .modified_ns = NanosecondsOf(found.stx_mtime)};
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t n = ::pread(descriptor_, into.data() + done, into.size() - done,
                                static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrnoStatus(errno, path_);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  // Where the kernel, the file system or a sandbox does not know the call, it is as if nothing were
  // cached.
  std::size_t ReadCached(std::uint64_t offset, std::span<char> into) override {
    const iovec part{.iov_base = into.data(), .iov_len = into.size()};
    const ssize_t n = ::preadv2(descriptor_, &part, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    return n < 0 ? 0 : static_cast<std::size_t>(n);
  }

  absl::StatusOr<std::size_t> Read(std::span<char> into) override {
    if (!std::exchange(has_begun_, true)) WaitForWriter();
    for (;;) {
      const ssize_t n = ::read(descriptor_, into.data(), into.size());
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return ErrnoStatus(errno, path_);
    }
  }

  absl::StatusOr<FileStat> Stat() override { return StatAt(descriptor_, "", AT_EMPTY_PATH, path_); }

  [[nodiscard]] int descriptor() const override { return descriptor_; }

 private:
  // To read(2), a FIFO that nobody has opened for writing yet is at its end, but not to poll(2).
  void WaitForWriter() const {
    pollfd waited{.fd = descriptor_, .events = POLLIN, .revents = 0};
    while (::poll(&waited, 1, -1) < 0 && errno == EINTR) {
    }
  }

  const int descriptor_;
  const std::string path_;
  bool has_begun_ = false;
};

// Magic numbers of statfs(2), from linux/magic.h and the file systems' own sources.
constexpr std::array<std::uint32_t, 8> kRemoteFileSystems{
    0x00006969,  // NFS
    0x0000517b,  // SMB
    0xfe534d42,  // SMB 2
    0xff534d42,  // CIFS
    0x65735546,  // FUSE
    0x01021997,  // 9p
    0x5346414f,  // AFS
    0x00c36400,  // Ceph
};

class Posix final : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) override {
    for (;;) {
      const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
      if (descriptor >= 0) return MakeBlocking(descriptor, path);
      if (errno != EINTR) return OpenError(errno, path);
    }
  }

  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override {
    const int descriptor = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0) return ErrnoStatus(errno, "standard input");
    return std::make_unique<PosixFile>(descriptor, "standard input");
  }

  absl::StatusOr<FileStat> Stat(const std::string& path) override {
    return StatAt(AT_FDCWD, path.c_str(), 0, path);
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    std::vector<std::string> names;
    const absl::Status read =
        ForEachEntry(path, [&](const dirent& entry) { names.emplace_back(entry.d_name); });
    if (!read.ok()) return read;
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::StatusOr<std::vector<DirectoryEntry>> ListKinds(const std::string& path) override {
    std::vector<DirectoryEntry> entries;
    const absl::Status read = ForEachEntry(path, [&](const dirent& entry) {
      entries.push_back({.name = entry.d_name, .kind = KindOfEntry(entry)});
    });
    if (!read.ok()) return read;
    for (DirectoryEntry& entry : entries) {
      if (entry.kind) continue;
      if (const auto stat = Stat(JoinPath(path, entry.name)); stat.ok()) entry.kind = stat->kind;
    }
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
  }

  absl::StatusOr<std::string> Resolve(const std::string& path) override {
    char* const resolved = ::realpath(path.c_str(), nullptr);
    if (resolved == nullptr) return ErrnoStatus(errno, path);
    std::string result = resolved;
    std::free(resolved);
    return result;
  }

  bool IsRemote(const std::string& path) override {
    struct statfs found {};
    if (::statfs(path.c_str(), &found) != 0) return false;
    const auto magic = static_cast<std::uint32_t>(found.f_type);
    return std::find(kRemoteFileSystems.begin(), kRemoteFileSystems.end(), magic) !=
           kRemoteFileSystems.end();
  }

 private:
  static absl::Status ForEachEntry(const std::string& path,
                                   const std::function<void(const dirent&)>& take) {
    DIR* const directory = ::opendir(path.c_str());
    if (directory == nullptr) return OpenError(errno, path);
    errno = 0;
    while (const dirent* const entry = ::readdir(directory)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") take(*entry);
      errno = 0;
    }
    const int error = errno;
    ::closedir(directory);
    return error == 0 ? absl::OkStatus() : ErrnoStatus(error, path);
  }

  // Nothing for a link, and where the file system does not say.
  static std::optional<FileKind> KindOfEntry(const dirent& entry) {
    if (entry.d_type == DT_REG) return FileKind::kRegular;
    if (entry.d_type == DT_DIR) return FileKind::kDirectory;
    return std::nullopt;
  }

  // Opened without waiting for a writer; from then on reads wait for data, as streams must.
  static absl::StatusOr<std::unique_ptr<File>> MakeBlocking(int descriptor,
                                                            const std::string& path) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags >= 0) (void)::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
    return std::make_unique<PosixFile>(descriptor, path);
  }
};

}  // namespace

FileSystem& PosixFileSystem() {
  static Posix files;
  return files;
}

}  // namespace maillog
