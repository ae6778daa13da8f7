// What answers in place of showq(8): a whole answer, cut anywhere, in both forms.
#include "absl/time/time.h"
#include "exporter/command/queue_report.h"
#include "exporter/queue/showq_listing.h"
#include "exporter/queue/tally.h"
#include "parser/encoding.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {
namespace {

struct Read {
  bool ended = false;
  bool sound = true;
  std::uint64_t messages = 0;
  std::string table;
};

Read ReadInPieces(std::string_view answer, std::size_t step) {
  constexpr std::int64_t kNow = 1'795'885'200;
  QueueTally tally(kNow, QueueTally::Keep::kDomainsToo);
  ShowqListing listing(tally, absl::UTCTimeZone(), absl::FromUnixSeconds(kNow));
  Read read;
  for (std::size_t at = 0; at < answer.size() && read.sound; at += step) {
    read.sound = listing.Feed(answer.substr(at, step)).ok();
  }
  read.ended = listing.ended();
  for (const QueueFigures::OfQueue& queue : tally.figures().queues) {
    read.messages += queue.messages;
  }
  const QueueOptions queue{.address = {.path = "/q", .tcp = {}}, .syslog_name = "postfix"};
  read.table = QueueTable(queue, tally);
  Check(IsValidUtf8(read.table) && read.table.find('\x1b') == std::string::npos);
  Check(IsValidUtf8(QueueJson(queue, tally)));
  return read;
}

}  // namespace
}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  if (size < 2) return 0;
  const std::size_t step = 1 + data[0] % 64;
  const std::string_view answer = fuzz::AsText(data + 1, size - 1);
  const fuzz::Read whole = fuzz::ReadInPieces(answer, answer.size());
  const fuzz::Read cut = fuzz::ReadInPieces(answer, step);
  fuzz::Check(whole.sound == cut.sound && whole.ended == cut.ended);
  fuzz::Check(whole.messages == cut.messages && whole.table == cut.table);
  return 0;
}
