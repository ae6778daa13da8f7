// What `state show` says.
#include "exporter/command/show_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;

using ShowStateTest = StateStoreTest;

TEST_F(ShowStateTest, ShowTellsWhatIsThereWhileAnExporterRuns) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(FullState()).ok());
  std::ostringstream out;
  const absl::Status shown = ShowState(directory, out);
  ASSERT_TRUE(shown.ok()) << shown;
  EXPECT_THAT(out.str(), HasSubstr("source /var/log/mail.log (2 files)"));
  EXPECT_THAT(out.str(), HasSubstr("read up to byte 5001\n"));
  EXPECT_THAT(out.str(), HasSubstr("read up to byte 5002, finished\n"));
  EXPECT_THAT(out.str(), HasSubstr("4 series of 2 metrics"));
  EXPECT_THAT(out.str(), HasSubstr("maillog_thing_seconds 8 observations in 1 series"));
  EXPECT_TRUE(store->Save(FullState(9)).ok());
}

TEST_F(ShowStateTest, ASenderByRelpIsNoJournal) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  Bookmark sender;
  sender.number = 1;
  sender.path = "192.0.2.1";
  sender.cursor = "relp:00000000000000610000000000000062";
  SavedState state = FullState();
  state.sources["other"].bookmarks = {sender};
  ASSERT_TRUE(store->Save(std::move(state)).ok());
  std::ostringstream out;
  ASSERT_TRUE(ShowState(directory, out).ok());
  EXPECT_THAT(out.str(), HasSubstr("192.0.2.1 by RELP; the last 2 messages are remembered\n"));
}

TEST_F(ShowStateTest, APartitionOfATopicIsNoJournal) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  Bookmark partition;
  partition.number = 1;
  partition.path = "mail";
  partition.cursor = "kafka:3:1200";
  SavedState state = FullState();
  state.sources["other"].bookmarks = {partition};
  ASSERT_TRUE(store->Save(std::move(state)).ok());
  std::ostringstream out;
  ASSERT_TRUE(ShowState(directory, out).ok());
  EXPECT_THAT(out.str(), HasSubstr("partition 3 of the topic mail read up to record 1200\n"));
}

TEST_F(ShowStateTest, ShowSaysWhenThereIsNothing) {
  std::ostringstream out;
  EXPECT_FALSE(ShowState(directory, out).ok());
  EXPECT_FALSE(ShowState("", out).ok());
  EXPECT_FALSE(std::filesystem::exists(directory));
}

}  // namespace
}  // namespace maillog::test
