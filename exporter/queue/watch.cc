#include "exporter/queue/watch.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

constexpr int kRestForWork = 4;

const std::string& ServerName() {
  static const std::string name(Text(Server::kPostfix));
  return name;
}

}  // namespace

Duration QueueWatch::Read(const std::atomic<bool>& stop) {
  const TimePoint before = clock_.Now();
  QueueTally tally(absl::ToUnixSeconds(absl::Now()), QueueTally::Keep::kFigures);
  const QueueReading reading = reader_(options_.address, options_.timeout, stop, tally);
  const Duration took = clock_.Now() - before;
  if (stop) return {};
  if (reading.status.ok()) {
    Take(tally.figures(), took);
    if (std::exchange(failing_, false)) {
      LogInfo("the queue can be read again", {{"syslog_name", options_.syslog_name}});
    }
  } else {
    {
      const std::lock_guard lock(mutex_);
      ++faults_[LabelIndex(reading.fault)];
    }
    if (!std::exchange(failing_, true)) {
      LogWarn("the queue cannot be read; trying again",
              {{"syslog_name", options_.syslog_name},
               {"error", std::string(reading.status.message())}});
    }
  }
  return std::max<Duration>(options_.interval, took * kRestForWork);
}

void QueueWatch::Take(const QueueFigures& figures, Duration took) {
  const std::lock_guard lock(mutex_);
  figures_ = figures;
  took_ = took;
  for (std::size_t receiver = 0; receiver < kValues<Receiver>; ++receiver) {
    for (std::size_t reason = 0; reason < kValues<Reason>; ++reason) {
      if (figures.deferred[reason][receiver] > 0) seen_deferred_[reason][receiver] = true;
    }
    for (std::size_t queue = 0; queue < kValues<QueueName>; ++queue) {
      const QueueFigures::Ages& ages = figures.recipients[queue][receiver];
      const bool any = std::any_of(ages.begin(), ages.end(), [](auto count) { return count > 0; });
      if (any) seen_recipients_[queue][receiver] = true;
    }
  }
}

void QueueWatch::AddTo(Samples& samples) const {
  const std::lock_guard lock(mutex_);
  const std::string& server = ServerName();
  const std::string& name = options_.syslog_name;
  for (std::size_t fault = 0; fault < faults_.size(); ++fault) {
    samples.AddCounter(kQueueFaults, {server, name, std::string(Label<QueueFault>::values[fault])},
                       faults_[fault]);
  }
  // Never: 0.
  samples.SetGauge(kQueueLastSuccess, {server, name},
                   figures_ ? static_cast<double>(figures_->at) : 0);
  if (!figures_) return;
  samples.SetGauge(kQueueReadSeconds, {server, name}, std::chrono::duration<double>(took_).count());
  for (std::size_t i = 0; i < kValues<QueueName>; ++i) {
    const auto queue = static_cast<QueueName>(i);
    const std::string queue_name(Text(queue));
    const QueueFigures::OfQueue& of_queue = figures_->queues[i];
    if (queue == QueueName::kOther && of_queue.messages == 0) continue;
    const LabelValues labels{server, name, queue_name};
    samples.SetGauge(kQueueMessages, labels, static_cast<double>(of_queue.messages));
    samples.SetGauge(kQueueBytes, labels, static_cast<double>(of_queue.bytes));
    samples.SetGauge(kQueueOldest, labels, static_cast<double>(figures_->OldestSeconds(queue)));
    for (std::size_t receiver = 0; receiver < kValues<Receiver>; ++receiver) {
      if (!seen_recipients_[i][receiver]) continue;
      for (std::size_t age = 0; age < kValues<QueueAge>; ++age) {
        samples.SetGauge(kQueueRecipients,
                         {server, name, queue_name, std::string(Label<Receiver>::values[receiver]),
                          std::string(Label<QueueAge>::values[age])},
                         static_cast<double>(figures_->recipients[i][receiver][age]));
      }
    }
  }
  for (std::size_t reason = 0; reason < kValues<Reason>; ++reason) {
    for (std::size_t receiver = 0; receiver < kValues<Receiver>; ++receiver) {
      if (!seen_deferred_[reason][receiver]) continue;
      samples.SetGauge(kQueueDeferred,
                       {server, name, std::string(Label<Reason>::values[reason]),
                        std::string(Label<Receiver>::values[receiver])},
                       static_cast<double>(figures_->deferred[reason][receiver]));
    }
  }
}

}  // namespace maillog
