#include "exporter/command/progress.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exporter/input/open.h"

namespace maillog {
namespace {

// 0 if one of them has no size: standard input, a FIFO, a journal.
std::uint64_t SizeOf(const std::vector<std::string>& paths, FileSystem& files) {
  std::uint64_t size = 0;
  for (const std::string& path : paths) {
    const std::unique_ptr<PathList> list = PathsOf(path, files);
    if (list == nullptr) return 0;
    const absl::StatusOr<Listing> listing = list->List(files);
    if (!listing.ok()) return 0;
    for (const std::string& file : listing->files) {
      const absl::StatusOr<FileStat> stat = files.Stat(file);
      if (!stat.ok() || stat->kind == FileKind::kDirectory) continue;
      if (stat->kind != FileKind::kRegular) return 0;
      size += stat->size;
    }
  }
  return size;
}

}  // namespace

class ProgressFiles::CountedFile final : public File {
 public:
  /// `furthest`: where reading has got in it, also through other handles.
  CountedFile(std::unique_ptr<File> file, ProgressFiles& progress, std::uint64_t& furthest)
      : file_(std::move(file)), progress_(progress), furthest_(furthest) {}

  absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
    absl::StatusOr<std::size_t> read = file_->ReadAt(offset, into);
    // What is read twice, such as the beginning (to see whether it is packed), does not count
    // twice.
    const std::uint64_t end = offset + read.value_or(0);
    if (end > furthest_) progress_.Add(end - std::exchange(furthest_, end));
    return read;
  }
  absl::StatusOr<std::size_t> Read(std::span<char> into) override {
    absl::StatusOr<std::size_t> read = file_->Read(into);
    progress_.Add(read.value_or(0));
    return read;
  }
  absl::StatusOr<FileStat> Stat() override { return file_->Stat(); }
  [[nodiscard]] int descriptor() const override { return file_->descriptor(); }

 private:
  const std::unique_ptr<File> file_;
  ProgressFiles& progress_;
  std::uint64_t& furthest_;
};

ProgressFiles::ProgressFiles(const std::vector<std::string>& paths, FileSystem& files,
                             std::ostream& terminal, const Clock& clock)
    : files_(files),
      terminal_(terminal),
      clock_(clock),
      all_bytes_(SizeOf(paths, files)),
      next_(clock.Now() + kInterval) {}

ProgressFiles::~ProgressFiles() { Remove(); }

absl::StatusOr<std::unique_ptr<File>> ProgressFiles::Open(const std::string& path) {
  absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path);
  if (!file.ok()) return file.status();
  return std::make_unique<CountedFile>(*std::move(file), *this, furthest_[path]);
}

absl::StatusOr<std::unique_ptr<File>> ProgressFiles::OpenStandardInput() {
  absl::StatusOr<std::unique_ptr<File>> file = files_.OpenStandardInput();
  if (!file.ok()) return file.status();
  return std::make_unique<CountedFile>(*std::move(file), *this, furthest_["-"]);
}

void ProgressFiles::Add(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  read_bytes_ += bytes;
  const TimePoint now = clock_.Now();
  if (now < next_) return;
  next_ = now + kInterval;
  std::string line = "read " + BytesText(read_bytes_);
  if (all_bytes_ > 0) {
    // A log may have grown meanwhile.
    const std::uint64_t all = std::max(all_bytes_, read_bytes_);
    absl::StrAppend(&line, " of ", BytesText(all), ", ", read_bytes_ * 100 / all, " %");
  }
  const std::size_t size = line.size();
  if (size < shown_) line.append(shown_ - size, ' ');
  terminal_ << '\r' << line << std::flush;
  shown_ = line.size();
}

void ProgressFiles::Remove() {
  if (shown_ > 0) terminal_ << '\r' << std::string(shown_, ' ') << '\r' << std::flush;
  shown_ = 0;
}

std::string BytesText(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  double amount = static_cast<double>(bytes);
  while (amount >= 999.5 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  const int decimals = unit > 0 && amount < 9.95 ? 1 : 0;
  return absl::StrFormat("%.*f %s", decimals, amount, std::string(kUnits[unit]));
}

}  // namespace maillog
