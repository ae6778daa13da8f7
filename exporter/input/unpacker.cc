#include "exporter/input/unpacker.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
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
  if (!beginning.starts_with("BZh") || beginning.size() < 5) return false;
  const std::string_view block = beginning.substr(4);
  return block.starts_with("1AY&SY") || block.starts_with("\x17\x72\x45\x38\x50\x90");  // empty
}

// A frame that holds nothing, as pzstd begins with: RFC 8878, 3.1.2.
bool IsZstdSkippable(std::string_view beginning) {
  return beginning.size() > 4 && (static_cast<unsigned char>(beginning.front()) & 0xf0) == 0x50 &&
         beginning.substr(1).starts_with("\x2a\x4d\x18");
}

// POSIX and GNU both: https://www.gnu.org/software/tar/manual/html_node/Standard.html
bool IsTar(std::string_view beginning) {
  return beginning.size() > 262 && beginning.substr(257, 5) == "ustar";
}

}  // namespace

bool IsPacked(std::string_view beginning) {
  return BeginsWithOne(beginning, kReadable) || BeginsWithOne(beginning, kUnreadable) ||
         IsBzip2(beginning) || IsZstdSkippable(beginning) || IsTar(beginning);
}

struct Unpacker::State {
  State(File& packed, std::string named) : file(packed), path(std::move(named)) {}
  ~State() { archive_read_free(reader); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] absl::Status Open();
  [[nodiscard]] absl::Status Fault() const;
  [[nodiscard]] absl::Status CheckRest();
  [[nodiscard]] bool IsArchive() const;

  // What libarchive asks for; `state` is a State.
  static la_ssize_t ReadPacked(archive*, void* state, const void** bytes);
  static la_int64_t Seek(archive*, void* state, la_int64_t offset, int whence);

  File& file;
  const std::string path;
  std::uint64_t offset = 0;
  std::vector<char> chunk = std::vector<char>(kPackedChunk);
  std::size_t chunk_size = 0;  // of what was read last, up to `offset`
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
  if (*read > 0) self.chunk_size = *read;
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

bool Unpacker::State::IsArchive() const {
  const int format = archive_format(reader) & ARCHIVE_FORMAT_BASE_MASK;
  return format != ARCHIVE_FORMAT_RAW && format != ARCHIVE_FORMAT_EMPTY;
}

// libarchive ends where something else follows what is packed: text that was appended, the damaged
// beginning of another part. Zeros only fill up the last block of a tape.
absl::Status Unpacker::State::CheckRest() {
  if (IsArchive()) return absl::OkStatus();
  const auto end = static_cast<std::uint64_t>(archive_filter_bytes(reader, -1));
  // Of a stream, what was read last is still there; usually that is all that was read ahead.
  std::string_view rest(chunk.data(), chunk_size);
  rest.remove_prefix(rest.size() - std::min<std::uint64_t>(rest.size(), offset - end));
  while (rest.find_first_not_of('\0') == std::string_view::npos) {
    const absl::StatusOr<std::size_t> read = file.ReadAt(offset, chunk);
    if (!read.ok()) return read.status();
    if (*read == 0) return absl::OkStatus();
    chunk_size = *read;
    rest = std::string_view(chunk.data(), chunk_size);
    offset += chunk_size;
  }
  return absl::DataLossError(path + ": damaged, or not a packed file: what follows the first " +
                             std::to_string(end) + " bytes is not packed as they are");
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
    if (result == ARCHIVE_EOF) {
      if (absl::Status rest = state_->CheckRest(); !rest.ok()) return rest;
      return false;
    }
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
    if (read == 0) {
      if (absl::Status rest = state_->CheckRest(); !rest.ok()) return rest;
      break;
    }
    done += static_cast<std::size_t>(read);
  }
  const std::string_view bytes(into.data(), done);
  if (std::exchange(state_->at_start, false) && IsPacked(bytes.substr(0, kPackedBeginning))) {
    if (!state_->IsArchive() && archive_filter_count(state_->reader) == 1) {
      return absl::DataLossError(state_->path +
                                 ": damaged, or not a packed file: its header is not whole");
    }
    return absl::InvalidArgumentError(state_->path + ": " + state_->member +
                                      " in it is packed itself; unpack it first");
  }
  return done;
}

}  // namespace maillog
