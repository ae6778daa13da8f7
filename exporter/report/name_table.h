// How often each name of a log occurs, with a limit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace maillog {

/// Up to kMax names are counted exactly. Whoever sends mail makes up names: with one more, those
/// with the lowest counts are forgotten until half are left, and their counts go to `others`. So
/// sums are always exact, and frequent names stay.
class NameTable {
 public:
  static constexpr std::size_t kMax = 65'536;
  /// Longer ones are cut.
  static constexpr std::size_t kMaxName = 255;
  static constexpr std::size_t kColumns = 3;
  using Counts = std::array<std::uint64_t, kColumns>;

  struct alignas(64) Row {  // a line of the processor's cache
    std::string name;
    Counts counts{};
    std::uint64_t rank = 0;  ///< the sum of the columns that are counts, not sizes
  };

  /// `most`: for tests.
  explicit NameTable(std::size_t most = kMax) : most_(most) {}

  /// To a column of counts, not sizes: they decide which names are frequent.
  void Add(std::string_view name, std::size_t column, std::uint64_t count);
  /// To all columns at once; `rank` is the sum of those that are counts.
  void AddRow(std::string_view name, const Counts& counts, std::uint64_t rank);
  void Merge(const NameTable& other);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// The most frequent first, then by name; at most so many. `others`: the sum of all the rest.
  [[nodiscard]] std::vector<Row> Top(std::size_t most, Counts& others) const;

 private:
  static constexpr unsigned kFirstBits = 6;

  /// Open addressing: the place of a name is what the first bits of its hash say, or the next free
  /// one.
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t row = 0;  ///< from 1 on; 0: free
  };

  [[nodiscard]] inline Row& At(std::string_view name);
  [[nodiscard]] Row& AtLong(std::string_view name);
  template <auto kSame>
  [[nodiscard]] Row& Find(std::string_view name);
  [[nodiscard]] Row& Insert(std::string_view name, std::uint32_t hash);
  void Put(Place place);
  void Grow();
  void ForgetRare();

  const std::size_t most_;
  std::vector<Row> rows_;  // in the order in which they came
  std::vector<Place> places_ = std::vector<Place>(std::size_t{1} << kFirstBits);
  std::size_t mask_ = places_.size() - 1;
  unsigned shift_ = 32 - kFirstBits;  // of a hash, to its place
  Counts others_{};
};

}  // namespace maillog
