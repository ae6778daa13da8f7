#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/input/journal.h"
#include "exporter/input/open.h"
#include "exporter/input/syslog_address.h"
#include "exporter/listen_address.h"
#include "exporter/permission.h"
#include "exporter/plan.h"
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
  for (const std::string& file : listing->files) {
    const absl::StatusOr<FileStat> stat = files.Stat(file);
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    const absl::StatusOr<std::unique_ptr<File>> opened = files.Open(file);
    if (opened.ok()) continue;
    sentences.emplace_back(opened.status().message());
    return;
  }
}

// Journal files lie in a directory for each machine; those of the system can be read if any can.
// A first error says why none can.
absl::Status WhyNoJournal(const std::vector<std::string>& directories, FileSystem& files) {
  absl::Status first;
  for (const std::string& directory : directories) {
    const absl::StatusOr<std::vector<std::string>> names = files.List(directory);
    if (!names.ok()) {
      if (first.ok()) first = names.status();
      continue;
    }
    for (const std::string& name : *names) {
      const std::string path = JoinPath(directory, name);
      const absl::StatusOr<FileStat> stat = files.Stat(path);
      absl::Status tried = stat.status();
      if (stat.ok() && stat->kind == FileKind::kDirectory) {
        tried = WhyNoJournal({path}, files);
      } else if (stat.ok()) {
        if (!name.ends_with(".journal")) continue;
        tried = files.Open(path).status();
      }
      if (tried.ok()) return tried;
      if (first.ok()) first = tried;
    }
  }
  return first.ok() ? absl::NotFoundError(absl::StrCat(directories.front(), ": no journal there"))
                    : first;
}

void AddNoJournal(const std::string& path, FileSystem& files, Sentences& sentences) {
  const absl::StatusOr<JournalPath> parsed = ParseJournalPath(path);
  if (!parsed.ok()) return;  // never planned
  const std::vector<std::string> directories =
      parsed->directory.empty() ? std::vector<std::string>{"/var/log/journal", "/run/log/journal"}
                                : std::vector<std::string>{parsed->directory};
  const absl::Status why = WhyNoJournal(directories, files);
  if (!why.ok()) sentences.push_back(absl::StrCat(path, " cannot be read: ", why.message()));
}

void AddBusySocket(const std::string& path, Sentences& sentences) {
  const absl::StatusOr<SyslogAddress> parsed = ParseSyslogAddress(path);
  if (!parsed.ok() || IsUnix(parsed->transport)) return;
  const std::string why =
      WhyNotListen(parsed->address,
                   IsDatagram(parsed->transport) ? ListenFor::kDatagrams : ListenFor::kConnections);
  if (!why.empty()) sentences.push_back(absl::StrCat("cannot listen on ", path, ": ", why));
}

}  // namespace

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
