#include "exporter/follow/read_to_end.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "exporter/count/shard.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/not_a_log.h"
#include "exporter/input/open.h"
#include "exporter/input/peeked_stream.h"
#include "exporter/input/unpacker.h"

namespace maillog {
namespace {

class ToEndReader {
 public:
  ToEndReader(FileSystem& files, const BlockSink& sink) : files_(files), sink_(sink) {}

  [[nodiscard]] absl::Status ReadPath(const std::string& path) {
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

 private:
  [[nodiscard]] absl::Status ReadStandardInput(const std::string& path) {
    const absl::StatusOr<std::unique_ptr<File>> stream = files_.OpenStandardInput();
    return stream.ok() ? ReadStream(**stream, path, path) : stream.status();
  }

  [[nodiscard]] absl::Status ReadFiles(const std::string& path) {
    const absl::StatusOr<Listing> listing = PathsOf(path, files_)->List(files_);
    if (!listing.ok()) return listing.status();
    if (!listing->unread.empty()) return listing->unread.front().error;
    bool any = false;
    for (const std::string& file : listing->files) {
      if (listing->by_pattern && !IsLog(file, *listing)) continue;
      any = true;
      if (absl::Status read = ReadFile(file, path); !read.ok()) return read;
    }
    return any ? absl::OkStatus() : absl::NotFoundError(path + ": no log files there");
  }

  [[nodiscard]] absl::Status ReadInput(const std::string& path) {
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

  // While a log is being packed it is there twice.
  [[nodiscard]] bool IsLog(const std::string& path, const Listing& listing) {
    const absl::StatusOr<FileStat> stat = files_.Stat(path);
    const std::string unpacked(UnpackedName(path));
    const bool twice = unpacked != path &&
                       std::binary_search(listing.files.begin(), listing.files.end(), unpacked);
    return !twice && (!stat.ok() || stat->kind == FileKind::kRegular);
  }

  [[nodiscard]] absl::Status ReadFile(const std::string& path, const std::string& source) {
    const absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path);
    if (!file.ok()) return file.status();
    const absl::StatusOr<FileStat> stat = (*file)->Stat();
    if (!stat.ok()) return stat.status();
    if (!read_.insert(stat->id).second) return absl::OkStatus();
    written_ns_ = stat->modified_ns;
    if (stat->kind != FileKind::kRegular) return ReadStream(**file, path, source);
    std::array<char, kPackedBeginning> beginning;
    const absl::StatusOr<std::size_t> read_here = (*file)->ReadAt(0, beginning);
    if (!read_here.ok()) return read_here.status();
    return ReadBegun({beginning.data(), *read_here}, **file, FileKind::kRegular, path, source);
  }

  [[nodiscard]] absl::Status ReadStream(File& file, const std::string& path,
                                        const std::string& source) {
    PeekedStream stream(file);
    const absl::StatusOr<std::string_view> beginning = stream.Beginning();
    if (!beginning.ok()) return beginning.status();
    return ReadBegun(*beginning, stream, FileKind::kStream, path, source);
  }

  /// `beginning` says what the file is.
  [[nodiscard]] absl::Status ReadBegun(std::string_view beginning, File& file, FileKind kind,
                                       const std::string& path, const std::string& source) {
    if (std::string why = WhyNoLog(beginning, path, files_); !why.empty()) {
      return absl::InvalidArgumentError(why);
    }
    if (IsPacked(beginning)) {
      return ReadPacked(file, path == "-" ? "standard input" : path, source);
    }
    return ReadAll(file, kind, source);
  }

  [[nodiscard]] absl::Status ReadPacked(File& file, const std::string& path,
                                        const std::string& source) {
    Unpacker unpacker(file, path);
    for (;;) {
      const absl::StatusOr<bool> member = unpacker.NextMember();
      if (!member.ok()) return member.status();
      if (!*member) return absl::OkStatus();
      if (unpacker.written_ns() != 0) written_ns_ = unpacker.written_ns();
      const auto read = [&](std::span<char> room) { return unpacker.Read(room); };
      if (absl::Status all = ReadText(read, source); !all.ok()) return all;
    }
  }

  [[nodiscard]] absl::Status ReadAll(File& file, FileKind kind, const std::string& source) {
    std::uint64_t offset = 0;
    return ReadText(
        [&](std::span<char> room) {
          absl::StatusOr<std::size_t> read =
              kind == FileKind::kRegular ? file.ReadAt(offset, room) : file.Read(room);
          offset += read.value_or(0);
          return read;
        },
        source);
  }

  /// `read` fills a part of the buffer that it is given, and returns how much; 0 at the end.
  template <class Read>
  [[nodiscard]] absl::Status ReadText(const Read& read_some, const std::string& source) {
    buffer_.Reset(BlockBuffer::At::kMessageStart);
    bool over = false;
    absl::Status status;
    const std::function<void()> read_on = [&] {
      if (over) return;
      const absl::StatusOr<std::size_t> read = read_some(buffer_.Room());
      over = !read.ok() || *read == 0;
      status = read.status();
      buffer_.Filled(read.value_or(0));
    };
    for (;;) {
      read_on();
      if (over) break;
      Deliver(source, Tail::kKeep, &read_on);
    }
    if (!status.ok()) return status;
    Deliver(source, Tail::kDeliver, nullptr);
    sink_(source, Block{.progress = Progress::kOver});
    return absl::OkStatus();
  }

  void Deliver(const std::string& source, Tail tail, const std::function<void()>* read_on) {
    for (;;) {
      const BlockBuffer::Taken taken = buffer_.Take(tail);
      if (taken.passed.empty() && taken.malformed == 0) return;
      sink_(source, Block{.messages = taken.messages,
                          .given_up = taken.given_up,
                          .malformed = taken.malformed,
                          .read_bytes = taken.passed.size(),
                          .meanwhile = read_on,
                          .written_ns = written_ns_});
    }
  }

  FileSystem& files_;
  const BlockSink& sink_;
  BlockBuffer buffer_;
  std::set<FileId> read_;
  std::int64_t written_ns_ = 0;  // of the file that is read
};

}  // namespace

absl::Status ReadToEnd(const std::vector<std::string>& paths, const BlockSink& sink,
                       FileSystem& files) {
  ToEndReader reader(files, sink);
  for (const std::string& path : paths) {
    if (absl::Status read = reader.ReadPath(path); !read.ok()) return read;
  }
  return absl::OkStatus();
}

absl::StatusOr<Samples> CountToEnd(const std::vector<std::string>& paths, FileSystem& files,
                                   const SinkWrapper& through, const RecordObservers& observers) {
  std::map<std::string, std::unique_ptr<Shard>> shards;
  const auto count = [&](const std::string& source, const Block& block) {
    std::unique_ptr<Shard>& shard = shards[source];
    if (shard == nullptr)
      shard = std::make_unique<Shard>(source, SteadyClock(), ShardOptions{}, observers);
    shard->Consume(block);
    if (block.progress != Progress::kMore) shard->SetHealth(absl::OkStatus());
  };
  if (absl::Status read = ReadToEnd(paths, through(count), files); !read.ok()) return read;
  Samples samples;
  for (const auto& [source, shard] : shards) {
    shard->End();
    samples.Merge(shard->Snapshot().samples);
  }
  return samples;
}

}  // namespace maillog
