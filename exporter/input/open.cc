#include "exporter/input/open.h"

#include <iterator>
#include <utility>

#include "exporter/input/file/file_input.h"
#include "exporter/input/journal/journal.h"
#include "exporter/input/stream_input.h"
#include "exporter/input/syslog/syslog_input.h"

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
  return std::make_unique<StreamInput>(*std::move(stream), std::string(), request.around);
}

absl::StatusOr<std::unique_ptr<Input>> OpenFifo(const OpenRequest& request) {
  absl::StatusOr<std::unique_ptr<File>> fifo = request.around.files.Open(request.path);
  if (!fifo.ok()) return fifo.status();
  return std::make_unique<StreamInput>(*std::move(fifo), request.path, request.around);
}

absl::StatusOr<std::unique_ptr<Input>> OpenJournal(const OpenRequest& request) {
  const absl::StatusOr<JournalPath> path = ParseJournalPath(request.path);
  if (!path.ok()) return path.status();
  return MakeJournalInput(*path, request.start, request.saved, request.around);
}

absl::StatusOr<std::unique_ptr<Input>> OpenSyslogSocket(const OpenRequest& request) {
  const absl::StatusOr<SyslogAddress> address = ParseSyslogAddress(request.path);
  if (!address.ok()) return address.status();
  return std::make_unique<SyslogInput>(*address, request.around);
}

absl::StatusOr<std::unique_ptr<Input>> OpenFiles(const OpenRequest& request) {
  FileSet files(request.around, PathsOf(request.path, request.around.files), request.start,
                request.saved);
  return std::make_unique<FileInput>(std::move(files), request.around);
}

bool IsStandardInput(const std::string& path, FileSystem&) { return path == "-"; }
bool IsJournal(const std::string& path, FileSystem&) { return IsJournalPath(path); }
bool IsSyslogSocket(const std::string& path, FileSystem&) { return IsSyslogPath(path); }
bool IsFifo(const std::string& path, FileSystem& files) {
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  return stat.ok() && stat->kind == FileKind::kStream;
}
bool IsAnything(const std::string&, FileSystem&) { return true; }

/// How a source is recognised, and read. The first that recognises it does.
struct InputKind {
  std::string_view name;
  bool (*recognises)(const std::string& path, FileSystem& files);
  absl::StatusOr<std::unique_ptr<Input>> (*open)(const OpenRequest& request);
};

constexpr InputKind kInputs[] = {
    {"stdin", &IsStandardInput, &OpenStandardInput},
    {"journal", &IsJournal, &OpenJournal},
    {"syslog", &IsSyslogSocket, &OpenSyslogSocket},
    {"fifo", &IsFifo, &OpenFifo},
    {"files", &IsAnything, &OpenFiles},
};

}  // namespace

absl::StatusOr<std::unique_ptr<Input>> OpenInput(const std::string& path, StartAt start,
                                                 const std::optional<std::vector<Bookmark>>& saved,
                                                 const Surroundings& surroundings) {
  for (const InputKind& kind : kInputs) {
    if (kind.recognises(path, surroundings.files))
      return kind.open({path, start, saved, surroundings});
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
  return std::make_unique<FileInput>(std::move(files), surroundings);
}

std::string_view InputKindOf(const std::vector<std::string>& paths, FileSystem& files) {
  const InputKind* kind = std::begin(kInputs);
  while (paths.size() == 1 && !kind->recognises(paths.front(), files)) ++kind;
  return paths.size() == 1 ? kind->name : std::prev(std::end(kInputs))->name;
}

std::unique_ptr<PathList> PathsOf(const std::string& path, FileSystem& files) {
  if (path == "-" || IsJournalPath(path) || IsSyslogPath(path)) return nullptr;
  // A file whose name only looks like a pattern is itself.
  const bool is_pattern = IsGlob(path) && !files.Stat(path).ok();
  return is_pattern ? MakeGlob(path) : MakeSinglePath(path);
}

}  // namespace maillog
