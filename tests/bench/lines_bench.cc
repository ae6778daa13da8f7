// Nanoseconds per line of each step, over recorded logs: finding the line and its envelope, the
// dialect, the tallies. Each benchmark proves its answer before it is timed.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "metrics/tallies.h"
#include "parser/dialect/dialects.h"
#include "parser/envelope/message_reader.h"
#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

const std::string& Log() {
  static const std::string kLog = ReadWhole(CorpusPath("debian12/syslog/mail.log"));
  return kLog;
}

/// Calls `visit(record)` for each message; answers how many there were.
template <class Visit>
std::uint64_t ForEachRecord(MessageScratch& scratch, Visit&& visit) {
  MessageReader reader(Log(), scratch);
  Record record;
  EnvelopeResult result{};
  std::uint64_t messages = 0;
  for (; reader.Next(record, result); ++messages) visit(record);
  return messages;
}

constexpr std::uint64_t kLines = 7642;

void Report(benchmark::State& state, std::uint64_t messages) {
  if (messages != kLines) {
    std::fprintf(stderr, "%llu messages instead of %llu\n",
                 static_cast<unsigned long long>(messages),
                 static_cast<unsigned long long>(kLines));
    std::abort();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kLines));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * Log().size()));
  state.counters["ns_per_line"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kLines) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void Envelopes(benchmark::State& state) {
  const auto scratch = std::make_unique<MessageScratch>();
  std::uint64_t messages = 0;
  for (auto _ : state) {
    messages = ForEachRecord(
        *scratch, [](const Record& record) { benchmark::DoNotOptimize(record.message.data()); });
  }
  Report(state, messages);
}
BENCHMARK(Envelopes);

void EnvelopesAndDialects(benchmark::State& state) {
  const auto scratch = std::make_unique<MessageScratch>();
  std::uint64_t messages = 0;
  for (auto _ : state) {
    messages = ForEachRecord(*scratch, [](const Record& record) {
      benchmark::DoNotOptimize(ParseRecord(record).index());
    });
  }
  Report(state, messages);
}
BENCHMARK(EnvelopesAndDialects);

void Everything(benchmark::State& state) {
  const auto scratch = std::make_unique<MessageScratch>();
  Tallies tallies;
  std::uint64_t messages = 0;
  for (auto _ : state) {
    messages = ForEachRecord(
        *scratch, [&](const Record& record) { tallies.Count(ParseRecord(record), record.times); });
  }
  Report(state, messages);
}
BENCHMARK(Everything);

void Scrape(benchmark::State& state) {
  const Samples samples = CountTexts({Log()}).samples;
  for (auto _ : state) benchmark::DoNotOptimize(Exposed(samples).size());
}
BENCHMARK(Scrape);

}  // namespace
}  // namespace maillog::test

BENCHMARK_MAIN();
