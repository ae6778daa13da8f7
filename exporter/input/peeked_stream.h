// A stream whose beginning can be looked at before it is read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "exporter/os/file_system.h"

namespace maillog {

/// Read by Read, or by ReadAt in order; not by both.
class PeekedStream final : public File {
 public:
  /// `stream` must outlive it.
  explicit PeekedStream(File& stream) : stream_(stream) {}

  /// The first bytes, as many as tell what they are: up to the first newline, kPackedBeginning, or
  /// the end. Waits for them. They are read again by Read and ReadAt. Valid as long as this is.
  [[nodiscard]] absl::StatusOr<std::string_view> Beginning();

  /// Of the beginning at any offset, else from where the last read ended. May be fewer bytes than
  /// asked for before the end, too.
  [[nodiscard]] absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset,
                                                   std::span<char> into) override;
  [[nodiscard]] absl::StatusOr<std::size_t> Read(std::span<char> into) override;
  /// A stream's, also where standard input is a file.
  [[nodiscard]] absl::StatusOr<FileStat> Stat() override;
  [[nodiscard]] int descriptor() const override { return stream_.descriptor(); }

 private:
  File& stream_;
  std::string beginning_;
  std::uint64_t position_ = 0;  // of Read
};

}  // namespace maillog
