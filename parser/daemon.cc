#include "parser/daemon.h"

#include <array>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr auto kFirstDovecot = static_cast<std::size_t>(Daemon::kImap);
constexpr auto kFirstWindows = static_cast<std::size_t>(Daemon::kPMailSmtp);

/// Names fall into buckets by length and first byte; the best filled bucket holds five.
constexpr std::size_t kBuckets = 256;
constexpr std::size_t BucketOf(std::string_view name) {
  return (name.size() * 37 + static_cast<unsigned char>(Lower(name.front())) * 5) % kBuckets;
}

/// For each bucket the index of its first name, for each name the next in the same bucket; 255 ends
/// the chain.
struct Chains {
  std::array<std::uint8_t, kBuckets> first{};
  std::array<std::uint8_t, Label<Daemon>::values.size()> next{};
};
constexpr std::uint8_t kEnd = 255;

constexpr Chains MakeChains(std::size_t begin, std::size_t end) {
  Chains chains;
  chains.first.fill(kEnd);
  chains.next.fill(kEnd);
  for (std::size_t i = end; i-- > begin;) {  // backwards, so that the frequent names come first
    std::uint8_t& first = chains.first[BucketOf(Label<Daemon>::values[i])];
    chains.next[i] = first;
    first = static_cast<std::uint8_t>(i);
  }
  return chains;
}

constexpr Chains kPostfix = MakeChains(0, kFirstDovecot);
constexpr Chains kDovecot = MakeChains(kFirstDovecot, kFirstWindows);

template <class Equal>
std::optional<Daemon> Find(const Chains& chains, std::string_view name, Equal equal) {
  if (name.empty()) return std::nullopt;
  for (std::uint8_t i = chains.first[BucketOf(name)]; i != kEnd; i = chains.next[i]) {
    if (equal(Label<Daemon>::values[i], name)) return static_cast<Daemon>(i);
  }
  return std::nullopt;
}

bool IsSame(std::string_view a, std::string_view b) { return SameText(a, b); }

}  // namespace

std::optional<Daemon> PostfixDaemon(std::string_view name) { return Find(kPostfix, name, IsSame); }

std::optional<Daemon> DovecotService(std::string_view name) {
  // In lower case, except that 1.x wrote some names in capitals.
  const std::optional<Daemon> exact = Find(kDovecot, name, IsSame);
  if (exact) return exact;
  // sieve-test, sieve-filter, sieve-dump, sievec; programs around a session.
  if (StartsWithFold(name, "sieve")) return Daemon::kSieve;
  if (name == "quota-status" || name == "tcpwrap") return Daemon::kOther;
  if (name == "dict-async" || name == "dict-expire") return Daemon::kDict;
  if (name == "ssl-build-param") return Daemon::kSslParams;  // 1.x
  if (name == "doveconf") return Daemon::kConfig;
  if (name == "rawlog" || name == "gdbhelper") return Daemon::kScript;
  return Find(kDovecot, name, EqualFold);
}

}  // namespace maillog
