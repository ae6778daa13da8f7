#include "exporter/command/show_queues.h"

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "exporter/command/queue_report.h"
#include "exporter/os/file_system.h"
#include "exporter/queue/find_queues.h"
#include "exporter/queue/read_queue.h"

namespace maillog {
namespace {

std::string ConfigDirectory() {
  const char* const said = std::getenv("MAIL_CONFIG");  // as Postfix's own commands use it
  return said == nullptr || *said == '\0' ? "/etc/postfix" : said;
}

}  // namespace

absl::Status ShowQueues(const Options& options, std::ostream& out) {
  const std::vector<QueueOptions> queues =
      options.queues.empty() ? FindQueues(ConfigDirectory(), PosixFileSystem()) : options.queues;
  const bool as_json = options.queue_as == QueueAs::kJson;
  const std::atomic<bool> stop{false};
  absl::Status first_fault;
  bool any = false;
  if (as_json) out << R"({"queues":[)";
  for (const QueueOptions& queue : queues) {
    QueueTally tally(absl::ToUnixSeconds(absl::Now()), QueueTally::Keep::kDomainsToo);
    const QueueReading reading = ReadQueue(queue.address, options.queue_timeout, stop, tally);
    if (!reading.status.ok()) {
      first_fault.Update(reading.status);
      continue;
    }
    if (as_json) {
      out << (any ? ",\n" : "") << QueueJson(queue, tally);
    } else {
      out << (any ? "\n" : "") << QueueTable(queue, tally);
    }
    any = true;
  }
  if (as_json) out << "]}\n";
  out.flush();
  return first_fault;
}

}  // namespace maillog
