// Jobs and the threads that run them: each step is awaited, none is timed.
#include "exporter/follow/crew.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "exporter/os/clock.h"
#include "tests/support/eventually.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Counts its runs, and may be held in one.
class TestJob final : public Job {
 public:
  TestJob() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~TestJob() override { ::close(descriptor_); }
  TestJob(const TestJob&) = delete;
  TestJob& operator=(const TestJob&) = delete;

  std::optional<Awaited> Run(WaitEnd end) override {
    EXPECT_FALSE(is_running.exchange(true)) << "by one thread at a time";
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(descriptor_, &count, sizeof count);
    {
      std::unique_lock lock(mutex_);
      ends_.push_back(end);
      by_.insert(std::this_thread::get_id());
      changed_.wait(lock, [this] { return !held_; });
    }
    is_running = false;
    ++runs;
    if (over) return std::nullopt;
    return Awaited{.until = SteadyClock().Now() + pause.load(), .first = descriptor_};
  }

  void Announce() const { EXPECT_EQ(::eventfd_write(descriptor_, 1), 0); }
  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void LetGo() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void LacksThread() override { ++lacks; }
  [[nodiscard]] WaitEnd last_end() {
    const std::lock_guard lock(mutex_);
    return ends_.back();
  }
  [[nodiscard]] std::size_t threads() {
    const std::lock_guard lock(mutex_);
    return by_.size();
  }

  std::atomic<int> runs = 0;
  std::atomic<int> lacks = 0;
  std::atomic<bool> is_running = false;
  std::atomic<bool> over = false;
  std::atomic<Duration> pause = Duration(std::chrono::hours(1));

 private:
  const int descriptor_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool held_ = false;
  std::vector<WaitEnd> ends_;
  std::set<std::thread::id> by_;
};

class CrewTest : public ::testing::TestWithParam<Crew::RunBy> {
 protected:
  std::shared_ptr<TestJob> job_ = std::make_shared<TestJob>();
  Crew crew_;
};

TEST_P(CrewTest, RunsAJobWhenItHasSomethingToDo) {
  const Crew::Key key = crew_.Begin(job_, GetParam());
  ASSERT_TRUE(Eventually([&] { return job_->runs == 1; }));
  job_->Announce();
  ASSERT_TRUE(Eventually([&] { return job_->runs == 2; }));
  EXPECT_EQ(job_->last_end(), WaitEnd::kFirst);
  job_->pause = Duration(milliseconds(1));
  crew_.Wake(key);
  ASSERT_TRUE(Eventually([&] { return job_->runs > 3; }));
  EXPECT_EQ(job_->last_end(), WaitEnd::kDeadline);
}

TEST_P(CrewTest, WithoutRoomForAThreadAJobIsToldOnceAndRunLater) {
  std::atomic<bool> room = false;
  Crew crew([&](std::function<void()> body) { return room && StartThread(std::move(body)); });
  crew.Begin(job_, GetParam());
  EXPECT_FALSE(crew.StartMissing());
  EXPECT_FALSE(crew.StartMissing());
  EXPECT_EQ(job_->lacks, 1);
  EXPECT_EQ(job_->runs, 0);
  room = true;
  EXPECT_TRUE(crew.StartMissing());
  EXPECT_TRUE(Eventually([&] { return job_->runs == 1; }));
}

TEST(CrewOfWorkersTest, WithoutRoomForAWorkerTheWaiterTriesAgain) {
  const auto job = std::make_shared<TestJob>();
  std::atomic<int> room = 1;
  Crew crew([&](std::function<void()> body) { return room-- > 0 && StartThread(std::move(body)); });
  crew.Begin(job, Crew::RunBy::kAnyWorker);
  ASSERT_TRUE(Eventually([&] { return job->lacks == 1; }));
  EXPECT_TRUE(crew.StartMissing());
  room = 1;
  EXPECT_TRUE(Eventually([&] { return job->runs == 1; }));
}

