#include "exporter/report/mails_of_users.h"

namespace maillog {

std::optional<std::uint64_t> MailsOfUsers::Begin(std::uint64_t id, std::string_view user) {
  const std::lock_guard lock(mutex_);
  std::optional<std::uint64_t> recipients = queued_.Take(id);
  if (!recipients) begun_.Put(id, std::string(user));
  return recipients;
}

std::string MailsOfUsers::Queue(std::uint64_t id, std::uint64_t recipients) {
  const std::lock_guard lock(mutex_);
  if (std::optional<std::string> user = begun_.Take(id)) return *std::move(user);
  queued_.Put(id, recipients);
  return {};
}

}  // namespace maillog
