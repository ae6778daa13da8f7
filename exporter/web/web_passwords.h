// Who may see the pages: users with bcrypt hashes, as `htpasswd -nB` makes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace maillog {

/// A hash of a higher cost takes longer than a client waits: about 5 s.
inline constexpr int kMaxBcryptCost = 16;

/// By name. No users: everybody is let in.
using UserHashes = std::map<std::string, std::string>;

/// Why the text is not a bcrypt hash that can be used, as the end of a sentence; empty if it is
/// one.
[[nodiscard]] std::string WhyNoBcryptHash(std::string_view hash);

struct Credentials {
  std::string user;
  std::string password;
};
/// The credentials in the field Authorization (RFC 7617). Nothing if it has no user and password.
[[nodiscard]] std::optional<Credentials> ParseAuthorization(std::string_view field);

/// Whether the password is the user's. A wrong one takes the time of the highest cost among all
/// hashes (60 ms at cost 10), whoever's it is said to be: whether there is such a user, and at
/// which cost, cannot be told from it. Thread-safe.
[[nodiscard]] bool VerifyPassword(const UserHashes& users, const Credentials& credentials);

/// What was verified before, so that a scraper costs only one verification. Keeps digests under a
/// key of this run, never passwords. One thread at a time.
class VerifiedPasswords {
 public:
  VerifiedPasswords();

  using Digest = std::array<std::uint8_t, 32>;
  /// A digest of the credentials and of the hash that they were verified with: when that changes,
  /// what was known is no longer found.
  [[nodiscard]] Digest DigestOf(const UserHashes& users, const Credentials& credentials) const;
  /// Nothing if it is not known.
  [[nodiscard]] std::optional<bool> Find(const Digest& digest) const;
  void Add(const Digest& digest, bool right);

 private:
  /// Kept separately, so that a flood of wrong ones does not displace a right one.
  static constexpr std::size_t kMaxOfEach = 1000;

  std::array<std::uint8_t, 32> key_{};
  std::set<Digest> right_;
  std::set<Digest> wrong_;
};

}  // namespace maillog
