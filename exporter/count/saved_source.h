// What outlives the process of a source, besides its totals.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "activity/activity.h"
#include "exporter/count/host_tallies.h"
#include "exporter/input/bookmark.h"
#include "mails/mail_memory.h"
#include "parser/event.h"

namespace maillog {

struct SavedSource {
  std::vector<Bookmark> bookmarks;  ///< by number
  DelForm del_form = DelForm::kNotShown;
  /// Values of open labels that have their own series. Never null; never changes.
  std::shared_ptr<const std::vector<KnownValue>> values =
      std::make_shared<const std::vector<KnownValue>>();
  /// The mails under way; null if none was ever seen. Never changes.
  std::shared_ptr<const SavedMails> mails = nullptr;
  /// Who did most; null if nobody did anything yet. Its ids are made with the salt of `mails`,
  /// which is there, too. Never changes.
  std::shared_ptr<const SavedActivity> activity = nullptr;
  /// Set when loading, not saved: the machine has been booted since the state was saved, so that
  /// files may have lost what was written to them last.
  bool before_boot = false;
};

}  // namespace maillog
