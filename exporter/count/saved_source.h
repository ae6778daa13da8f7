// What of a source outlives the process, beside its totals.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "exporter/count/host_tallies.h"
#include "exporter/input/bookmark.h"
#include "parser/event.h"

namespace maillog {

struct SavedSource {
  std::vector<Bookmark> bookmarks;  ///< by number
  DelForm del_form = DelForm::kNotShown;
  /// Values of open labels that have series of their own. Never null; never changes.
  std::shared_ptr<const std::vector<KnownValue>> values =
      std::make_shared<const std::vector<KnownValue>>();
  /// Loaded, not saved: the machine has been booted since it was saved, so that files may have lost
  /// what was written to them last.
  bool before_boot = false;
};

}  // namespace maillog
