#include "exporter/trace/kept_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "exporter/input/open.h"

namespace maillog {
namespace {

// In a directory for what may be large; a file without a name cannot be left behind.
int OpenNameless() {
  const char* const said = std::getenv("TMPDIR");
  const char* const directory = said == nullptr || *said == '\0' ? "/var/tmp" : said;
  return ::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

absl::Status Copy(File& stream, int into) {
  std::vector<char> room(std::size_t{64} << 10U);
  for (;;) {
    const absl::StatusOr<std::size_t> read = stream.Read(room);
    if (!read.ok()) return read.status();
    if (*read == 0) return absl::OkStatus();
    for (std::size_t at = 0; at < *read;) {
      const ssize_t written = ::write(into, room.data() + at, *read - at);
      if (written < 0) return ErrnoStatus(errno, "cannot keep what comes from a pipe");
      at += static_cast<std::size_t>(written);
    }
  }
}

}  // namespace

KeptStreams::~KeptStreams() {
  for (const int descriptor : descriptors_) (void)::close(descriptor);
}

absl::StatusOr<std::string> KeptStreams::Keep(const std::string& path) {
  const bool is_input = path == "-";
  if (!is_input) {
    if (!KindOf(path).is_files) return path;
    const absl::StatusOr<FileStat> stat = files_.Stat(path);
    if (!stat.ok()) return stat.status();
    if (stat->kind != FileKind::kStream) return path;
  }
  const absl::StatusOr<std::unique_ptr<File>> stream =
      is_input ? files_.OpenStandardInput() : files_.Open(path);
  if (!stream.ok()) return stream.status();
  const int into = OpenNameless();
  if (into < 0) return ErrnoStatus(errno, "cannot keep what comes from a pipe");
  descriptors_.push_back(into);
  if (absl::Status copied = Copy(**stream, into); !copied.ok()) return copied;
  return absl::StrCat("/proc/self/fd/", into);
}

}  // namespace maillog
