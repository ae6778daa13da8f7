#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/input/journal.h"
#include "exporter/input/journal_access.h"
#include "exporter/input/open.h"
#include "exporter/input/syslog_address.h"
#include "exporter/input/unix_socket.h"
#include "exporter/listen_address.h"
#include "exporter/permission.h"
#include "exporter/plan.h"
#include "exporter/queue/read_queue.h"
#include "exporter/state_directory.h"

namespace maillog {
namespace {

using Sentences = std::vector<std::string>;

// Of many files that cannot be read the first is enough.
void AddUnreadable(const std::string& path, FileSystem& files, Sentences& sentences) {
  const absl::StatusOr<FileStat> named = files.Stat(path);
  if (!named.ok() && !IsMissing(named.status())) {
    sentences.emplace_back(named.status().message());
    return;
  }
  if (named.ok() && named->kind == FileKind::kStream) return;
  const absl::StatusOr<Listing> listing = PathsOf(path, files)->List(files);
  if (!listing.ok()) {
    sentences.emplace_back(listing.status().message());
    return;
  }
  if (!listing->unread.empty()) {
    sentences.emplace_back(listing->unread.front().error.message());
    return;
  }
  for (const std::string& file : listing->files) {
    const absl::StatusOr<FileStat> stat = files.Stat(file);
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    const absl::StatusOr<std::unique_ptr<File>> opened = files.Open(file);
    if (opened.ok()) continue;
    sentences.emplace_back(opened.status().message());
    return;
  }
}

void AddNoJournal(const std::string& path, FileSystem& files, Sentences& sentences) {
  const absl::StatusOr<JournalPath> parsed = ParseJournalPath(path);
  if (!parsed.ok()) return;  // never planned
  const absl::Status why = JournalAccess(*parsed, files);
  if (!why.ok()) sentences.push_back(absl::StrCat(path, " cannot be read: ", why.message()));
}

void AddBusySocket(const std::string& path, Sentences& sentences) {
  const absl::StatusOr<SyslogAddress> parsed = ParseSyslogAddress(path);
  if (!parsed.ok()) return;  // never planned
  const SyslogTransport transport = parsed->transport;
  const std::string why =
      IsUnix(transport)
          ? WhyNotBind(parsed->path, SocketType(transport))
          : WhyNotListen(parsed->address,
                         IsDatagram(transport) ? ListenFor::kDatagrams : ListenFor::kConnections);
  if (!why.empty()) sentences.push_back(absl::StrCat("cannot listen on ", path, ": ", why));
}

constexpr std::chrono::seconds kLongestConnect{5};

}  // namespace

std::vector<std::string> QueueObstacles(const std::vector<QueueOptions>& queues) {
  Sentences sentences;
  for (const QueueOptions& queue : queues) {
    const absl::Status why = WhyNotConnect(queue.address, kLongestConnect);
    if (!why.ok()) sentences.emplace_back(why.message());
  }
  return sentences;
}

std::vector<std::string> Obstacles(const std::vector<SourceOptions>& sources,
                                   const Options& options, FileSystem& files) {
  Sentences sentences;
  for (const SourceOptions& source : sources) {
    for (const std::string& path : source.paths) {
      if (path == "-") continue;
      if (IsJournalPath(path)) {
        AddNoJournal(path, files, sentences);
      } else if (IsSyslogPath(path)) {
        AddBusySocket(path, sentences);
      } else {
        AddUnreadable(path, files, sentences);
      }
    }
  }
  for (const ListenAddress& address : options.listen_addresses) {
    const std::string why = WhyNotListen(address);
    if (why.empty()) continue;
    sentences.push_back(absl::StrCat("cannot listen on ", ToText(address), ": ", why));
  }
  const std::string directory = StatePath(options.state_path);
  const std::string why = directory.empty() ? std::string() : WhyNotWrite(directory);
  if (!why.empty()) {
    sentences.push_back(
        absl::StrCat("the state directory ", directory, " cannot be written: ", why));
  }
  return sentences;
}

}  // namespace maillog
