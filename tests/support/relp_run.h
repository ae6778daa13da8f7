// An exporter that takes messages by RELP, with a model of what is saved.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/input/syslog/relp_input.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {

class RelpInputTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(); }

  /// A new run, from what was saved. On the same port, where there was one.
  void Start() {
    state_ = saved_;
    std::optional<std::vector<Bookmark>> bookmarks;
    if (saved_.known) {
      bookmarks.emplace();
      for (const auto& [number, bookmark] : saved_.bookmarks) bookmarks->push_back(bookmark);
    }
    input_ = std::make_unique<RelpInput>(ListenAddress{"127.0.0.1", port_}, bookmarks, around_);
    Step();
    port_ = input_->port();
  }
  void Crash() {
    input_.reset();
    Start();
  }
  /// One call; what it hands out is counted.
  Progress Next() {
    const absl::StatusOr<Block> block = input_->Next();
    healthy_ = block.ok();
    if (!healthy_) return Progress::kAtEnd;
    std::string_view rest = block->messages;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      state_.counted.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    state_.malformed += block->malformed;
    for (std::size_t i = 0; i < refusals_.size(); ++i) refusals_[i] += block->refusals->at(i);
    read_bytes_ += block->read_bytes;
    for (const BookmarkNumber number : block->forgotten) state_.bookmarks.erase(number);
    for (const Bookmark& bookmark : block->begun) state_.bookmarks[bookmark.number] = bookmark;
    state_.known = true;
    return block->progress;
  }
  /// Until nothing is left. What was sent over the loopback is there at once.
  void Step() {
    while (Next() == Progress::kMore) continue;
  }
  /// So many calls at most.
  void Step(int calls) {
    while (calls-- > 0 && Next() == Progress::kMore) continue;
  }
  /// And so long afterwards that all is answered.
  void Settle() {
    for (int i = 0; i < 3; ++i) {
      Step();
      clock_.Advance(std::chrono::seconds(1));
    }
    Step();
  }
  static std::vector<std::string> Sorted(std::vector<std::string> messages) {
    std::sort(messages.begin(), messages.end());
    return messages;
  }

  struct State {
    std::map<BookmarkNumber, Bookmark> bookmarks;
    std::vector<std::string> counted;
    std::uint64_t malformed = 0;
    bool known = false;
  };
  enum class Disk { kWorks, kFull, kSavesAndDies };

  FakeFileSystem files_;
  FakeClock clock_;
  SteppedWaker waker_;
  Disk disk_ = Disk::kWorks;
  int commits_ = 0;
  State state_;
  State saved_;
  const Surroundings around_{
      .files = files_, .waker = waker_, .clock = clock_, .claims = {}, .commit = [this] {
        ++commits_;
        if (disk_ != Disk::kFull) saved_ = state_;
        return disk_ == Disk::kWorks;
      }};
  std::unique_ptr<RelpInput> input_;
  std::uint16_t port_ = 0;
  bool healthy_ = false;
  std::uint64_t read_bytes_ = 0;
  SenderRefusals refusals_{};
};

}  // namespace maillog::test
