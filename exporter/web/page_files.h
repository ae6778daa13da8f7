// The files of web/pages/, which CMake puts into the program (embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace maillog {

struct PageFile {
  std::string_view name;  ///< `status.html`
  std::string_view text;
};
[[nodiscard]] std::span<const PageFile> PageFiles();

/// The text of a file that must exist.
[[nodiscard]] std::string_view PageFileText(std::string_view name);

}  // namespace maillog
