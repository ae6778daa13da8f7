#include "exporter/web/page_queue.h"

#include <algorithm>
#include <utility>

namespace maillog {

bool PageQueue::Add(Job job, const Client& client) {
  const auto wanted = wanted_.find(job.key);
  if (wanted != wanted_.end()) {
    wanted->second.clients.push_back(client);
    return true;
  }
  // Queries are what clients can make up. There are few pages without one, and an ordinary scrape
  // is one of them: nobody can take its place.
  if (waiting_.size() >= most_waiting_ && !job.request.query.empty()) return false;
  wanted_[job.key].clients.push_back(client);
  waiting_.push_back(std::move(job));
  return true;
}

std::optional<PageQueue::Job> PageQueue::Begin() {
  if (waiting_.empty() || begun_ >= most_at_a_time_) return std::nullopt;
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  wanted_[job.key].begun = true;
  ++begun_;
  return job;
}

std::vector<PageQueue::Client> PageQueue::End(const std::string& key) {
  --begun_;
  return std::move(wanted_.extract(key).mapped().clients);
}

// A page that has been begun stays: it will be there for whoever asks for it until then.
void PageQueue::Leave(const HttpConnection& client) {
  for (auto& [key, wanted] : wanted_) {
    std::erase_if(wanted.clients, [&](const Client& one) { return one.get() == &client; });
  }
  const auto is_missed = [this](const Job& job) { return !wanted_.at(job.key).clients.empty(); };
  const auto missed = std::stable_partition(waiting_.begin(), waiting_.end(), is_missed);
  for (auto job = missed; job != waiting_.end(); ++job) wanted_.erase(job->key);
  waiting_.erase(missed, waiting_.end());
}

}  // namespace maillog
