// Whether files may have lost their tails since the state was saved: only if the machine was
// booted.
#include <gtest/gtest.h>

#include "exporter/state/sqlite_state_store.h"
#include "tests/support/state_folder.h"

namespace maillog::test {
namespace {

bool IsBeforeBoot(const StateFolder& folder, std::int64_t booted) {
  auto store = SqliteStateStore::Open(
      {.directory = folder.path(), .catalog = AllRows(), .booted = [booted] { return booted; }});
  return (*store)->Load()->sources.at("log").before_boot;
}

TEST(Boot, WhatWasSavedBeforeItIsSaidToBe) {
  const StateFolder folder;
  {
    auto store = SqliteStateStore::Open(
        {.directory = folder.path(), .catalog = AllRows(), .now = [] { return 1000; }});
    ASSERT_TRUE((*store)->Load().ok());
    SavedState state;
    state.sources["log"].bookmarks.push_back({.number = 1, .path = "/log/maillog"});
    ASSERT_TRUE((*store)->Save(std::move(state)).ok());
  }
  EXPECT_FALSE(IsBeforeBoot(folder, 500));
  EXPECT_FALSE(IsBeforeBoot(folder, 998));
  EXPECT_TRUE(IsBeforeBoot(folder, 999)) << "times are whole seconds";
  EXPECT_TRUE(IsBeforeBoot(folder, 2000));
}

}  // namespace
}  // namespace maillog::test
