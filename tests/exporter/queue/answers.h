// The files in answers/, and a sink that keeps what it is given.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "exporter/queue/listing.h"
#include "exporter/queue/showq_listing.h"

namespace maillog::test {

inline std::string Answer(const std::string& name) {
  std::ifstream file(std::string(MAILLOG_TESTS_DIR) + "/exporter/queue/answers/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A line for each call.
class WrittenDown final : public ListingSink {
 public:
  void OnMessage(const QueuedMessage& message) override {
    lines.push_back(std::string(Text(message.queue)) + " " + std::to_string(message.arrived) + " " +
                    std::to_string(message.bytes));
  }
  void OnRecipient(const QueuedMessage& message, std::string_view address,
                   std::string_view reason) override {
    lines.push_back("  " + std::string(Text(message.queue)) + " " + std::string(address) + ": " +
                    std::string(reason.substr(0, 30)));
  }
  std::vector<std::string> lines;
};

struct Listed {
  std::vector<std::string> lines;
  std::string fault;  ///< empty: none
  bool ended = false;
};

/// The answer fed in pieces of `step` bytes, in UTC, on 28 November 2026 at 17:00.
inline Listed List(std::string_view answer, std::size_t step = std::string_view::npos) {
  WrittenDown sink;
  const absl::TimeZone utc = absl::UTCTimeZone();
  ShowqListing listing(sink, utc, absl::FromCivil(absl::CivilSecond(2026, 11, 28, 17, 0, 0), utc));
  Listed listed;
  for (std::size_t at = 0; at < answer.size(); at += std::min(step, answer.size() - at)) {
    const absl::Status fed = listing.Feed(answer.substr(at, step));
    if (!fed.ok()) {
      listed.fault = std::string(fed.message());
      break;
    }
  }
  listed.lines = std::move(sink.lines);
  listed.ended = listing.ended();
  return listed;
}

}  // namespace maillog::test
