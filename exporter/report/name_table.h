// How often each name of a log occurs, with a limit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
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

  struct Row {
    std::string name;
    Counts counts{};
    std::uint64_t rank = 0;  ///< the sum of the columns that are counts, not sizes
  };

  /// `most`: for tests.
  explicit NameTable(std::size_t most = kMax) : most_(most) {}

  /// `ranked` counts decide which names are frequent; a size is added without rank.
  void Add(std::string_view name, std::size_t column, std::uint64_t count);
  void AddSize(std::string_view name, std::size_t column, std::uint64_t size);
  void Merge(const NameTable& other);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// The most frequent first, then by name; at most so many. `others`: the sum of all the rest.
  [[nodiscard]] std::vector<Row> Top(std::size_t most, Counts& others) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>()(name);
    }
  };
  struct Value {
    Counts counts{};
    std::uint64_t rank = 0;
  };

  [[nodiscard]] Value& At(std::string_view name);
  void ForgetRare();

  const std::size_t most_;
  std::unordered_map<std::string, Value, Hash, std::equal_to<>> rows_;
  Counts others_{};
};

}  // namespace maillog
