#include "exporter/os/file_system.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "absl/strings/cord.h"
#include "exporter/os/permission.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr char kErrnoPayload[] = "maillog/errno";

absl::Status WithErrno(int error, const std::string& sentence) {
  absl::Status status(absl::ErrnoToStatusCode(error), sentence);
  // Through a view: the string's own constructor is a template that clang compiles differently from
  // Debian's library.
  const std::string text = std::to_string(error);
  status.SetPayload(kErrnoPayload, absl::Cord(absl::string_view(text.data(), text.size())));
  return status;
}

}  // namespace

absl::StatusOr<std::vector<DirectoryEntry>> FileSystem::ListKinds(const std::string& path) {
  const absl::StatusOr<std::vector<std::string>> names = List(path);
  if (!names.ok()) return names.status();
  std::vector<DirectoryEntry> entries;
  for (const std::string& name : *names) {
    DirectoryEntry& entry = entries.emplace_back();
    entry.name = name;
    if (const auto stat = Stat(JoinPath(path, name)); stat.ok()) entry.kind = stat->kind;
  }
  return entries;
}

absl::Status ErrnoStatus(int error, const std::string& what) {
  return WithErrno(error, what + ": " + std::generic_category().message(error));
}

absl::Status OpenError(int error, const std::string& path) {
  const std::string who = error == EACCES ? WhoMayRead(path) : std::string();
  if (who.empty()) return ErrnoStatus(error, path);
  return WithErrno(error, path + ": " + std::generic_category().message(error) + " (" + who + ")");
}

int ErrnoOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kErrnoPayload);
  if (!payload) return 0;
  const std::string text(*payload);
  return static_cast<int>(ParseUint(text).value_or(0));
}

bool IsMissing(const absl::Status& status) {
  const int error = ErrnoOf(status);
  return error == ENOENT || error == ENOTDIR;
}

bool IsCircle(const absl::Status& status) { return ErrnoOf(status) == ELOOP; }

std::string JoinPath(const std::string& directory, const std::string& name) {
  if (directory.empty() || directory == ".") return name;
  return directory.back() == '/' ? directory + name : directory + "/" + name;
}

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string NameOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace maillog
