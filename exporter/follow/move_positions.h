// Logs that were read as another source before: one was renamed, or a path of it was moved.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "exporter/count/saved_source.h"
#include "exporter/follow/source_options.h"

namespace maillog {

/// For each log of these sources that the source has no bookmark of, and another one has which
/// does not name it any more: moves the bookmarks, so that it is read on where it was left, neither
/// from its end (lines would be lost) nor from its beginning (they would count twice). `kept`: the
/// labels of sources that go on undisturbed; what is in `saved` of them is not the latest. A source
/// of which nothing is saved gets bookmarks for all of its paths or none: with those of some, the
/// others would be taken for new logs. Mails under way and activity go with the last bookmark.
/// False if there is nothing to move.
[[nodiscard]] bool MovePositions(const std::vector<SourceOptions>& begun,
                                 const std::set<std::string>& kept,
                                 std::map<std::string, SavedSource>& saved);

}  // namespace maillog
