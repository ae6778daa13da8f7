// `explain`: what each line of a log becomes, and what it moves.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "exporter/file_system.h"
#include "metrics/tallies.h"
#include "parser/envelope/message_reader.h"

namespace maillog {

/// Explains messages one by one. What a message means never depends on those before it.
class Explainer {
 public:
  explicit Explainer(std::ostream& out) : out_(out) {}

  /// Whole lines, as in a Block; `given_up` too.
  void Explain(std::string_view messages, StreamSet given_up = {});
  /// How many messages there were and what became of them, in one line.
  [[nodiscard]] std::string Summary() const;

 private:
  void ExplainLines(std::string_view lines);
  void ExplainEvent(const Event& event, std::uint32_t times);

  std::ostream& out_;
  std::unique_ptr<MessageScratch> scratch_ = std::make_unique<MessageScratch>();
  std::uint64_t messages_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t malformed_ = 0;
};

/// Explains a file, or `-`, to `out`. Fails with one sentence if it cannot be read.
[[nodiscard]] absl::StatusOr<std::string> ExplainLog(const std::string& path, std::ostream& out,
                                                     FileSystem& files);

}  // namespace maillog
