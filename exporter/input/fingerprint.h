// A file is recognised by its content: by the hash of its beginning, and by the hash of what comes
// just before a bookmark. Only hashes are kept, never the bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace maillog {

/// FNV-1a, 64 bits: it goes on from where it was, so that a prefix's hash extends to a longer one.
class RollingHash {
 public:
  static constexpr std::uint64_t kEmpty = 0xcbf29ce484222325ULL;

  constexpr RollingHash() = default;
  explicit constexpr RollingHash(std::uint64_t value) : value_(value) {}
  constexpr void Add(std::string_view bytes) {
    for (const char c : bytes) {
      value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = kEmpty;
};

[[nodiscard]] constexpr std::uint64_t HashOf(std::string_view bytes) {
  RollingHash hash;
  hash.Add(bytes);
  return hash.value();
}

/// The beginning of a file: its first min(size, 1024) bytes, with the hashes of shorter beginnings
/// on the way, so that a file that lost its tail is still known.
class Head {
 public:
  static constexpr std::size_t kMaxBytes = 1024;
  /// Lengths whose hash is kept. Under the first a beginning proves nothing.
  static constexpr std::array<std::size_t, 5> kRungs{64, 128, 256, 512, kMaxBytes};

  /// Goes on with the bytes that follow the first length() ones. More than kMaxBytes in all are
  /// left out.
  void Extend(std::string_view bytes);

  /// Of how many bytes.
  [[nodiscard]] std::size_t length() const { return length_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }

  /// Over how many bytes this head and the beginning of a file can be compared, and are equal: all
  /// of this head if the beginning is as long, else a rung. 0 if they differ, or cannot be compared
  /// over at least 64 bytes (or over all of this head).
  [[nodiscard]] std::size_t MatchedBytes(std::string_view beginning) const;

  /// Over how many bytes the beginning of a file is surely this one, though it may differ after
  /// them: a length of kRungs, 0 if it is none. What lost its tail, and grew again, begins so.
  [[nodiscard]] std::size_t CommonBytes(std::string_view beginning) const;

  /// False if the two surely begin differently. Cheap.
  [[nodiscard]] bool MayMatch(const Head& other) const {
    return length_ < kRungs[0] || other.length_ < kRungs[0] || rungs_[0] == other.rungs_[0];
  }

  friend bool operator==(const Head& a, const Head& b) {
    return a.length_ == b.length_ && a.hash() == b.hash();
  }

  /// As saved and restored.
  struct Saved {
    std::uint32_t length = 0;
    std::uint64_t hash = RollingHash::kEmpty;
    std::array<std::uint64_t, kRungs.size()> rungs{};
  };
  [[nodiscard]] Saved Save() const;
  [[nodiscard]] static Head Restore(const Saved& saved);

 private:
  RollingHash hash_;
  std::size_t length_ = 0;
  std::array<std::uint64_t, kRungs.size()> rungs_{};
};

/// What comes just before a bookmark: up to 256 bytes.
struct Window {
  static constexpr std::size_t kMaxBytes = 256;
  std::uint32_t length = 0;
  std::uint64_t hash = RollingHash::kEmpty;

  [[nodiscard]] bool Matches(std::string_view bytes) const {
    return bytes.size() == length && HashOf(bytes) == hash;
  }
  friend bool operator==(const Window&, const Window&) = default;
};

}  // namespace maillog
