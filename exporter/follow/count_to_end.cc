#include "exporter/follow/count_to_end.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "exporter/count/shard.h"
#include "exporter/follow/to_end_reader.h"
#include "exporter/input/input_kind.h"

namespace maillog {
namespace {

void Take(Shard& shard, const Block& block) {
  shard.Consume(block);
  if (block.progress != Progress::kMore) shard.SetHealth(absl::OkStatus());
}

void AddEnded(Shard& shard, Samples& samples) {
  shard.End();
  samples.Merge(shard.Snapshot().samples);
}

/// Files that belong to one path each, which reads them: the first that names them.
class OwnedFiles {
 public:
  /// Whether `path` (its number) is the one.
  [[nodiscard]] bool BelongsTo(std::size_t path, const FileId& id) {
    const std::lock_guard lock(mutex_);
    return owners_.emplace(id, path).first->second == path;
  }

 private:
  std::mutex mutex_;
  std::map<FileId, std::size_t> owners_;
};

/// Several paths, each by one thread, to which its shard belongs meanwhile.
class ManyPaths {
 public:
  /// Nothing if these are not to be read at once: fewer than two, or what is no file (standard
  /// input, a FIFO, a journal) and is read when its turn comes.
  static std::unique_ptr<ManyPaths> Of(const std::vector<std::string>& paths, FileSystem& files) {
    auto many = std::make_unique<ManyPaths>(files);
    std::set<std::string_view> known;
    for (const std::string& path : paths) {
      if (known.insert(path).second && !many->Add(path)) return nullptr;
      // Those after it are not read.
      if (!many->paths_.back().read.ok()) break;
    }
    if (many->paths_.size() < 2) return nullptr;
    return many;
  }

  explicit ManyPaths(FileSystem& files) : files_(files) {}

  [[nodiscard]] absl::StatusOr<Samples> Count(const SinkWrapper& through, std::size_t processors,
                                              const ShardOptions& options) {
    options_ = options;
    const std::size_t readers = std::min(processors, paths_.size());
    SpareProcessors spare(processors - readers);
    spare_ = &spare;
    std::deque<Reader> all;
    for (std::size_t i = 0; i < readers; ++i) {
      Reader& reader = all.emplace_back();
      reader.sink = through([this, &reader](const std::string&, const Block& block) {
        Take(ShardOf(*reader.path), block);
      });
    }
    std::vector<std::thread> threads;
    // A container may allow no more threads: then those that there are read everything.
    try {
      while (threads.size() + 1 < readers) {
        threads.emplace_back([this, &reader = all[threads.size() + 1]] { Run(reader); });
      }
    } catch (const std::system_error&) {
    }
    Run(all.front());
    for (std::thread& thread : threads) thread.join();
    return Result();
  }

 private:
  struct Path {
    std::string name;
    std::vector<std::string> files;
    absl::Status read;             // whether it could be
    std::unique_ptr<Shard> shard;  // once there is something to count
  };
  struct Reader {
    Path* path = nullptr;
    BlockSink sink;
  };

  // False if it is not files. What is wrong with it is said when its turn comes.
  [[nodiscard]] bool Add(const std::string& name) {
    Path& path = paths_.emplace_back();
    path.name = name;
    path.read = CheckSourcePath(name);
    if (!path.read.ok()) return true;
    if (KindOf(name).end != InputKind::End::kAsFiles) return false;
    absl::StatusOr<std::vector<std::string>> files = FilesToRead(name, files_);
    path.read = files.status();
    if (!files.ok()) return true;
    path.files = *std::move(files);
    for (const std::string& file : path.files) {
      const absl::StatusOr<FileStat> stat = files_.Stat(file);
      if (!stat.ok()) continue;
      if (stat->kind != FileKind::kRegular) return false;
      (void)owned_.BelongsTo(paths_.size() - 1, stat->id);
    }
    return true;
  }

  Shard& ShardOf(Path& path) const {
    if (path.shard == nullptr) {
      path.shard =
          std::make_unique<Shard>(path.name, SteadyClock(), options_, RecordObservers{}, spare_);
    }
    return *path.shard;
  }

  void Run(Reader& reader) {
    ToEndReader to_end(files_, reader.sink, spare_);
    for (std::size_t number = 0; (number = next_++) < paths_.size();) {
      reader.path = &paths_[number];
      ReadPath(to_end, *reader.path, number);
    }
    spare_->Give();
  }

  void ReadPath(ToEndReader& to_end, Path& path, std::size_t number) {
    std::set<FileId> read;
    const auto takes = [&](const FileId& id) {
      return owned_.BelongsTo(number, id) && read.insert(id).second;
    };
    for (const std::string& file : path.files) {
      // With one thread, nothing after a fault is read.
      if (number > first_fault_) return;
      path.read = to_end.ReadFile(file, path.name, takes);
      if (!path.read.ok()) break;
    }
    if (path.read.ok()) return;
    std::size_t first = first_fault_;
    while (number < first && !first_fault_.compare_exchange_weak(first, number)) {
    }
  }

  // In the order of the paths' names, as without threads.
  [[nodiscard]] absl::StatusOr<Samples> Result() {
    std::map<std::string_view, Shard*> shards;
    for (const Path& path : paths_) {
      if (!path.read.ok()) return path.read;
      if (path.shard != nullptr) shards[path.name] = path.shard.get();
    }
    Samples samples;
    for (const auto& [name, shard] : shards) AddEnded(*shard, samples);
    return samples;
  }

  FileSystem& files_;
  std::deque<Path> paths_;
  OwnedFiles owned_;
  ShardOptions options_;
  SpareProcessors* spare_ = nullptr;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> first_fault_ = SIZE_MAX;
};

}  // namespace

absl::StatusOr<Samples> CountToEnd(const std::vector<std::string>& paths, FileSystem& files,
                                   const SinkWrapper& through, const RecordObservers& observers,
                                   std::size_t processors, Counting counting) {
  const ShardOptions options{.counting = counting};
  if (paths.size() > 1 && processors > 1 && observers.own == nullptr) {
    if (const auto many = ManyPaths::Of(paths, files))
      return many->Count(through, processors, options);
  }
  // While a packed file is unpacked by a thread of its own, which all wait for, the counting must
  // not take its processor away.
  SpareProcessors spare(processors - 1);
  std::map<std::string, std::unique_ptr<Shard>> shards;
  const auto count = [&](const std::string& source, const Block& block) {
    std::unique_ptr<Shard>& shard = shards[source];
    if (shard == nullptr) {
      shard = std::make_unique<Shard>(source, SteadyClock(), options, observers, &spare);
    }
    Take(*shard, block);
  };
  if (absl::Status read = ReadToEnd(paths, through(count), files, &spare); !read.ok()) return read;
  Samples samples;
  for (const auto& [source, shard] : shards) AddEnded(*shard, samples);
  return samples;
}

}  // namespace maillog
