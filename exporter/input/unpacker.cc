#include "exporter/input/unpacker.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace maillog {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kPackedChunk = 64 * 1024;

constexpr std::array kReadable{
    "\x1f\x8b"sv,                // gzip
    "\xfd\x37\x7a\x58\x5a\0"sv,  // xz
    "\x28\xb5\x2f\xfd"sv,        // zstd
    "PK\x03\x04"sv,              // zip
    "PK\x05\x06"sv,              // zip, empty
};
constexpr std::array kUnreadable{
    "\x1f\x9d"sv,          // compress
    "\x04\x22\x4d\x18"sv,  // lz4
    "\x89LZO"sv,           // lzop
    "7z\xbc\xaf\x27\x1c"sv,
};

template <std::size_t n>
bool BeginsWithOne(std::string_view beginning, const std::array<std::string_view, n>& marks) {
  for (const std::string_view mark : marks) {
    if (beginning.starts_with(mark)) return true;
  }
  return false;
}

bool IsBzip2(std::string_view beginning) {
  return beginning.starts_with("BZh") && beginning.substr(4).starts_with("1AY&SY");
}

// POSIX and GNU both: https://www.gnu.org/software/tar/manual/html_node/Standard.html
bool IsTar(std::string_view beginning) {
  return beginning.size() > 262 && beginning.substr(257, 5) == "ustar";
}

}  // namespace

bool IsPacked(std::string_view beginning) {
  return BeginsWithOne(beginning, kReadable) || BeginsWithOne(beginning, kUnreadable) ||
         IsBzip2(beginning) || IsTar(beginning);
}

struct Unpacker::State {
  State(File& packed, std::string named) : file(packed), path(std::move(named)) {}
  ~State() { archive_read_free(reader); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] absl::Status Open();
  [[nodiscard]] absl::Status Fault() const;

  // What libarchive asks for; `state` is a State.
  static la_ssize_t ReadPacked(archive*, void* state, const void** bytes);
  static la_int64_t Seek(archive*, void* state, la_int64_t offset, int whence);

  File& file;
  const std::string path;
  std::uint64_t offset = 0;
  std::vector<char> chunk = std::vector<char>(kPackedChunk);
  absl::Status read_error;
  archive* reader = nullptr;
  std::string member;
  bool at_start = false;  // of a member
  std::int64_t written_ns = 0;
};

la_ssize_t Unpacker::State::ReadPacked(archive* reader, void* state, const void** bytes) {
  auto& self = *static_cast<State*>(state);
  const absl::StatusOr<std::size_t> read = self.file.ReadAt(self.offset, self.chunk);
  if (!read.ok()) {
    self.read_error = read.status();
    archive_set_error(reader, EIO, "cannot be read");
    return -1;
  }
  self.offset += *read;
  *bytes = self.chunk.data();
  return static_cast<la_ssize_t>(*read);
}

la_int64_t Unpacker::State::Seek(archive* reader, void* state, la_int64_t offset, int whence) {
  auto& self = *static_cast<State*>(state);
  la_int64_t from = 0;
  if (whence == SEEK_CUR) from = static_cast<la_int64_t>(self.offset);
  if (whence == SEEK_END) {
    const absl::StatusOr<FileStat> stat = self.file.Stat();
    if (!stat.ok()) {
      self.read_error = stat.status();
      archive_set_error(reader, EIO, "cannot be read");
      return ARCHIVE_FATAL;
    }
    from = static_cast<la_int64_t>(stat->size);
  }
  if (from + offset < 0) return ARCHIVE_FATAL;
  self.offset = static_cast<std::uint64_t>(from + offset);
  return from + offset;
}

absl::Status Unpacker::State::Fault() const {
  if (!read_error.ok()) return read_error;
  const char* const said = archive_error_string(reader);
  return absl::DataLossError(
      path + ": damaged, or not a packed file: " + (said == nullptr ? "no reason given" : said));
}

absl::Status Unpacker::State::Open() {
  std::string beginning(kPackedBeginning, '\0');
  const absl::StatusOr<std::size_t> read = file.ReadAt(0, beginning);
  if (!read.ok()) return read.status();
  if (BeginsWithOne(std::string_view(beginning).substr(0, *read), kUnreadable)) {
    return absl::InvalidArgumentError(
        path +
        ": this packing is not known here; pack it as gz, xz, zst, bz2 or zip, or not at all");
  }
  reader = archive_read_new();
  if (reader == nullptr) return absl::ResourceExhaustedError(path + ": out of memory");
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  archive_read_support_format_tar(reader);
  archive_read_support_format_zip(reader);
  archive_read_set_callback_data(reader, this);
  archive_read_set_read_callback(reader, &ReadPacked);
  const absl::StatusOr<FileStat> stat = file.Stat();
  if (stat.ok() && stat->kind == FileKind::kRegular) archive_read_set_seek_callback(reader, &Seek);
  return archive_read_open1(reader) == ARCHIVE_OK ? absl::OkStatus() : Fault();
}

Unpacker::Unpacker(File& file, std::string path)
    : state_(std::make_unique<State>(file, std::move(path))) {}

Unpacker::~Unpacker() = default;

absl::StatusOr<bool> Unpacker::NextMember() {
  if (state_->reader == nullptr) {
    if (absl::Status opened = state_->Open(); !opened.ok()) return opened;
  }
  for (;;) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(state_->reader, &entry);
    if (result == ARCHIVE_EOF) return false;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return state_->Fault();
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* const name = archive_entry_pathname(entry);
    state_->member = name == nullptr ? "" : name;
    state_->at_start = true;
    state_->written_ns =
        archive_entry_mtime_is_set(entry) == 0 ? 0 : archive_entry_mtime(entry) * 1'000'000'000;
    return true;
  }
}

std::int64_t Unpacker::written_ns() const { return state_->written_ns; }

absl::StatusOr<std::size_t> Unpacker::Read(std::span<char> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const la_ssize_t read =
        archive_read_data(state_->reader, into.data() + done, into.size() - done);
    if (read < 0) return state_->Fault();
    if (read == 0) break;
    done += static_cast<std::size_t>(read);
  }
  const std::string_view bytes(into.data(), done);
  if (std::exchange(state_->at_start, false) && IsPacked(bytes.substr(0, kPackedBeginning))) {
    return absl::InvalidArgumentError(state_->path + ": " + state_->member +
                                      " in it is packed itself; unpack it first");
  }
  return done;
}

}  // namespace maillog
