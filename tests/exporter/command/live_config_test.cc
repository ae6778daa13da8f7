// A configuration that is read again, until the program ends.
#include "exporter/command/live_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "exporter/state/state_store.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;

class LiveConfigTest : public ::testing::Test {
 protected:
  LiveConfigTest() : ledger_(std::make_unique<MemoryStateStore>()), sources_({}, ledger_) {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    options_.config_file = directory_ / "config.yml";
    std::ofstream(options_.config_file) << "sources: [{path: " << (directory_ / "log") << "}]\n";
  }
  ~LiveConfigTest() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
  Options options_;
  Ledger ledger_;
  Sources sources_;
  QueueCollector queues_{{}};
  LiveConfig config_{options_, sources_, queues_};
};

TEST_F(LiveConfigTest, ReadAgainItIsFollowed) {
  EXPECT_TRUE(config_.Reload("a test").ok());
  EXPECT_EQ(sources_.States().size(), 1U);
}

TEST_F(LiveConfigTest, AtTheEndNothingChangesAnyMore) {
  config_.End();
  EXPECT_THAT(std::string(config_.Reload("a test").message()), HasSubstr("stopping"));
  EXPECT_TRUE(sources_.States().empty()) << "a source begun beside those that are being stopped";
}

}  // namespace
}  // namespace maillog::test
