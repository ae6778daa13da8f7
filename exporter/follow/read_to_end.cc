#include "exporter/follow/read_to_end.h"

#include "exporter/follow/to_end_reader.h"

namespace maillog {

absl::Status ReadToEnd(const std::vector<std::string>& paths, const BlockSink& sink,
                       FileSystem& files, SpareProcessors* spare) {
  ToEndReader reader(files, sink, spare);
  for (const std::string& path : paths) {
    if (absl::Status read = reader.ReadPath(path); !read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace maillog
