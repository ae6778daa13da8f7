#include "exporter/history/archives.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/count/stamp_time.h"
#include "exporter/follow/left_out.h"
#include "exporter/input/file/find_copy.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/not_a_log.h"
#include "exporter/input/open.h"
#include "exporter/input/unpacker.h"
#include "parser/envelope/message_reader.h"

namespace maillog {
namespace {

// Enough for lines before the first one with a stamp.
constexpr std::size_t kLookedAt = 64 * 1024;

absl::StatusOr<std::string> BeginningOfText(File& file, bool packed, const std::string& path) {
  std::string text(kLookedAt, '\0');
  std::size_t size = 0;
  if (packed) {
    Unpacker unpacker(file, path);
    const absl::StatusOr<bool> member = unpacker.NextMember();
    if (!member.ok()) return member.status();
    while (*member && size < text.size()) {
      const absl::StatusOr<std::size_t> read = unpacker.Read(std::span<char>(text).subspan(size));
      if (!read.ok()) return read.status();
      if (*read == 0) break;
      size += *read;
    }
  } else {
    const absl::StatusOr<std::size_t> read = file.ReadAt(0, text);
    if (!read.ok()) return read.status();
    size = *read;
  }
  text.resize(size);
  return text;
}

/// The text of the first stamp that can be read; empty if there is none.
std::string FirstStamp(std::string_view beginning, MessageScratch& scratch) {
  const std::size_t end = beginning.rfind('\n');
  if (end != std::string_view::npos) beginning = beginning.substr(0, end + 1);
  MessageReader reader(beginning, scratch);
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) {
    if (ParseStamp(record.stamp)) return std::string(record.stamp);
  }
  return {};
}

class Finder {
 public:
  Finder(const ArchiveRequest& request, FileSystem& files)
      : request_(request),
        files_(files),
        scratch_(std::make_unique_for_overwrite<MessageScratch>()) {}

  [[nodiscard]] absl::StatusOr<Archives> Find() {
    if (absl::Status live = OpenLive(); !live.ok()) return live;
    if (absl::Status rotations = AddRotations(); !rotations.ok()) return rotations;
    if (absl::Status others = AddOthers(); !others.ok()) return others;
    // The first stamps of others say where they belong; those of rotations follow their names.
    std::stable_sort(others_.begin(), others_.end(), [](const Found& a, const Found& b) {
      return a.archive.begins < b.archive.begins;
    });
    std::vector<Found> all;
    std::merge(std::make_move_iterator(rotations_.begin()),
               std::make_move_iterator(rotations_.end()), std::make_move_iterator(others_.begin()),
               std::make_move_iterator(others_.end()), std::back_inserter(all),
               [](const Found& a, const Found& b) { return a.archive.begins < b.archive.begins; });
    archives_.begins = live_begins_.value_or(absl::InfiniteFuture());
    for (Found& found : all) {
      archives_.begins = std::min(archives_.begins, found.archive.begins);
      archives_.files.push_back(std::move(found.archive));
    }
    return std::move(archives_);
  }

 private:
  struct Found {
    Archive archive;
    std::string first_stamp;
    absl::Time modified;
  };

  [[nodiscard]] absl::Status OpenLive() {
    archives_.live_written = request_.now;
    if (request_.live.empty()) return absl::OkStatus();
    const absl::StatusOr<FileStat> stat = files_.Stat(request_.live);
    if (!stat.ok()) return absl::OkStatus();  // it is waited for
    absl::StatusOr<Found> live = Open(request_.live, *stat);
    if (!live.ok()) return live.status();
    live_id_ = stat->id;
    live_head_ = live->archive.head;
    archives_.live_written = live->archive.written;
    live_begins_ = live->archive.begins;
    return absl::OkStatus();
  }

  [[nodiscard]] absl::Status AddRotations() {
    if (request_.live.empty()) return absl::OkStatus();
    const std::unique_ptr<Waker> waker = MakePollWaker();
    const Surroundings around{.files = files_,
                              .waker = *waker,
                              .clock = SteadyClock(),
                              .claims = {},
                              .rotated = request_.rotated};
    RotationNames names(files_);
    const std::vector<Rotated> all = RotationsOf(around, names, request_.live, live_id_);
    if (all.size() == kMaxRotations) {
      archives_.notices.push_back(
          absl::StrCat(request_.live, ": of its rotated files the youngest ", kMaxRotations,
                       " are read; older ones are named with --archive"));
    }
    for (const Rotated& rotated : all) {
      const absl::StatusOr<FileStat> stat = files_.Stat(rotated.path);
      if (!stat.ok()) return stat.status();
      absl::StatusOr<Found> found = Open(rotated.path, *stat);
      if (!found.ok()) return found.status();
      if (!IsLeftOut(*found)) rotations_.push_back(*std::move(found));
    }
    const absl::StatusOr<std::string> target = files_.Resolve(request_.live);
    (void)OrderByNames(NameOf(target.ok() ? *target : request_.live), rotations_);
    Limit(rotations_);
    return absl::OkStatus();
  }

