#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "exporter/input/input_kind.h"
#include "exporter/input/open.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool IsSchemeByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' ||
         c == '.';
}

/// `file` of `file:///x`; empty if the path does not begin like a URL.
std::string_view SchemeOf(std::string_view path) {
  const std::size_t end = path.find("://");
  if (end == std::string_view::npos) return {};
  const std::string_view scheme = path.substr(0, end);
  return std::all_of(scheme.begin(), scheme.end(), &IsSchemeByte) ? scheme : std::string_view();
}

}  // namespace

absl::Status CheckSourcePath(std::string_view path) {
  if (path.empty()) {
    return absl::InvalidArgumentError("a path is empty; leave it out, or name a log");
  }
  if (path.starts_with("~/")) {
    return absl::InvalidArgumentError(
        absl::StrCat(std::string(path),
                     ": only a shell knows whose home directory ~ is; write the whole path, or ./",
                     std::string(path), " if a directory has that name"));
  }
  const InputKind& kind = KindOf(path);
  const std::string_view scheme = kind.is_files ? SchemeOf(path) : std::string_view();
  if (scheme.empty()) return kind.check(path);
  if (scheme == "file") {
    return absl::InvalidArgumentError(absl::StrCat(
        std::string(path),
        ": a file is named by its path alone: ", std::string(path.substr(scheme.size() + 3))));
  }
  return absl::InvalidArgumentError(absl::StrCat(std::string(path),
                                                 ": there is no source of the kind ",
                                                 std::string(scheme), "://; ", KindsInWords()));
}

}  // namespace maillog
