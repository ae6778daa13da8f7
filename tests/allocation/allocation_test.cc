// Once every series has been seen, counting allocates nothing. A program of its own, since it
// replaces operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "metrics/tallies.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "tests/corpus/corpus.h"
#include "tests/support/rewrap.h"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
// The nothrow form is otherwise the library's own, and its memory must not be freed by free.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace maillog::test {
namespace {

void CountAll(std::string_view log, MessageScratch& scratch, Tallies& tallies) {
  MessageReader reader(log, scratch);
  RecordParser parser;
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) {
    if (result == EnvelopeResult::kRecord) tallies.Count(parser.Parse(record), record.times);
  }
}

/// The log of instances that have IP addresses for names.
std::string OfUnnamedInstances(std::string log) {
  constexpr std::string_view kInstance = " postfix/";
  for (std::size_t at = 0; (at = log.find(kInstance, at)) != std::string::npos;)
    log.insert(at + kInstance.size() - 1, "-192.0.2." + std::to_string(at % 7));
  return log;
}

TEST(Allocation, NoneForAMessageAfterWarmUp) {
  const auto scratch = std::make_unique<MessageScratch>();
  const std::string plain = ReadWhole(CorpusPath("debian12/syslog/mail.log"));
  for (const std::string& log :
       {plain, OfUnnamedInstances(plain), Rewrap(plain, Rewrapping::kCriPartial, 1),
        Rewrap(plain, Rewrapping::kRfc5424InDockerJson, 1)}) {
    Tallies tallies;
    CountAll(log, *scratch, tallies);
    const std::size_t before = allocations;
    ASSERT_GT(before, 0U) << "the counter of allocations does not count";
    CountAll(log, *scratch, tallies);
    EXPECT_EQ(allocations - before, 0U);
  }
}

}  // namespace
}  // namespace maillog::test
