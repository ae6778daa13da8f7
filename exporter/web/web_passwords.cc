#include "exporter/web/web_passwords.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace maillog {
namespace {

// `$2y$10$`, then 22 characters of salt and 31 of the hash.
constexpr std::size_t kPrefixBytes = 7;
constexpr std::size_t kSaltedBytes = kPrefixBytes + 22;
constexpr std::size_t kHashBytes = 60;
constexpr std::string_view kLetters =
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

int CostOf(std::string_view hash) {
  const std::string_view digits = hash.substr(4, 2);
  return (digits[0] - '0') * 10 + (digits[1] - '0');
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool HasTheForm(std::string_view hash) {
  return hash.size() == kHashBytes && hash.starts_with("$2") &&
         (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y') && hash[3] == '$' &&
         IsDigit(hash[4]) && IsDigit(hash[5]) && hash[6] == '$' &&
         hash.find_first_not_of(kLetters, kPrefixBytes) == std::string_view::npos;
}

int HighestCost(const UserHashes& users) {
  int highest = 0;
  for (const auto& [name, hash] : users) highest = std::max(highest, CostOf(hash));
  return highest;
}

/// A hash that no password gives.
std::string NobodysHash(int cost) {
  std::string hash = "$2y$00$" + std::string(kHashBytes - kPrefixBytes, '.');
  hash[4] = static_cast<char>('0' + cost / 10);
  hash[5] = static_cast<char>('0' + cost % 10);
  return hash;
}

bool IsRight(const std::string& password, const std::string& hash) {
  const auto work = std::make_unique<crypt_data>();  // 32 KB
  const char* const made =
      ::crypt_r(password.c_str(), hash.substr(0, kSaltedBytes).c_str(), work.get());
  const std::string_view text = made == nullptr ? std::string_view() : made;
  return text.size() == hash.size() && ::CRYPTO_memcmp(text.data(), hash.data(), hash.size()) == 0;
}

}  // namespace

std::string WhyNoBcryptHash(std::string_view hash) {
  if (!HasTheForm(hash)) return "is not a bcrypt hash, such as htpasswd -nB makes";
  const int cost = CostOf(hash);
  if (cost < 4 || cost > kMaxBcryptCost) {
    return "is a bcrypt hash of cost " + std::to_string(cost) + ", which is not one from 4 to " +
           std::to_string(kMaxBcryptCost);
  }
  return {};
}

std::optional<Credentials> ParseAuthorization(std::string_view field) {
  constexpr std::string_view kScheme = "basic ";
  if (field.size() < kScheme.size() ||
      !absl::EqualsIgnoreCase(absl::string_view(field.data(), kScheme.size()), kScheme.data())) {
    return std::nullopt;
  }
  const absl::string_view encoded = absl::StripAsciiWhitespace(
      absl::string_view(field.data() + kScheme.size(), field.size() - kScheme.size()));
  std::string decoded;
  if (!absl::Base64Unescape(encoded, &decoded)) return std::nullopt;
  const std::size_t colon = decoded.find(':');
  // crypt(3) would read a password with a zero byte only up to it.
  if (colon == std::string::npos || decoded.find('\0') != std::string::npos) return std::nullopt;
  return Credentials{decoded.substr(0, colon), decoded.substr(colon + 1)};
}

bool VerifyPassword(const UserHashes& users, const Credentials& credentials) {
  if (users.empty()) return true;
  const int highest = HighestCost(users);
  const auto user = users.find(credentials.user);
  if (user == users.end()) {
    (void)IsRight(credentials.password, NobodysHash(highest));
    return false;
  }
  if (IsRight(credentials.password, user->second)) return true;
  // Each cost takes twice as long as the one before: with these it is as long as the highest.
  for (int cost = CostOf(user->second); cost < highest; ++cost) {
    (void)IsRight(credentials.password, NobodysHash(cost));
  }
  return false;
}

VerifiedPasswords::VerifiedPasswords() {
  // Not from OpenSSL, which takes 2 MB when it is first called, and may never be needed.
  [[maybe_unused]] const ssize_t size = ::getrandom(key_.data(), key_.size(), 0);
}

VerifiedPasswords::Digest VerifiedPasswords::DigestOf(const UserHashes& users,
                                                      const Credentials& credentials) const {
  const auto user = users.find(credentials.user);
  std::string text = user == users.end() ? std::string() : user->second;
  text.append("\0", 1).append(credentials.user).append("\0", 1).append(credentials.password);
  Digest digest{};
  unsigned size = 0;
  ::HMAC(::EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return digest;
}

std::optional<bool> VerifiedPasswords::Find(const Digest& digest) const {
  if (right_.contains(digest)) return true;
  if (wrong_.contains(digest)) return false;
  return std::nullopt;
}

void VerifiedPasswords::Add(const Digest& digest, bool right) {
  std::set<Digest>& known = right ? right_ : wrong_;
  if (known.size() >= kMaxOfEach) known.erase(known.begin());
  known.insert(digest);
}

}  // namespace maillog
