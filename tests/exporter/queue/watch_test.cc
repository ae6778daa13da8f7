#include "exporter/queue/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "exporter/queue/collector.h"
#include "metrics/exposition.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class HandClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override { return now_; }
  void Step(Duration by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

QueueOptions Options(const std::string& name = "postfix") {
  return {.address = {.path = "/" + name + "/public/showq", .tcp = {}}, .syslog_name = name};
}

std::string Shown(const QueueWatch& watch) {
  Samples samples;
  watch.AddTo(samples);
  return ExpositionText(samples);
}

struct Queue {
  HandClock clock;
  QueueReading next;
  std::uint64_t messages = 1;
  Duration takes{};
  std::atomic<bool> stop{false};
  QueueWatch watch{Options(),
                   [this](const QueueAddress&, std::chrono::milliseconds, const std::atomic<bool>&,
                          ListingSink& sink) {
                     QueuedMessage message{.queue = QueueName::kDeferred, .arrived = 1, .bytes = 9};
                     for (std::uint64_t i = 0; i < messages; ++i) {
                       sink.OnMessage(message);
                       sink.OnRecipient(message, "user@gmail.com", "Connection timed out");
                     }
                     clock.Step(takes);
                     return next;
                   },
                   clock};
};

constexpr const char* kOne =
    "maillog_queue_messages{server=\"postfix\",syslog_name=\"postfix\",queue=\"deferred\"} 1\n";
constexpr const char* kDeferred =
    "maillog_queue_deferred{server=\"postfix\",syslog_name=\"postfix\",reason=\"connection_"
    "timeout\",receiver=\"google\"} ";

TEST(QueueCollectorTest, WithoutRoomForAThreadAQueueIsReadLater) {
  std::atomic<bool> room = false;
  std::atomic<int> readings = 0;
  QueueCollector collector(
      {Options()},
      [&](const QueueAddress&, std::chrono::milliseconds, const std::atomic<bool>&, ListingSink&) {
        ++readings;
        readings.notify_all();
        return QueueReading{};
      },
      SteadyClock(),
      [&](std::function<void()> body) { return room && StartThread(std::move(body)); });
  testing::internal::CaptureStderr();
  collector.Start();
  EXPECT_FALSE(collector.StartMissing());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("no thread can be started"));
  EXPECT_EQ(readings, 0);
  room = true;
  EXPECT_TRUE(collector.StartMissing());
  readings.wait(0);
  EXPECT_TRUE(collector.StartMissing());
}

TEST(QueueWatchTest, BeforeTheFirstReadingThereAreNoFigures) {
  const Queue queue;
  const std::string shown = Shown(queue.watch);
  EXPECT_THAT(shown, Not(HasSubstr("maillog_queue_messages")));
  EXPECT_THAT(shown, HasSubstr("maillog_queue_last_success_timestamp_seconds{server=\"postfix\","
                               "syslog_name=\"postfix\"} 0\n"));
  EXPECT_THAT(shown, HasSubstr("fault=\"timeout\"} 0\n"));
}

TEST(QueueWatchTest, AFaultLeavesWhatWasFoundBefore) {
  Queue queue;
  (void)queue.watch.Read(queue.stop);
  EXPECT_THAT(Shown(queue.watch), HasSubstr(kOne));
  queue.messages = 7;  // of an answer that ends in the middle
  queue.next = {.status = absl::UnavailableError("it ends in the middle"),
                .fault = QueueFault::kAnswer};
  (void)queue.watch.Read(queue.stop);
  (void)queue.watch.Read(queue.stop);
  const std::string shown = Shown(queue.watch);
  EXPECT_THAT(shown, HasSubstr(kOne));
  EXPECT_THAT(shown, HasSubstr("fault=\"answer\"} 2\n"));
  EXPECT_THAT(shown, HasSubstr("fault=\"connect\"} 0\n"));
}

TEST(QueueWatchTest, ASeriesThatThereHasBeenStays) {
  Queue queue;
  (void)queue.watch.Read(queue.stop);
  EXPECT_THAT(Shown(queue.watch), HasSubstr(std::string(kDeferred) + "1\n"));
  queue.messages = 0;
  (void)queue.watch.Read(queue.stop);
  const std::string shown = Shown(queue.watch);
  EXPECT_THAT(shown, HasSubstr(std::string(kDeferred) + "0\n"));
  EXPECT_THAT(shown, HasSubstr("receiver=\"google\",age=\"more\"} 0\n"));
  EXPECT_THAT(shown, Not(HasSubstr("receiver=\"docomo\"")));
}

TEST(QueueWatchTest, RestsFourTimesAsLongAsReadingTook) {
  Queue queue;
  EXPECT_EQ(queue.watch.Read(queue.stop), std::chrono::seconds(60));
  queue.takes = std::chrono::seconds(90);
  EXPECT_EQ(queue.watch.Read(queue.stop), std::chrono::seconds(360));
  EXPECT_THAT(Shown(queue.watch), HasSubstr("maillog_queue_read_seconds{server=\"postfix\","
                                            "syslog_name=\"postfix\"} 90\n"));
}

/// Readings that last until they are released.
class Gate {
 public:
  QueueReading Read(const std::atomic<bool>& stop) {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    while (!stop) (void)changed_.wait_for(lock, std::chrono::milliseconds(5));
    return {.status = absl::UnavailableError("stopped"), .fault = QueueFault::kTimeout};
  }
  [[nodiscard]] bool WaitForReadings(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return begun_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
};

TEST(QueueCollectorTest, AReadingThatHangsHoldsUpNeitherScrapesNorTheEnd) {
  Gate gate;
  QueueCollector collector(
      {Options("postfix"), Options("postfix-out")},
      [&](const QueueAddress&, std::chrono::milliseconds, const std::atomic<bool>& stop,
          ListingSink&) { return gate.Read(stop); });
  collector.Start();
  ASSERT_TRUE(gate.WaitForReadings(2));
  Samples samples;
  collector.AddTo(samples);
  EXPECT_THAT(ExpositionText(samples), HasSubstr("syslog_name=\"postfix-out\""));
  collector.Apply({Options("postfix"), Options("postfix-in")});
  ASSERT_TRUE(gate.WaitForReadings(3));
  Samples later;
  collector.AddTo(later);
  EXPECT_THAT(ExpositionText(later), HasSubstr("syslog_name=\"postfix-in\""));
  EXPECT_THAT(ExpositionText(later), Not(HasSubstr("syslog_name=\"postfix-out\"")));
  collector.Stop();
}

}  // namespace
}  // namespace maillog::test
