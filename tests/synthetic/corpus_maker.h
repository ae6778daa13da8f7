// Makes logs of PMailServer and E-Post from their documented grammar, and counts while writing what
// a reader must count. Everything in them is invented (synthetic): names are those of RFC 2606,
// addresses those of RFC 5737.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maillog::test {

using Labels = std::map<std::string, std::string>;

/// `name{label=value,…}`, labels by name.
[[nodiscard]] std::string SeriesName(std::string_view row, const Labels& labels);

/// By series, as SeriesName has it. Only what is not 0.
using Totals = std::map<std::string, std::uint64_t>;

/// A line, and what it counts.
struct SyntheticLine {
  std::string text;
  std::vector<std::pair<std::string, std::uint64_t>> counts;
};

/// The same in each run, on every machine.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  /// 0 to n - 1
  [[nodiscard]] std::size_t Below(std::size_t n) { return engine_() % n; }
  [[nodiscard]] bool OneIn(std::size_t n) { return Below(n) == 0; }
  template <class List>
  [[nodiscard]] const auto& Pick(const List& list) {
    return *(std::begin(list) + static_cast<std::ptrdiff_t>(Below(std::size(list))));
  }

 private:
  std::mt19937 engine_;
};

/// Lines of several sessions, each in its order, mixed as threads mix them.
[[nodiscard]] std::vector<SyntheticLine> Interleaved(
    std::vector<std::vector<SyntheticLine>> sessions, Dice& dice);

struct SyntheticCorpus {
  std::map<std::string, std::string> files;  ///< by name
  Totals totals;
  std::uint64_t lines = 0;

  /// Appends lines to a file, and adds what they count.
  void Add(const std::string& file, const std::vector<SyntheticLine>& more,
           std::string_view line_end);
};

// ---- PMailServer

enum class ThreadForm : std::uint8_t { kNone, kThread, kJob };
enum class JapaneseAs : std::uint8_t { kUtf8, kCp932 };

struct PMailServerShape {
  ThreadForm form = ThreadForm::kThread;
  JapaneseAs encoding = JapaneseAs::kUtf8;
  int level = 3;  ///< 0 to 3: what the server is told to log
  std::string_view line_end = "\n";
  char report_separator = '\t';
};

[[nodiscard]] SyntheticCorpus MakePMailServerCorpus(const PMailServerShape& shape,
                                                    std::uint32_t seed);

// ---- E-Post

struct EPostShape {
  std::string_view line_end = "\n";
  std::string_view context = "";  ///< `00007ff6` makes contexts those of a build of 64 bits
};

/// A whole folder of logs: most facts are in several of them.
[[nodiscard]] SyntheticCorpus MakeEPostCorpus(const EPostShape& shape, std::uint32_t seed);

}  // namespace maillog::test
