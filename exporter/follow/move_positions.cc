#include "exporter/follow/move_positions.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>

#include "exporter/input/file/rotation_name.h"
#include "exporter/input/open.h"
#include "exporter/os/file_system.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

using Sources = std::map<std::string, SavedSource>;

/// Whether the bookmark is of a file that the path names, or of a rotation of it.
bool Names(const std::string& path, const Bookmark& bookmark) {
  if (!bookmark.cursor.empty() || !KindOf(path).is_files) return false;
  const std::string& file = bookmark.path;
  if (file == path || file.starts_with(path + "/")) return true;
  if (::fnmatch(path.c_str(), file.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0) return true;
  if (DirectoryOf(file) != DirectoryOf(path)) return false;
  const std::vector<std::string> bases = RotationBases(NameOf(file));
  return std::find(bases.begin(), bases.end(), NameOf(path)) != bases.end();
}

bool Names(const SourceOptions& source, const Bookmark& bookmark) {
  return std::any_of(source.paths.begin(), source.paths.end(),
                     [&](const std::string& path) { return Names(path, bookmark); });
}

bool HasFileOf(const std::vector<Bookmark>& bookmarks, const Bookmark& of) {
  return std::any_of(bookmarks.begin(), bookmarks.end(), [&](const Bookmark& bookmark) {
    return bookmark.path == of.path && bookmark.id == of.id;
  });
}

class Mover {
 public:
  Mover(const std::vector<SourceOptions>& begun, const std::set<std::string>& kept, Sources& saved)
      : begun_(begun), kept_(kept), saved_(saved), before_(saved) {}

  bool Move(const SourceOptions& to) {
    const auto own = before_.find(to.label());
    Taken all;
    for (const std::string& path : to.paths) {
      const Taken taken = TakenFor(path, own == before_.end() ? kNone : own->second.bookmarks);
      if (taken.empty() && own == before_.end()) return false;
      for (const auto& [from, bookmarks] : taken) {
        std::vector<Bookmark>& of_it = all[from];
        for (const Bookmark& bookmark : bookmarks) {
          if (!HasFileOf(of_it, bookmark)) of_it.push_back(bookmark);
        }
      }
    }
    for (const auto& [from, bookmarks] : all) Hand(bookmarks, from, to.label());
    return !all.empty();
  }

 private:
  using Taken = std::map<std::string, std::vector<Bookmark>>;  // by the source that had them
  inline static const std::vector<Bookmark> kNone;

  // Of one source: where several have read the path in turn, of the one that did last.
  [[nodiscard]] Taken TakenFor(const std::string& path, const std::vector<Bookmark>& own) const {
    Taken taken;
    std::optional<std::int64_t> latest;
    for (const Bookmark& bookmark : own) {
      if (bookmark.path == path) latest = std::max(latest.value_or(0), bookmark.changed_ns);
    }
    for (const auto& [label, source] : before_) {
      if (kept_.contains(label)) continue;
      std::vector<Bookmark> bookmarks;
      std::int64_t changed = 0;
      for (const Bookmark& bookmark : source.bookmarks) {
        if (!Names(path, bookmark) || IsStillOf(label, bookmark)) continue;
        if (HasFileOf(own, bookmark)) continue;
        bookmarks.push_back(bookmark);
        changed = std::max(changed, bookmark.changed_ns);
      }
      if (bookmarks.empty() || (latest && *latest >= changed)) continue;
      latest = changed;
      taken = {{label, std::move(bookmarks)}};
    }
    return taken;
  }

  [[nodiscard]] bool IsStillOf(const std::string& label, const Bookmark& bookmark) const {
    return std::any_of(begun_.begin(), begun_.end(), [&](const SourceOptions& source) {
      return source.label() == label && Names(source, bookmark);
    });
  }

  void Hand(const std::vector<Bookmark>& bookmarks, const std::string& from,
            const std::string& label) {
    SavedSource& giver = saved_[from];
    SavedSource& taker = saved_[label];
    std::erase_if(giver.bookmarks, [&](const Bookmark& bookmark) {
      return std::find(bookmarks.begin(), bookmarks.end(), bookmark) != bookmarks.end();
    });
    const SavedSource& was = before_[from];
    const auto own = before_.find(label);
    const bool had_none = own == before_.end() || own->second.bookmarks.empty();
    if (had_none && bookmarks.size() == was.bookmarks.size()) {
      taker.mails = was.mails;
      taker.activity = was.activity;
      taker.del_form = was.del_form;
    }
    taker.before_boot = taker.before_boot || was.before_boot;
    BookmarkNumber next = taker.bookmarks.empty() ? 1 : taker.bookmarks.back().number + 1;
    // Numbers of what is gone meanwhile are not used again.
    if (own != before_.end() && !own->second.bookmarks.empty()) {
      next = std::max(next, own->second.bookmarks.back().number + 1);
    }
    for (Bookmark bookmark : bookmarks) {
      bookmark.number = next++;
      taker.bookmarks.push_back(std::move(bookmark));
    }
    LogInfo("logs that were read as another source are read on where they were left",
            {{"source", label}, {"before", from}});
  }

  const std::vector<SourceOptions>& begun_;
  const std::set<std::string>& kept_;
  Sources& saved_;
  Sources before_;  // so that two sources can exchange what they have
};

}  // namespace

bool MovePositions(const std::vector<SourceOptions>& begun, const std::set<std::string>& kept,
                   Sources& saved) {
  Mover mover(begun, kept, saved);
  bool moved = false;
  for (const SourceOptions& source : begun) moved = mover.Move(source) || moved;
  return moved;
}

}  // namespace maillog
