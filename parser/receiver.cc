#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog {
namespace {

struct ReceiverDomain {
  std::string_view domain;
  Receiver receiver;
};

/// Domains of the mail servers, not of the addresses.
constexpr ReceiverDomain kReceivers[] = {
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
};

}  // namespace

Receiver ReceiverOf(std::string_view host) {
  (void)EatBack(host, ".");
  if (host.empty()) return Receiver::kOther;
  const char last = Lower(host.back());
  for (const ReceiverDomain& receiver : kReceivers) {
    if (receiver.domain.back() == last && IsInDomain(host, receiver.domain))
      return receiver.receiver;
  }
  return Receiver::kOther;
}

}  // namespace maillog