  [[nodiscard]] absl::Status AddOthers() {
    for (const std::string& path : request_.others) {
      const absl::StatusOr<Listing> listing = PathsOf(path, files_)->List(files_);
      if (!listing.ok()) return listing.status();
      if (!listing->unread.empty()) return listing->unread.front().error;
      bool any = false;
      std::string why;
      for (const std::string& file : listing->files) {
        const absl::StatusOr<FileStat> stat = files_.Stat(file);
        if (!stat.ok() && listing->by_pattern && IsMissing(stat.status())) continue;
        if (!stat.ok()) return stat.status();
        if (listing->by_pattern) {
          if (stat->kind != FileKind::kRegular) continue;
          if (std::string odd = WhyLeftOut(file, files_); !odd.empty()) {
            why = std::move(odd);
            archives_.notices.push_back("left out " + why);
            continue;
          }
        }
        any = true;
        absl::StatusOr<Found> found = Open(file, *stat);
        if (!found.ok()) return found.status();
        if (!IsLeftOut(*found)) others_.push_back(*std::move(found));
      }
      if (!any && !why.empty()) return absl::InvalidArgumentError(why);
      if (!any) return absl::NotFoundError(path + ": no log files there");
    }
    std::vector<std::string> names;
    for (const Found& found : others_) names.push_back(NameOf(found.archive.path));
    const std::string base = CommonBase(names);
    if (!base.empty() && OrderByNames(base, others_)) Limit(others_);
    return absl::OkStatus();
  }

  // Youngest first, if the names show the order of all of them: they say more than times, which a
  // copy may have lost. Numbers that an administrator gives may rise with time: then the files'
  // times are not all lost.
  [[nodiscard]] static bool OrderByNames(const std::string& base, std::vector<Found>& list) {
    const auto is_younger = [&](const Found& a, const Found& b) {
      return IsYounger(NameOf(a.archive.path), NameOf(b.archive.path), base);
    };
    for (const Found& found : list) {
      if (!is_younger(found, list.front())) return false;
    }
    std::stable_sort(list.begin(), list.end(), [&](const Found& a, const Found& b) {
      return is_younger(a, b).value_or(false);
    });
    int agreement = 0;
    for (std::size_t i = 1; i < list.size(); ++i) {
      agreement += list[i - 1].modified > list[i].modified ? 1 : 0;
      agreement -= list[i - 1].modified < list[i].modified ? 1 : 0;
    }
    if (agreement < 0) std::reverse(list.begin(), list.end());
    return true;
  }

  // From the youngest to the oldest: each was over before the next one began. Leaves the oldest
  // first.
  void Limit(std::vector<Found>& youngest_first) {
    absl::Time limit = live_begins_.value_or(request_.now);
    for (Found& found : youngest_first) limit = NotAfter(limit, found);
    std::reverse(youngest_first.begin(), youngest_first.end());
  }

  [[nodiscard]] absl::StatusOr<Found> Open(const std::string& path, const FileStat& stat) {
    absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path);
    if (!file.ok()) return file.status();
    const absl::StatusOr<FileStat> opened = (*file)->Stat();
    if (!opened.ok()) return opened.status();
    if (opened->id != stat.id) return absl::AbortedError(path + " was renamed meanwhile");
    std::array<char, kPackedBeginning> bytes;
    const absl::StatusOr<std::size_t> read = (*file)->ReadAt(0, bytes);
    if (!read.ok()) return read.status();
    const std::string_view beginning(bytes.data(), *read);
    if (std::string why = WhyNoLog(beginning, path, files_); !why.empty())
      return absl::InvalidArgumentError(why);
    Found found;
    found.archive.path = path;
    found.archive.id = opened->id;
    found.archive.packed = IsPacked(beginning);
    const absl::StatusOr<std::string> text = BeginningOfText(**file, found.archive.packed, path);
    if (!text.ok()) return text.status();
    found.archive.file = *std::move(file);
    found.archive.head.Extend(*text);
    found.first_stamp = FirstStamp(*text, *scratch_);
    found.modified = absl::FromUnixNanos(opened->modified_ns);
    found.archive.written = found.modified;
    (void)NotAfter(request_.now, found);
    return found;
  }

  // Returns where it begins.
  absl::Time NotAfter(absl::Time limit, Found& found) const {
    Archive& archive = found.archive;
    archive.written = std::min(archive.written, limit);
    archive.begins =
        StampTime(found.first_stamp, request_.zone, archive.written).value_or(archive.written);
    return std::min(limit, archive.begins);
  }

  [[nodiscard]] bool IsLeftOut(const Found& found) {
    const Archive& archive = found.archive;
    if (archive.id == live_id_) return true;
    const auto is_same = [&](const Head& head) {
      return head == archive.head && head.length() >= Head::kRungs.front();
    };
    const auto is_known = [&](const Found& other) {
      return other.archive.id == archive.id || is_same(other.archive.head);
    };
    const auto say = [&](const std::string& other) {
      archives_.notices.push_back(archive.path + " begins as " + other +
                                  " does: it is taken for a copy, and left out");
    };
    if (live_id_ != FileId{} && is_same(live_head_)) {
      say(request_.live);
      return true;
    }
    for (const std::vector<Found>* list : {&rotations_, &others_}) {
      const auto known = std::find_if(list->begin(), list->end(), is_known);
      if (known == list->end()) continue;
      if (known->archive.id != archive.id) say(known->archive.path);
      return true;
    }
    return false;
  }

  const ArchiveRequest& request_;
  FileSystem& files_;
  const std::unique_ptr<MessageScratch> scratch_;
  FileId live_id_;
  Head live_head_;
  std::optional<absl::Time> live_begins_;
  std::vector<Found> rotations_;
  std::vector<Found> others_;
  Archives archives_;
};

}  // namespace

absl::StatusOr<Archives> FindArchives(const ArchiveRequest& request, FileSystem& files) {
  return Finder(request, files).Find();
}

std::string CommonBase(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::vector<std::string> common = RotationBases(names.front());
  for (const std::string& name : names) {
    const std::vector<std::string> bases = RotationBases(name);
    std::erase_if(common, [&](const std::string& base) {
      return std::find(bases.begin(), bases.end(), base) == bases.end();
    });
  }
  // `mail.log` before `mail.log.1`, which is only its packed form.
  const auto shortest = std::min_element(
      common.begin(), common.end(),
      [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  return shortest == common.end() ? std::string() : *shortest;
}

}  // namespace maillog
