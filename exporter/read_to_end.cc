#include <map>
#include <memory>
#include <set>
#include <utility>

#include "exporter/block_buffer.h"
#include "exporter/input/open.h"
#include "exporter/input/rotation_name.h"
#include "exporter/shard.h"
#include "exporter/sources.h"

namespace maillog {
namespace {

class ToEndReader {
 public:
  ToEndReader(FileSystem& files, const BlockSink& sink) : files_(files), sink_(sink) {}

  [[nodiscard]] absl::Status ReadPath(const std::string& path) {
    if (path == "-") {
      const absl::StatusOr<std::unique_ptr<File>> stream = files_.OpenStandardInput();
      return stream.ok() ? ReadAll(**stream, FileKind::kStream, path) : stream.status();
    }
    const absl::StatusOr<Listing> listing = PathsOf(path, files_)->List(files_);
    if (!listing.ok()) return listing.status();
    bool any = false;
    for (const std::string& file : listing->files) {
      if (listing->by_pattern && !IsLog(file)) continue;
      any = true;
      if (absl::Status read = ReadFile(file, path); !read.ok()) return read;
    }
    return any ? absl::OkStatus() : absl::NotFoundError(path + ": no log files there");
  }

 private:
  [[nodiscard]] bool IsLog(const std::string& path) {
    const absl::StatusOr<FileStat> stat = files_.Stat(path);
    return !IsPackedName(NameOf(path)) && (!stat.ok() || stat->kind == FileKind::kRegular);
  }

  [[nodiscard]] absl::Status ReadFile(const std::string& path, const std::string& source) {
    const absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path);
    if (!file.ok()) return file.status();
    const absl::StatusOr<FileStat> stat = (*file)->Stat();
    if (!stat.ok()) return stat.status();
    if (!read_.insert(stat->id).second) return absl::OkStatus();
    return ReadAll(**file, stat->kind, source);
  }

  [[nodiscard]] absl::Status ReadAll(File& file, FileKind kind, const std::string& source) {
    buffer_.Reset(BlockBuffer::At::kMessageStart);
    std::uint64_t offset = 0;
    for (;;) {
      const std::span<char> room = buffer_.Room();
      const absl::StatusOr<std::size_t> read =
          kind == FileKind::kRegular ? file.ReadAt(offset, room) : file.Read(room);
      if (!read.ok()) return read.status();
      buffer_.Filled(*read);
      offset += *read;
      if (*read == 0) break;
      Deliver(source, Tail::kKeep);
    }
    Deliver(source, Tail::kDeliver);
    sink_(source, Block{.progress = Progress::kOver});
    return absl::OkStatus();
  }

  void Deliver(const std::string& source, Tail tail) {
    for (;;) {
      const BlockBuffer::Taken taken = buffer_.Take(tail);
      if (taken.passed.empty() && taken.malformed == 0) return;
      sink_(source, Block{.messages = taken.messages,
                          .malformed = taken.malformed,
                          .read_bytes = taken.passed.size()});
    }
  }

  FileSystem& files_;
  const BlockSink& sink_;
  BlockBuffer buffer_;
  std::set<FileId> read_;
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

absl::StatusOr<Samples> CountToEnd(const std::vector<std::string>& paths, FileSystem& files) {
  std::map<std::string, std::unique_ptr<Shard>> shards;
  const auto count = [&shards](const std::string& source, const Block& block) {
    std::unique_ptr<Shard>& shard = shards[source];
    if (shard == nullptr) shard = std::make_unique<Shard>(source, SteadyClock());
    shard->Consume(block);
  };
  if (absl::Status read = ReadToEnd(paths, count, files); !read.ok()) return read;
  Samples samples;
  for (const auto& [source, shard] : shards) samples.Merge(shard->Snapshot().samples);
  return samples;
}

}  // namespace maillog
