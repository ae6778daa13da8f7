#include "exporter/input/obstacle.h"

#include "absl/strings/str_cat.h"
#include "exporter/input/journal/journal.h"
#include "exporter/input/journal/journal_access.h"
#include "exporter/input/journal/libsystemd.h"
#include "exporter/input/kafka/librdkafka.h"
#include "exporter/input/open.h"
#include "exporter/input/syslog/syslog_address.h"
#include "exporter/input/syslog/unix_socket.h"
#include "exporter/os/listen_address.h"

namespace maillog {

std::string WhyNotFiles(const std::string& path, FileSystem& files) {
  const absl::StatusOr<FileStat> named = files.Stat(path);
  if (!named.ok() && !IsMissing(named.status())) return std::string(named.status().message());
  if (named.ok() && named->kind == FileKind::kStream) return {};
  const absl::StatusOr<Listing> listing = PathsOf(path, files)->List(files);
  if (!listing.ok()) return std::string(listing.status().message());
  if (!listing->unread.empty()) return std::string(listing->unread.front().error.message());
  for (const std::string& file : listing->files) {
    const absl::StatusOr<FileStat> stat = files.Stat(file);
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    const absl::StatusOr<std::unique_ptr<File>> opened = files.Open(file);
    if (!opened.ok()) return std::string(opened.status().message());
  }
  return {};
}

std::string WhyNotJournal(const std::string& path, FileSystem& files) {
  const absl::StatusOr<JournalPath> parsed = ParseJournalPath(path);
  if (!parsed.ok()) return {};  // never planned
  absl::Status why = TheLibsystemd().status();
  if (why.ok()) why = JournalAccess(*parsed, files);
  return why.ok() ? std::string() : absl::StrCat(path, " cannot be read: ", why.message());
}

std::string WhyNotKafka(const std::string& path, FileSystem& /*files*/) {
  const absl::Status why = TheLibrdkafka().status();
  return why.ok() ? std::string() : absl::StrCat(path, " cannot be read: ", why.message());
}

std::string WhyNotSyslog(const std::string& path, FileSystem& /*files*/) {
  const absl::StatusOr<SyslogAddress> parsed = ParseSyslogAddress(path);
  if (!parsed.ok()) return {};  // never planned
  const SyslogTransport transport = parsed->transport;
  const std::string why =
      IsUnix(transport)
          ? WhyNotBind(parsed->path, SocketType(transport))
          : WhyNotListen(parsed->address,
                         IsDatagram(transport) ? ListenFor::kDatagrams : ListenFor::kConnections);
  return why.empty() ? why : absl::StrCat("cannot listen on ", path, ": ", why);
}

}  // namespace maillog
