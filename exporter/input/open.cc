#include "exporter/input/open.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "exporter/input/file/file_input.h"
#include "exporter/input/journal/journal.h"
#include "exporter/input/kafka/kafka_input.h"
#include "exporter/input/obstacle.h"
#include "exporter/input/stream_input.h"
#include "exporter/input/syslog/relp_input.h"
#include "exporter/input/syslog/syslog_input.h"

namespace maillog {
namespace {

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

absl::StatusOr<std::unique_ptr<Input>> OpenRelp(const OpenRequest& request) {
  const absl::StatusOr<SyslogAddress> address = ParseSyslogAddress(request.path);
  if (!address.ok()) return address.status();
  return std::make_unique<RelpInput>(address->address, request.saved, request.around);
}

absl::StatusOr<std::unique_ptr<Input>> OpenKafka(const OpenRequest& request) {
  const absl::StatusOr<KafkaAddress> address = ParseKafkaAddress(request.path);
  if (!address.ok()) return address.status();
  const absl::StatusOr<const Librdkafka*> library = TheLibrdkafka();
  if (!library.ok()) return library.status();
  return std::make_unique<KafkaInput>(**library, *address, request.start, request.saved,
                                      request.around);
}

absl::StatusOr<std::unique_ptr<Input>> OpenFiles(const OpenRequest& request) {
  const absl::StatusOr<FileStat> stat = request.around.files.Stat(request.path);
  if (stat.ok() && stat->kind == FileKind::kStream) return OpenFifo(request);
  FileSet files(request.around, PathsOf(request.path, request.around.files), request.start,
                request.saved);
  return std::make_unique<FileInput>(std::move(files), request.around);
}

bool IsStandardInput(std::string_view path) { return path == "-"; }
bool IsAnything(std::string_view) { return true; }

absl::Status IsSound(std::string_view) { return absl::OkStatus(); }
absl::Status CheckJournal(std::string_view path) { return ParseJournalPath(path).status(); }
absl::Status CheckKafka(std::string_view path) { return ParseKafkaAddress(path).status(); }
absl::Status CheckSyslog(std::string_view path) { return ParseSyslogAddress(path).status(); }

std::string NoObstacle(const std::string&, FileSystem&) { return {}; }

std::string NoSocket(std::string_view) { return {}; }
std::string SyslogDirectory(std::string_view path) {
  const absl::StatusOr<SyslogAddress> address = ParseSyslogAddress(path);
  return address.ok() && IsUnix(address->transport) ? DirectoryOf(address->path) : std::string();
}

// THE LIST of kinds. The first that recognises a path has it.
constexpr InputKind kInputs[] = {
    {.name = "stdin",
     .named = "-",
     .what = "standard input",
     .recognises = &IsStandardInput,
     .check = &IsSound,
     .obstacle = &NoObstacle,
     .socket_directory = &NoSocket,
     .open = &OpenStandardInput,
     .has_past = false,
     .end = InputKind::End::kAsStream},
    {.name = "journal",
     .named = "journal:",
     .what = "the systemd journal",
     .recognises = &IsJournalPath,
     .check = &CheckJournal,
     .obstacle = &WhyNotJournal,
     .socket_directory = &NoSocket,
     .open = &OpenJournal,
     .keeps_thread = true,  // sd_journal_open(3): a journal belongs to the thread that opened it
     .end = InputKind::End::kAsInput},
    {.name = "kafka",
     .named = "kafka://",
     .what = "a topic of Kafka",
     .recognises = &IsKafkaPath,
     .check = &CheckKafka,
     .obstacle = &WhyNotKafka,
     .socket_directory = &NoSocket,
     .open = &OpenKafka,
     .connects = true,
     .end = InputKind::End::kAsInput},
    {.name = "relp",
     .named = "syslog+relp://",
     .what = "syslog with acknowledgements (RELP)",
     .recognises = &IsRelpPath,
     .check = &CheckSyslog,
     .obstacle = &WhyNotSyslog,
     .socket_directory = &NoSocket,
     .open = &OpenRelp,
     .has_past = false,
     .end = InputKind::End::kNone},
    {.name = "syslog",
     .named = "syslog+udp://, syslog+tcp://, syslog+unix://",
     .what = "a socket for syslog",
     .recognises = &IsSyslogPath,
     .check = &CheckSyslog,
     .obstacle = &WhyNotSyslog,
     .socket_directory = &SyslogDirectory,
     .open = &OpenSyslogSocket,
     .has_past = false,
     .end = InputKind::End::kNone},
    {.name = "files",
     .named = "paths",
     .what = "",
     .recognises = &IsAnything,
     .check = &IsSound,
     .obstacle = &WhyNotFiles,
     .socket_directory = &NoSocket,
     .open = &OpenFiles,
     .is_files = true,
     .end = InputKind::End::kAsFiles},
};

}  // namespace

const InputKind& KindOf(std::string_view path) {
  return *std::find_if(std::begin(kInputs), std::end(kInputs),
                       [path](const InputKind& kind) { return kind.recognises(path); });
}

std::string KindsInWords() {
  std::string words = "there are ";
  for (const InputKind& kind : kInputs) {
    if (&kind != &kInputs[0]) words += &kind == std::end(kInputs) - 1 ? " and " : ", ";
    words += kind.named;
  }
  return words;
}

absl::StatusOr<std::unique_ptr<Input>> OpenInput(const std::string& path, StartAt start,
                                                 const std::optional<std::vector<Bookmark>>& saved,
                                                 const Surroundings& surroundings) {
  return KindOf(path).open({path, start, saved, surroundings});
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

std::unique_ptr<PathList> PathsOf(const std::string& path, FileSystem& files) {
  if (!KindOf(path).is_files) return nullptr;
  // A file whose name only looks like a pattern is itself.
  const bool is_pattern = IsGlob(path) && !files.Stat(path).ok();
  return is_pattern ? MakeGlob(path) : MakeSinglePath(path);
}

}  // namespace maillog
