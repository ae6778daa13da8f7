#include "exporter/input/file/bookshelf.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "exporter/input/file/find_copy.h"
#include "exporter/input/file/followed_file.h"

namespace maillog {

bool Bookshelf::HasUnchanged(const FileStat& stat) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.seen.links > 0 && entry.seen.id == stat.id && entry.seen.size == stat.size &&
           entry.seen.modified_ns == stat.modified_ns;
  });
}

Bookshelf::Entry Bookshelf::TakeAt(std::size_t index) {
  Entry entry = std::move(entries_[index]);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
  return entry;
}

std::vector<std::size_t> Bookshelf::ByHints(const FileId& id, const std::string& path) const {
  std::vector<std::size_t> order(entries_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
    return entries_[i].bookmark.id == id || entries_[i].bookmark.path == path;
  });
  return order;
}

absl::StatusOr<std::optional<Bookshelf::Entry>> Bookshelf::TakeFor(
    File& file, const FileStat& stat, const std::string& path, const std::set<FileId>& elsewhere) {
  for (std::size_t i = entries_.size(); i-- > 0;) {
    const Bookmark& bookmark = entries_[i].bookmark;
    if (!bookmark.id.IsSameFile(stat.id)) continue;
    if (!bookmark.finished || IsStill(file, bookmark)) return TakeAt(i);
  }
  std::string beginning(std::min<std::uint64_t>(stat.size, Head::kMaxBytes), '\0');
  const absl::StatusOr<std::size_t> read = file.ReadAt(0, beginning);
  if (!read.ok()) return read.status();
  beginning.resize(*read);
  Head head;
  head.Extend(beginning);
  std::pair<std::size_t, std::size_t> short_beginning{};  // and how long it is
  std::optional<std::size_t> same_beginning;              // it has lost its tail
  std::optional<std::size_t> same_path;                   // the youngest of them
  for (const std::size_t i : ByHints(stat.id, path)) {
    const Bookmark& bookmark = entries_[i].bookmark;
    if (bookmark.id.is_proof() && elsewhere.contains(bookmark.id)) continue;
    if (bookmark.path == path && !bookmark.finished) same_path = i;
    const bool hinted = bookmark.path == path || bookmark.id == stat.id;
    if (!hinted && entries_[i].claim.Holds(bookmark.id)) continue;  // that one is still there
    // Without a hint a short beginning proves nothing: many logs begin alike.
    if (!hinted && bookmark.head.length() < Head::kRungs[0]) continue;
    if (!bookmark.head.MayMatch(head)) continue;
    if (hinted && !bookmark.finished && bookmark.head.CommonBytes(beginning) > 0) {
      same_beginning = i;
    }
    const absl::StatusOr<std::size_t> matched = FollowedFile::Holds(file, stat.size, bookmark);
    if (!matched.ok()) return matched.status();
    if (*matched >= Head::kRungs[0]) return TakeAt(i);
    if (hinted && *matched > short_beginning.second) short_beginning = {i, *matched};
  }
  if (short_beginning.second > 0) return TakeAt(short_beginning.first);
  if (same_beginning) return TakeAt(*same_beginning);
  if (same_path) return TakeAt(*same_path);
  return std::nullopt;
}

std::vector<Bookshelf::Entry> Bookshelf::TakeUnfinished(
    const std::function<bool(const Bookmark&)>& wanted) {
  std::vector<Entry> taken;
  for (std::size_t i = entries_.size(); i-- > 0;) {
    const Entry& entry = entries_[i];
    const bool is_lost = !entry.bookmark.finished && entry.seen.links == 0;
    if (is_lost && wanted(entry.bookmark)) taken.push_back(TakeAt(i));
  }
  return taken;
}

void Bookshelf::MoveFinished(BookmarkNumber number, const FileId& to) {
  for (Entry& entry : entries_) {
    if (entry.bookmark.number == number) entry.bookmark.id = to;
  }
}

std::optional<FileClaims::Claim> Bookshelf::TakeClaim(const FileId& id) {
  for (Entry& entry : entries_) {
    if (entry.claim.Holds(id)) return std::move(entry.claim);
  }
  return std::nullopt;
}

std::vector<BookmarkNumber> Bookshelf::Prune(const std::set<FileId>& still_there) {
  const auto is_gone = [&](const Entry& entry) {
    return entry.bookmark.finished && !still_there.contains(entry.bookmark.id);
  };
  auto gone = static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_gone));
  std::vector<BookmarkNumber> dropped;
  std::erase_if(entries_, [&](const Entry& entry) {
    if (gone <= kMaxFinished || !is_gone(entry)) return false;
    --gone;
    dropped.push_back(entry.bookmark.number);
    return true;
  });
  return dropped;
}

}  // namespace maillog
