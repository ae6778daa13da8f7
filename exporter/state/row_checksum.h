// The checksum of one row of the state database.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "exporter/input/fingerprint.h"

namespace maillog {

/// Fields with their lengths: no two rows give the same bytes.
class RowChecksum {
 public:
  explicit RowChecksum(std::string_view kind) { Add(kind); }
  RowChecksum& Add(std::string_view text) {
    Add(static_cast<std::uint64_t>(text.size()));
    hash_.Add(text);
    return *this;
  }
  RowChecksum& Add(std::uint64_t number) {
    std::array<char, 8> bytes;
    for (char& byte : bytes) {
      byte = static_cast<char>(number & 0xff);
      number >>= 8;
    }
    hash_.Add({bytes.data(), bytes.size()});
    return *this;
  }
  RowChecksum& Add(std::int64_t number) { return Add(static_cast<std::uint64_t>(number)); }
  // Sums of hashes need bits that do not depend on each other: the finisher of MurmurHash3.
  [[nodiscard]] std::uint64_t value() const {
    std::uint64_t mixed = hash_.value();
    mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccdULL;
    mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return mixed ^ (mixed >> 33);
  }

 private:
  RollingHash hash_;
};

}  // namespace maillog
