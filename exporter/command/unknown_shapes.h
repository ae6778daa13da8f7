// `explain --unknown`: the unknown messages of a log by shape, to be reported without personal
// data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "exporter/command/shape.h"
#include "parser/record.h"

namespace maillog {

class UnknownShapes {
 public:
  /// Further shapes are counted together.
  static constexpr std::size_t kMaxShapes = 10'000;

  /// Adds an unknown record, `record.times` times. `dialect` says whose it is, `stopped_at` where
  /// in its message reading stopped.
  void Add(std::string_view dialect, const Record& record, std::size_t stopped_at = kNowhere);

  /// A line for each shape, the most frequent first: how often, dialect, program, shape. Three
  /// lines at the top say what this is. Printable ASCII.
  [[nodiscard]] std::string Text() const;

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;  ///< by the line without its count
  std::uint64_t beyond_ = 0;
};

}  // namespace maillog
