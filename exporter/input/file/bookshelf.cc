#include "exporter/input/file/bookshelf.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "exporter/input/file/find_copy.h"
#include "exporter/input/file/followed_file.h"

namespace maillog {

void Bookshelf::Put(Entry entry) {
  const Place place = entries_.insert(entries_.end(), std::move(entry));
  by_bookmark_.emplace(place->bookmark.id.inode, place);
  if (place->seen.links > 0) by_seen_.emplace(place->seen.id.inode, place);
}

Bookshelf::Entry Bookshelf::Take(Place place) {
  Erase(by_bookmark_, place->bookmark.id.inode, place);
  Erase(by_seen_, place->seen.id.inode, place);
  Entry entry = std::move(*place);
  entries_.erase(place);
  return entry;
}

void Bookshelf::Erase(ByInode& index, std::uint64_t inode, Place place) {
  const auto [begin, end] = index.equal_range(inode);
  const auto found = std::find_if(begin, end, [&](const auto& one) { return one.second == place; });
  if (found != end) index.erase(found);
}

bool Bookshelf::HasUnchanged(const FileStat& stat) const {
  const auto [begin, end] = by_seen_.equal_range(stat.id.inode);
  return std::any_of(begin, end, [&](const auto& one) {
    const FileStat& seen = one.second->seen;
    return seen.id == stat.id && seen.size == stat.size && seen.modified_ns == stat.modified_ns;
  });
}

std::vector<Bookshelf::Place> Bookshelf::ByHints(const FileId& id, const std::string& path) {
  std::vector<Place> order;
  order.reserve(entries_.size());
  for (Place place = entries_.begin(); place != entries_.end(); ++place) order.push_back(place);
  std::stable_partition(order.begin(), order.end(), [&](Place place) {
    return place->bookmark.id == id || place->bookmark.path == path;
  });
  return order;
}

absl::StatusOr<std::optional<Bookshelf::Entry>> Bookshelf::TakeFor(File& file, const FileStat& stat,
                                                                   const std::string& path,
                                                                   const IdsElsewhere& elsewhere) {
  const auto [begin, end] = by_bookmark_.equal_range(stat.id.inode);
  for (auto one = end; one != begin;) {
    const Place place = (--one)->second;
    const Bookmark& bookmark = place->bookmark;
    if (!bookmark.id.IsSameFile(stat.id)) continue;
    if (!bookmark.finished || IsStill(file, bookmark)) return Take(place);
  }
  std::string beginning(std::min<std::uint64_t>(stat.size, Head::kMaxBytes), '\0');
  const absl::StatusOr<std::size_t> read = file.ReadAt(0, beginning);
  if (!read.ok()) return read.status();
  beginning.resize(*read);
  Head head;
  head.Extend(beginning);
  std::pair<Place, std::size_t> short_beginning{};  // and how long it is
  std::optional<Place> same_beginning;              // it has lost its tail
  std::optional<Place> same_path;                   // the youngest of them
  const std::set<FileId> ids_elsewhere = entries_.empty() ? std::set<FileId>() : elsewhere();
  for (const Place place : ByHints(stat.id, path)) {
    const Bookmark& bookmark = place->bookmark;
    if (bookmark.id.is_proof() && ids_elsewhere.contains(bookmark.id)) continue;
    if (bookmark.path == path && !bookmark.finished) same_path = place;
    const bool hinted = bookmark.path == path || bookmark.id == stat.id;
    if (!hinted && place->claim.Holds(bookmark.id)) continue;  // that one is still there
    // Without a hint a short beginning proves nothing: many logs begin alike.
    if (!hinted && bookmark.head.length() < Head::kRungs[0]) continue;
    if (!bookmark.head.MayMatch(head)) continue;
    if (hinted && !bookmark.finished && bookmark.head.CommonBytes(beginning) > 0) {
      same_beginning = place;
    }
    const absl::StatusOr<std::size_t> matched = FollowedFile::Holds(file, stat.size, bookmark);
    if (!matched.ok()) return matched.status();
    if (*matched >= Head::kRungs[0]) return Take(place);
    if (hinted && *matched > short_beginning.second) short_beginning = {place, *matched};
  }
  if (short_beginning.second > 0) return Take(short_beginning.first);
  if (same_beginning) return Take(*same_beginning);
  if (same_path) return Take(*same_path);
  return std::nullopt;
}

std::vector<Bookshelf::Entry> Bookshelf::TakeUnfinished(
    const std::function<bool(const Bookmark&)>& wanted) {
  std::vector<Entry> taken;
  for (Place next = entries_.end(); next != entries_.begin();) {
    const Place place = std::prev(next);
    const bool is_lost = !place->bookmark.finished && place->seen.links == 0;
    if (is_lost && wanted(place->bookmark)) {
      taken.push_back(Take(place));
    } else {
      next = place;
    }
  }
  return taken;
}

bool Bookshelf::TakeWasLive(const FileId& id) {
  const auto [begin, end] = by_seen_.equal_range(id.inode);
  return std::any_of(begin, end, [&](const auto& one) {
    return one.second->seen.id == id && std::exchange(one.second->was_live, false);
  });
}

std::optional<Bookshelf::Entry> Bookshelf::TakeGrown(const FileStat& stat) {
  const auto [begin, end] = by_seen_.equal_range(stat.id.inode);
  for (auto one = begin; one != end; ++one) {
    const FileStat& seen = one->second->seen;
    if (seen.id != stat.id || !one->second->is_shelved()) continue;
    if (seen.size == stat.size && seen.modified_ns == stat.modified_ns) return std::nullopt;
    return Take(one->second);
  }
  return std::nullopt;
}

// Twice: a name that is changed while names are listed may be missed once.
std::vector<Bookshelf::Entry> Bookshelf::TakeGone(const std::set<FileId>& still_there) {
  std::vector<Entry> gone;
  for (Place place = entries_.begin(); place != entries_.end();) {
    const Place one = place++;
    if (!one->is_shelved()) continue;
    const bool was_gone = std::exchange(one->was_gone, !still_there.contains(one->bookmark.id));
    if (was_gone && one->was_gone) gone.push_back(Take(one));
  }
  return gone;
}

void Bookshelf::MoveFinished(BookmarkNumber number, const FileId& to) {
  for (Place place = entries_.begin(); place != entries_.end(); ++place) {
    if (place->bookmark.number != number) continue;
    Erase(by_bookmark_, place->bookmark.id.inode, place);
    place->bookmark.id = to;
    by_bookmark_.emplace(to.inode, place);
  }
}

std::optional<FileClaims::Claim> Bookshelf::TakeClaim(const FileId& id) {
  const auto [begin, end] = by_seen_.equal_range(id.inode);
  for (auto one = begin; one != end; ++one) {
    if (one->second->claim.Holds(id)) return std::move(one->second->claim);
  }
  return std::nullopt;
}

std::vector<BookmarkNumber> Bookshelf::Prune(const std::set<FileId>& still_there) {
  const auto is_gone = [&](const Entry& entry) {
    return entry.bookmark.finished && !still_there.contains(entry.bookmark.id);
  };
  auto gone = static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_gone));
  std::vector<BookmarkNumber> dropped;
  for (Place place = entries_.begin(); place != entries_.end() && gone > kMaxFinished;) {
    const Place one = place++;
    if (!is_gone(*one)) continue;
    --gone;
    dropped.push_back(Take(one).bookmark.number);
  }
  return dropped;
}

}  // namespace maillog
