#include "exporter/os/permission.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "exporter/os/file_system.h"

namespace maillog {
namespace {

// Enough for all groups except those with thousands of members, which are named by number.
constexpr std::size_t kEntryBytes = 16 * 1024;

std::string GroupName(gid_t id) {
  std::array<char, kEntryBytes> room;
  group entry{};
  group* found = nullptr;
  if (::getgrgid_r(id, &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
    return std::to_string(id);
  }
  return entry.gr_name;
}

std::string UserName(uid_t id) {
  std::array<char, kEntryBytes> room;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(id, &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
    return std::to_string(id);
  }
  return entry.pw_name;
}

bool IsOwnGroup(gid_t id) { return ::getegid() == id || ::group_member(id) != 0; }

bool IsFound(const std::string& path, struct stat& stat) {
  return ::stat(path.c_str(), &stat) == 0;
}

}  // namespace

std::string WhoMayRead(const std::string& path) {
  // If it cannot even be looked at, it is in a directory that may not be entered.
  std::string place = path;
  struct stat stat {};
  bool is_above = false;
  while (!IsFound(place, stat)) {
    if (errno != EACCES || place == "/" || place == ".") return {};
    place = DirectoryOf(place);
    is_above = true;
  }
  if (is_above && ::access(place.c_str(), X_OK) == 0) return {};
  const auto allows = [&](mode_t enter, mode_t read) {
    return (stat.st_mode & (is_above ? enter : read)) != 0;
  };
  const std::string what = is_above ? "the directory " + place : "it";
  const std::string verb = is_above ? " may be entered" : " may be read";
  if (allows(S_IXOTH, S_IROTH)) return {};
  if (allows(S_IXGRP, S_IRGRP)) {
    if (IsOwnGroup(stat.st_gid)) return {};
    return what + verb + " by the group " + GroupName(stat.st_gid);
  }
  const bool by_owner = allows(S_IXUSR, S_IRUSR) && stat.st_uid != ::geteuid();
  return what + verb + " by " + (by_owner ? UserName(stat.st_uid) : "root") + " only";
}

std::string WhyNotWrite(const std::string& directory) {
  std::string place = directory;
  struct stat stat {};
  while (!IsFound(place, stat)) {
    if (errno != ENOENT || place == "/" || place == ".") {
      return std::generic_category().message(errno);
    }
    place = DirectoryOf(place);
  }
  if (!S_ISDIR(stat.st_mode)) return std::generic_category().message(ENOTDIR);
  return ::access(place.c_str(), W_OK | X_OK) == 0 ? std::string()
                                                   : std::generic_category().message(errno);
}

}  // namespace maillog
