// Once every series has been seen, counting allocates nothing. A program of its own, since it
// replaces operator new.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "mails/mail_memory.h"
#include "metrics/tallies.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "tests/corpus/corpus.h"
#include "tests/support/rewrap.h"

namespace {

std::size_t allocations = 0;
std::size_t live_bytes = 0;
std::size_t most_live_bytes = 0;

void* Allocate(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  live_bytes += ::malloc_usable_size(memory);
  most_live_bytes = std::max(most_live_bytes, live_bytes);
  return memory;
}
void Free(void* memory) {
  live_bytes -= ::malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* const memory = Allocate(size)) return memory;
  throw std::bad_alloc();
}
// The nothrow form is otherwise the library's own, and its memory must not be freed by free.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return Allocate(size);
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { Free(memory); }

namespace maillog::test {
namespace {

void CountAll(std::string_view log, MessageScratch& scratch, Tallies& tallies, MailMemory& mails) {
  MessageReader reader(log, scratch);
  RecordParser parser;
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) {
    if (result != EnvelopeResult::kRecord) continue;
    const Event event = parser.Parse(record);
    tallies.Count(event, record.times);
    MailEvent mail;
    if (!MakeMailEvent(mails.salt(), record, event, mail)) continue;
    for (const CountedMail& counted : mails.Apply(mail, LineOriginOf(record)))
      tallies.Count(counted.end, Tallies::Evicted::kNo);
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
    MailMemory mails({1, 2});
    CountAll(log, *scratch, tallies, mails);
    // Ids that come again end mails that the first time left in the queue.
    CountAll(log, *scratch, tallies, mails);
    CountAll(log, *scratch, tallies, mails);
    const std::size_t before = allocations;
    ASSERT_GT(before, 0U) << "the counter of allocations does not count";
    CountAll(log, *scratch, tallies, mails);
    EXPECT_EQ(allocations - before, 0U);
  }
}

// With as many more as have begun, and a copy being saved while a tenth is tried again.
TEST(Allocation, TwoHundredThousandMailsTakeLessThan40Megabytes) {
  constexpr std::uint64_t kMails = MailMemory::kDefaultLimit;
  const std::size_t before = live_bytes;
  most_live_bytes = live_bytes;
  const auto memory = std::make_unique<MailMemory>(MailSalt{1, 2});
  const auto apply = [&](std::uint64_t number, MailStep step) {
    const std::string id = std::to_string(1'000'000'000 + number);
    const MailEvent event{.id = MailIdOf(memory->salt(), "mx", id),
                          .times = 1,
                          .step = step,
                          .enters = step != MailStep::kBegun};
    (void)memory->Apply(event, {.syslog_name = "postfix"});
  };
  for (std::uint64_t i = 0; i < kMails; ++i) {
    apply(i, MailStep::kBegun);
    apply(i, MailStep::kQueued);
  }
  for (std::uint64_t i = 0; i < kMails; ++i) apply(kMails + i, MailStep::kBegun);
  ASSERT_EQ(memory->table().SizeOf(MailList::kQueued), kMails);
  const SavedMails saved = memory->Save();
  for (std::uint64_t i = 0; i < kMails / 10; ++i) apply(i, MailStep::kDelivery);
  ASSERT_EQ(memory->table().SizeOf(MailList::kQueued), kMails);
  const std::size_t most = most_live_bytes - before;
  RecordProperty("bytes", std::to_string(most));
  EXPECT_LT(most, 40'000'000U);
  EXPECT_GT(most, kMails * sizeof(Mail)) << "the counter of bytes does not count";
}

}  // namespace
}  // namespace maillog::test
