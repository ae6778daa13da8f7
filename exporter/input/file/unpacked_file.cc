#include "exporter/input/file/unpacked_file.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/input/fingerprint.h"
#include "exporter/input/unpacker.h"

namespace maillog {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
// After a block of a followed file its window is read again.
constexpr std::size_t kKept = 512 * 1024;

class UnpackedFile final : public File {
 public:
  UnpackedFile(std::unique_ptr<File> packed, std::string path)
      : packed_(std::move(packed)), path_(std::move(path)) {}

  absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
    for (const Part* part : {&beginning_, &last_small_}) {
      if (part->Covers(offset, into.size())) return part->Copy(offset, into);
    }
    if (unpacker_ == nullptr || offset < recent_.begin) {
      if (absl::Status begun = BeginAgain(); !begun.ok()) return begun;
    }
    while (recent_.end() < offset + into.size() && !at_end_) {
      if (absl::Status read = ReadChunk(); !read.ok()) return read;
    }
    const std::size_t copied = recent_.Copy(offset, into);
    if (copied <= Window::kMaxBytes) last_small_ = {offset, std::string(into.data(), copied)};
    return copied;
  }

  absl::StatusOr<std::size_t> Read(std::span<char>) override {
    return absl::UnimplementedError(path_ + ": not a stream");
  }

  absl::StatusOr<FileStat> Stat() override {
    absl::StatusOr<FileStat> stat = packed_->Stat();
    if (!stat.ok()) return stat;
    if (!size_) {
      while (unpacker_ == nullptr || !at_end_) {
        if (unpacker_ == nullptr) {
          if (absl::Status begun = BeginAgain(); !begun.ok()) return begun;
        }
        if (absl::Status read = ReadChunk(); !read.ok()) return read;
      }
      size_ = recent_.end();
    }
    stat->size = *size_;
    return stat;
  }

  [[nodiscard]] int descriptor() const override { return packed_->descriptor(); }

 private:
  struct Part {
    std::uint64_t begin = 0;
    std::string bytes;

    [[nodiscard]] std::uint64_t end() const { return begin + bytes.size(); }
    [[nodiscard]] bool Covers(std::uint64_t offset, std::size_t size) const {
      return offset >= begin && offset + size <= end();
    }
    std::size_t Copy(std::uint64_t offset, std::span<char> into) const {
      if (offset < begin || offset >= end()) return 0;
      return bytes.copy(into.data(), into.size(), static_cast<std::size_t>(offset - begin));
    }
  };

  [[nodiscard]] absl::Status BeginAgain() {
    unpacker_ = std::make_unique<Unpacker>(*packed_, path_);
    recent_ = {};
    const absl::StatusOr<bool> member = unpacker_->NextMember();
    if (!member.ok()) {
      unpacker_.reset();
      return member.status();
    }
    at_end_ = !*member;
    return absl::OkStatus();
  }

  [[nodiscard]] absl::Status ReadChunk() {
    if (at_end_) return absl::OkStatus();
    if (recent_.bytes.size() >= 2 * kKept) {
      const std::size_t dropped = recent_.bytes.size() - kKept;
      recent_.bytes.erase(0, dropped);
      recent_.begin += dropped;
    }
    const std::size_t before = recent_.bytes.size();
    recent_.bytes.resize(before + kChunk);
    const absl::StatusOr<std::size_t> read =
        unpacker_->Read(std::span<char>(recent_.bytes).subspan(before));
    recent_.bytes.resize(before + read.value_or(0));
    if (!read.ok()) {
      unpacker_.reset();
      return read.status();
    }
    at_end_ = *read < kChunk;
    if (recent_.begin == 0 && beginning_.bytes.size() < Head::kMaxBytes) {
      beginning_.bytes = recent_.bytes.substr(0, Head::kMaxBytes);
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<File> packed_;
  const std::string path_;
  std::unique_ptr<Unpacker> unpacker_;
  Part recent_;  // up to where it has been unpacked
  Part beginning_;
  Part last_small_;  // a window that is asked for again and again
  std::optional<std::uint64_t> size_;
  bool at_end_ = false;
};

}  // namespace

std::unique_ptr<File> MakeUnpackedFile(std::unique_ptr<File> packed, std::string path) {
  return std::make_unique<UnpackedFile>(std::move(packed), std::move(path));
}

}  // namespace maillog