TEST_P(CrewTest, AWakeWhileItRunsEndsTheNextWait) {
  job_->Hold();
  const Crew::Key key = crew_.Begin(job_, GetParam());
  ASSERT_TRUE(Eventually([&] { return job_->is_running.load(); }));
  crew_.Wake(key);
  job_->LetGo();
  EXPECT_TRUE(Eventually([&] { return job_->runs == 2; }));
  EXPECT_EQ(job_->last_end(), WaitEnd::kWoken);
}

TEST_P(CrewTest, AJobThatIsOverIsLetGo) {
  job_->over = true;
  const std::weak_ptr<TestJob> job = job_;
  const Crew::Key key = crew_.Begin(std::exchange(job_, nullptr), GetParam());
  EXPECT_TRUE(Eventually([&] { return job.expired(); }));
  crew_.Wake(key);  // whoever wakes it may not know yet
}

TEST_P(CrewTest, LeavesAJobThatHangsBehind) {
  job_->Hold();
  {
    Crew crew;
    crew.Begin(job_, GetParam());
    ASSERT_TRUE(Eventually([&] { return job_->is_running.load(); }));
  }
  job_->over = true;
  job_->LetGo();
  EXPECT_TRUE(Eventually([&] { return job_.use_count() == 1; }));
}

TEST_P(CrewTest, AJobThatRestsIsNotRunAfterTheEnd) {
  {
    Crew crew;
    crew.Begin(job_, GetParam());
    ASSERT_TRUE(Eventually([&] { return job_->runs == 1; }));
  }
  EXPECT_TRUE(Eventually([&] { return job_.use_count() == 1; }));
  job_->Announce();
  EXPECT_EQ(job_->runs, 1);
}

INSTANTIATE_TEST_SUITE_P(By, CrewTest,
                         ::testing::Values(Crew::RunBy::kAnyWorker, Crew::RunBy::kOwnThread));

TEST(Crew, JobsThatHangHoldUpNoOther) {
  Crew crew;
  std::vector<std::shared_ptr<TestJob>> held;
  for (int i = 0; i < 20; ++i) {
    held.push_back(std::make_shared<TestJob>());
    held.back()->Hold();
    crew.Begin(held.back(), Crew::RunBy::kAnyWorker);
  }
  const auto job = std::make_shared<TestJob>();
  crew.Begin(job, Crew::RunBy::kAnyWorker);
  EXPECT_TRUE(Eventually([&] { return job->runs == 1; }));
  for (int i = 0; i < 10; ++i) {
    job->Announce();
    EXPECT_TRUE(Eventually([&] { return job->runs == i + 2; }));
  }
  for (const auto& each : held) {
    each->over = true;
    each->LetGo();
  }
  // The one that waits, and a worker.
  EXPECT_TRUE(Eventually([&] { return crew.threads() == 2; }))
      << "of what has hung, nothing is left";
}

TEST(Crew, AtRestThereAreTwoThreads) {
  Crew crew;
  std::vector<std::shared_ptr<TestJob>> jobs;
  for (int i = 0; i < 200; ++i) {
    jobs.push_back(std::make_shared<TestJob>());
    crew.Begin(jobs.back(), Crew::RunBy::kAnyWorker);
  }
  for (const auto& each : jobs) EXPECT_TRUE(Eventually([&] { return each->runs == 1; }));
  EXPECT_TRUE(Eventually([&] { return crew.threads() == 2; }));
  for (const auto& each : jobs) each->Announce();
  for (const auto& each : jobs) EXPECT_TRUE(Eventually([&] { return each->runs == 2; }));
  EXPECT_TRUE(Eventually([&] { return crew.threads() == 2; }));
}

TEST(Crew, AJobMayKeepItsThread) {
  Crew crew;
  std::vector<std::shared_ptr<TestJob>> jobs;
  for (int i = 0; i < 8; ++i) {
    jobs.push_back(std::make_shared<TestJob>());
    crew.Begin(jobs.back(), Crew::RunBy::kOwnThread);
  }
  for (int run = 1; run <= 20; ++run) {
    for (const auto& each : jobs) EXPECT_TRUE(Eventually([&] { return each->runs == run; }));
    for (const auto& each : jobs) each->Announce();
  }
  for (const auto& each : jobs) EXPECT_EQ(each->threads(), 1U);
}

}  // namespace
}  // namespace maillog::test
