// A part of a file as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// Up to `size` bytes at `offset`; fewer where the file ends. Fails as File::ReadAt does.
[[nodiscard]] inline absl::StatusOr<std::string> ReadPart(File& file, std::uint64_t offset,
                                                          std::size_t size) {
  std::string bytes(size, '\0');
  const absl::StatusOr<std::size_t> read = file.ReadAt(offset, bytes);
  if (!read.ok()) return read.status();
  bytes.resize(*read);
  return bytes;
}

}  // namespace maillog
