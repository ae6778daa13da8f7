#include "exporter/report/mails_of_log.h"

namespace maillog {

bool SeenMails::Add(std::uint64_t hash) {
  if (size_ >= kMax) return true;
  if (2 * size_ >= places_.size()) Grow();
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = HomeOf(hash);; at = (at + 1) & mask) {
    if (places_[at] == hash) return false;
    if (places_[at] != 0) continue;
    places_[at] = hash;
    ++size_;
    return true;
  }
}

void SeenMails::Put(std::uint64_t hash) {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = HomeOf(hash);
  while (places_[at] != 0) at = (at + 1) & mask;
  places_[at] = hash;
}

void SeenMails::Grow() {
  std::vector<std::uint64_t> before(2 * places_.size());
  before.swap(places_);
  --shift_;
  for (const std::uint64_t hash : before) {
    if (hash != 0) Put(hash);
  }
}

std::optional<std::uint64_t> MailsOfUsers::Begin(std::uint64_t id, std::string_view user) {
  std::optional<std::uint64_t> recipients = queued_.Take(id);
  if (!recipients) begun_.Put(id, std::string(user));
  return recipients;
}

std::string MailsOfUsers::Queue(std::uint64_t id, std::uint64_t recipients) {
  if (std::optional<std::string> user = begun_.Take(id)) return *std::move(user);
  queued_.Put(id, recipients);
  return {};
}

}  // namespace maillog
