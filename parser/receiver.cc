#include <array>
#include <cstdint>

#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog {
namespace {

struct ReceiverDomain {
  std::string_view domain;
  Receiver receiver;
};

/// Domains of the mail servers, not of the addresses.
constexpr auto kReceivers = std::to_array<ReceiverDomain>({
    {"google.com", Receiver::kGoogle},      {"googlemail.com", Receiver::kGoogle},
    {"outlook.com", Receiver::kMicrosoft},  {"office365.us", Receiver::kMicrosoft},
    {"outlook.cn", Receiver::kMicrosoft},   {"mx.microsoft", Receiver::kMicrosoft},
    {"hotmail.com", Receiver::kMicrosoft},  {"yahoodns.net", Receiver::kYahoo},
    {"yahoo.com", Receiver::kYahoo},        {"yahoo.co.jp", Receiver::kYahooJapan},
    {"icloud.com", Receiver::kIcloud},      {"apple.com", Receiver::kIcloud},
    {"me.com", Receiver::kIcloud},          {"docomo.ne.jp", Receiver::kDocomo},
    {"spmode.ne.jp", Receiver::kDocomo},    {"au.com", Receiver::kAu},
    {"ezweb.ne.jp", Receiver::kAu},         {"auone-net.jp", Receiver::kAu},
    {"dion.ne.jp", Receiver::kAu},          {"softbank.ne.jp", Receiver::kSoftbank},
    {"softbank.jp", Receiver::kSoftbank},   {"vodafone.ne.jp", Receiver::kSoftbank},
    {"i.softbank.jp", Receiver::kSoftbank}, {"rakuten.co.jp", Receiver::kRakuten},
    {"rakuten.jp", Receiver::kRakuten},     {"rmail.jp", Receiver::kRakuten},
    {"nifty.com", Receiver::kNifty},        {"nifty.ne.jp", Receiver::kNifty},
    {"biglobe.ne.jp", Receiver::kBiglobe},  {"ocn.ne.jp", Receiver::kOcn},
    {"ocn.ad.jp", Receiver::kOcn},
});

/// Domains are told apart by the byte that is the sixth from their end: in most, one of their own
/// name.
constexpr std::size_t kFromEnd = 6;
constexpr std::size_t ByteOf(std::string_view host) {
  return static_cast<unsigned char>(Lower(host[host.size() - kFromEnd]));
}

/// For each such byte the first domain that has it, for each domain the next; kNone ends the chain.
struct Chains {
  static constexpr std::uint8_t kNone = 255;
  std::array<std::uint8_t, 256> first{};
  std::array<std::uint8_t, kReceivers.size()> next{};
};
constexpr Chains kChains = [] {
  Chains chains;
  chains.first.fill(Chains::kNone);
  for (std::size_t i = kReceivers.size(); i-- > 0;) {  // backwards, so that the order is kept
    std::uint8_t& first = chains.first[ByteOf(kReceivers[i].domain)];
    chains.next[i] = first;
    first = static_cast<std::uint8_t>(i);
  }
  return chains;
}();

}  // namespace

Receiver ReceiverOf(std::string_view host) {
  (void)EatBack(host, ".");
  if (host.size() < kFromEnd) return Receiver::kOther;
  const char last = Lower(host.back());
  for (std::uint8_t i = kChains.first[ByteOf(host)]; i != Chains::kNone; i = kChains.next[i]) {
    const ReceiverDomain& receiver = kReceivers[i];
    if (receiver.domain.back() == last && IsInDomain(host, receiver.domain))
      return receiver.receiver;
  }
  return Receiver::kOther;
}

}  // namespace maillog
