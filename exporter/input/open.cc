#include "exporter/input/open.h"

#include <utility>

#include "exporter/input/file_input.h"
#include "exporter/input/stream_input.h"

namespace maillog {
namespace {

struct OpenRequest {
  const std::string& path;
  StartAt start;
  const std::optional<std::vector<Bookmark>>& saved;
  const Surroundings& around;
};

absl::StatusOr<std::unique_ptr<Input>> OpenStandardInput(const OpenRequest& request) {
  absl::StatusOr<std::unique_ptr<File>> stream = request.around.files.OpenStandardInput();
  if (!stream.ok()) return stream.status();
  return std::make_unique<StreamInput>(*std::move(stream), request.around.waker);
}

absl::StatusOr<std::unique_ptr<Input>> OpenFiles(const OpenRequest& request) {
  FileSet files(request.around, PathsOf(request.path, request.around.files), request.start,
                request.saved);
  return std::make_unique<FileInput>(std::move(files), request.around.waker, request.around.clock);
}

/// How a source is recognised, and read. The first that recognises it does.
struct InputKind {
  bool (*recognises)(const std::string& path);
  absl::StatusOr<std::unique_ptr<Input>> (*open)(const OpenRequest& request);
};

constexpr InputKind kInputs[] = {
    {[](const std::string& path) { return path == "-"; }, &OpenStandardInput},
    {[](const std::string&) { return true; }, &OpenFiles},
};

}  // namespace

absl::StatusOr<std::unique_ptr<Input>> OpenInput(const std::string& path, StartAt start,
                                                 const std::optional<std::vector<Bookmark>>& saved,
                                                 const Surroundings& surroundings) {
  for (const InputKind& kind : kInputs) {
    if (kind.recognises(path)) return kind.open({path, start, saved, surroundings});
  }
  return absl::InvalidArgumentError(path + ": not a source");
}

absl::StatusOr<std::unique_ptr<Input>> OpenInput(const std::vector<std::string>& paths,
                                                 StartAt start,
                                                 const std::optional<std::vector<Bookmark>>& saved,
                                                 const Surroundings& surroundings) {
  if (paths.size() == 1) return OpenInput(paths.front(), start, saved, surroundings);
  std::vector<std::unique_ptr<PathList>> lists;
  for (const std::string& path : paths) {
    std::unique_ptr<PathList> list = PathsOf(path, surroundings.files);
    if (list == nullptr) return absl::InvalidArgumentError(path + ": not a file");
    lists.push_back(std::move(list));
  }
  FileSet files(surroundings, MakeSeveralPaths(std::move(lists)), start, saved);
  return std::make_unique<FileInput>(std::move(files), surroundings.waker, surroundings.clock);
}

std::unique_ptr<PathList> PathsOf(const std::string& path, FileSystem& files) {
  if (path == "-") return nullptr;
  // A file whose name only looks like a pattern is itself.
  const bool is_pattern = IsGlob(path) && !files.Stat(path).ok();
  return is_pattern ? MakeGlob(path) : MakeSinglePath(path);
}

}  // namespace maillog
