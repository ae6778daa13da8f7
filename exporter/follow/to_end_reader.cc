#include "exporter/follow/to_end_reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "exporter/follow/left_out.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/not_a_log.h"
#include "exporter/input/open.h"
#include "exporter/input/peeked_stream.h"
#include "exporter/input/unpacker.h"

namespace maillog {
namespace {

// While a log is being packed it is there twice.
bool IsLog(const std::string& path, const Listing& listing, FileSystem& files) {
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  if (!stat.ok() && IsMissing(stat.status())) return false;  // a link to nothing
  const std::string unpacked(UnpackedName(path));
  const bool twice =
      unpacked != path && std::binary_search(listing.files.begin(), listing.files.end(), unpacked);
  return !twice && (!stat.ok() || stat->kind == FileKind::kRegular);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FilesToRead(const std::string& path, FileSystem& files) {
  const absl::StatusOr<Listing> listing = PathsOf(path, files)->List(files);
  if (!listing.ok()) return listing.status();
  if (!listing->unread.empty()) return listing->unread.front().error;
  std::vector<std::string> logs;
  std::string why;
  for (const std::string& file : listing->files) {
    if (listing->by_pattern) {
      if (!IsLog(file, *listing, files)) continue;
      if (std::string odd = WhyLeftOut(file, files); !odd.empty()) {
        why = std::move(odd);
        continue;
      }
    }
    logs.push_back(file);
  }
  if (logs.empty() && !why.empty()) return absl::InvalidArgumentError(why);
  if (logs.empty()) return absl::NotFoundError(path + ": no log files there");
  return logs;
}

absl::Status ToEndReader::ReadPath(const std::string& path) {
  if (absl::Status sound = CheckSourcePath(path); !sound.ok()) return sound;
  written_ns_ = 0;
  switch (KindOf(path).end) {
    case InputKind::End::kNone:
      return absl::InvalidArgumentError(path + ": has no end to read to");
    case InputKind::End::kAsInput:
      return ReadInput(path);
    case InputKind::End::kAsStream:
      return ReadStandardInput(path);
    case InputKind::End::kAsFiles:
      return ReadFiles(path);
  }
  return absl::OkStatus();
}

absl::Status ToEndReader::ReadStandardInput(const std::string& path) {
  const absl::StatusOr<std::unique_ptr<File>> stream = files_.OpenStandardInput();
  return stream.ok() ? ReadStream(**stream, path, path) : stream.status();
}

absl::Status ToEndReader::ReadFiles(const std::string& path) {
  const absl::StatusOr<std::vector<std::string>> files = FilesToRead(path, files_);
  if (!files.ok()) return files.status();
  const auto takes = [this](const FileId& id) { return read_.insert(id).second; };
  for (const std::string& file : *files) {
    if (absl::Status read = ReadFile(file, path, takes); !read.ok()) return read;
  }
  return absl::OkStatus();
}

absl::Status ToEndReader::ReadInput(const std::string& path) {
  const std::unique_ptr<Waker> waker = MakePollWaker();
  absl::StatusOr<std::unique_ptr<Input>> input =
      OpenInput(path, StartAt::kBeginning, std::nullopt,
                {.files = files_,
                 .waker = *waker,
                 .clock = SteadyClock(),
                 .claims = {},
                 .trouble = Surroundings::Trouble::kEndsReading});
  if (!input.ok()) return input.status();
  for (;;) {
    const absl::StatusOr<Block> block = (*input)->Next();
    if (!block.ok()) return block.status();
    sink_(path, *block);
    if (block->progress != Progress::kMore) return absl::OkStatus();
  }
}

absl::Status ToEndReader::ReadFile(const std::string& path, const std::string& source,
                                   const std::function<bool(const FileId&)>& takes) {
  const absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) return stat.status();
  if (!takes(stat->id)) return absl::OkStatus();
  written_ns_ = stat->modified_ns;
  if (stat->kind != FileKind::kRegular) return ReadStream(**file, path, source);
  std::array<char, kPackedBeginning> beginning;
  const absl::StatusOr<std::size_t> read_here = (*file)->ReadAt(0, beginning);
  if (!read_here.ok()) return read_here.status();
  return ReadBegun({beginning.data(), *read_here}, **file, FileKind::kRegular, path, source);
}

absl::Status ToEndReader::ReadStream(File& file, const std::string& path,
                                     const std::string& source) {
  PeekedStream stream(file);
  const absl::StatusOr<std::string_view> beginning = stream.Beginning();
  if (!beginning.ok()) return beginning.status();
  return ReadBegun(*beginning, stream, FileKind::kStream, path, source);
}

absl::Status ToEndReader::ReadBegun(std::string_view beginning, File& file, FileKind kind,
                                    const std::string& path, const std::string& source) {
  if (std::string why = WhyNoLog(beginning, path, files_); !why.empty()) {
    return absl::InvalidArgumentError(why);
  }
  if (IsPacked(beginning)) {
    return ReadPacked(file, path == "-" ? "standard input" : path, source);
  }
  return ReadAll(file, kind, source);
}

absl::Status ToEndReader::ReadPacked(File& file, const std::string& path,
                                     const std::string& source) {
  const absl::StatusOr<FileStat> stat = file.Stat();
  const bool is_short =
      stat.ok() && stat->kind == FileKind::kRegular && stat->size < UnpackAhead::kWorthIt;
  static const bool two = UsableProcessors() > 1;
  if (is_short || !two || (spare_ != nullptr && !spare_->Take())) {
    return ReadPackedBy(UnpackAhead::By::kCaller, file, path, source);
  }
  return ReadPackedBy(UnpackAhead::By::kThread, file, path, source);
}

absl::Status ToEndReader::ReadPackedBy(UnpackAhead::By by, File& file, const std::string& path,
                                       const std::string& source) {
  UnpackAhead unpacker(file, path, by, spare_);
  for (;;) {
    const absl::StatusOr<bool> member = unpacker.NextMember();
    if (!member.ok()) return member.status();
    if (!*member) return absl::OkStatus();
    if (unpacker.written_ns() != 0) written_ns_ = unpacker.written_ns();
    const auto read = [&] { return unpacker.ReadInto(buffer_); };
    // The thread that unpacks has a processor that counting must leave to it between blocks.
    if (absl::Status all = ReadText(read, source, Ahead::kNo); !all.ok()) return all;
  }
}

absl::Status ToEndReader::ReadAll(File& file, FileKind kind, const std::string& source) {
  std::uint64_t offset = 0;
  return ReadText(
      [&] {
        const std::span<char> room = buffer_.Room();
        absl::StatusOr<std::size_t> read =
            kind == FileKind::kRegular ? file.ReadAt(offset, room) : file.Read(room);
        offset += read.value_or(0);
        buffer_.Filled(read.value_or(0));
        return read;
      },
      source, Ahead::kYes);
}

template <class Read>
absl::Status ToEndReader::ReadText(const Read& read_some, const std::string& source, Ahead ahead) {
  buffer_.Reset(BlockBuffer::At::kMessageStart);
  bool over = false;
  absl::Status status;
  const std::function<void()> read_on = [&] {
    if (over) return;
    const absl::StatusOr<std::size_t> read = read_some();
    over = !read.ok() || *read == 0;
    status = read.status();
  };
  for (;;) {
    read_on();
    if (over) break;
    Deliver(source, Tail::kKeep, &read_on, ahead);
  }
  if (!status.ok()) return status;
  Deliver(source, Tail::kDeliver, nullptr, Ahead::kNo);
  sink_(source, Block{.progress = Progress::kOver});
  return absl::OkStatus();
}

void ToEndReader::Deliver(const std::string& source, Tail tail,
                          const std::function<void()>* read_on, Ahead ahead) {
  for (;;) {
    const BlockBuffer::Taken taken = buffer_.Take(tail);
    if (taken.passed.empty() && taken.malformed == 0) return;
    sink_(source, Block{.messages = taken.messages,
                        .given_up = taken.given_up,
                        .malformed = taken.malformed,
                        .read_bytes = taken.passed.size(),
                        .meanwhile = read_on,
                        .ahead = ahead == Ahead::kYes ? &ahead_ : nullptr,
                        .written_ns = written_ns_});
  }
}

}  // namespace maillog
