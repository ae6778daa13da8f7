// maillog_trainer LOG...: counts recorded logs many times over, so that the compiler can note which
// ways lines take through the program, and lay it out by that (MAILLOG_PROFILE). Part of a build
// that packages are made from, and of no package.
#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/time/clock.h"
#include "exporter/count/shard.h"
#include "exporter/input/block.h"
#include "exporter/os/clock.h"
#include "exporter/report/log_names.h"

namespace maillog {
namespace {

/// So often is each log counted from the beginning.
constexpr int kTimes = 6;
/// Blocks that one thread counts alone, and that two share.
constexpr std::size_t kSmall = std::size_t{32} << 10;
constexpr std::size_t kLarge = std::size_t{512} << 10;

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// As `count` does it, or as `report` does.
void CountIn(std::size_t block_size, std::string_view text, bool with_names) {
  MailsOfLog mails;
  const absl::Time now = absl::Now();
  LogNames first(mails, absl::UTCTimeZone(), now);
  LogNames second(mails, absl::UTCTimeZone(), now, &first);
  const RecordObservers names{.own = &first, .second = &second};
  const Counting counting = with_names ? Counting::kLines : Counting::kAll;
  Shard shard("training", SteadyClock(), ShardOptions{.counting = counting},
              with_names ? names : RecordObservers{});
  while (!text.empty()) {
    const std::size_t end = text.find('\n', std::min(block_size, text.size()) - 1);
    Block block;
    block.messages = text.substr(0, end == std::string_view::npos ? end : end + 1);
    shard.Consume(block);
    text.remove_prefix(block.messages.size());
  }
  shard.End();
}

}  // namespace
}  // namespace maillog

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string text = maillog::ReadFile(arguments[i]);
    if (text.empty()) {
      std::cerr << "maillog_trainer: cannot read " << arguments[i] << '\n';
      return 1;
    }
    for (int time = 0; time < maillog::kTimes; ++time) {
      // Most of what is counted is counted without names.
      for (const bool with_names : {false, false, true}) {
        maillog::CountIn(maillog::kSmall, text, with_names);
        maillog::CountIn(maillog::kLarge, text, with_names);
      }
    }
  }
  return 0;
}
