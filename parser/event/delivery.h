// Mail going out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/codes.h"
#include "parser/event/queue.h"
#include "parser/policy.h"
#include "parser/scan.h"

namespace maillog {

enum class Agent : std::uint8_t {
  kSmtp,
  kLmtp,
  kLocal,
  kVirtual,
  kPipe,
  kError,
  kDiscard,
  kQmgr,
  kCleanup,
  kOther
};
template <>
struct Label<Agent> {
  static constexpr std::string_view name = "agent";
  using enum Agent;
  static constexpr auto values = LabelTexts<Agent>({{kSmtp, "smtp"},
                                                    {kLmtp, "lmtp"},
                                                    {kLocal, "local"},
                                                    {kVirtual, "virtual"},
                                                    {kPipe, "pipe"},
                                                    {kError, "error"},
                                                    {kDiscard, "discard"},
                                                    {kQmgr, "qmgr"},
                                                    {kCleanup, "cleanup"},
                                                    {kOther, "other"}});
};

enum class NextHop : std::uint8_t { kNone, kSocket, kLoopback, kRemote, kLocal };
template <>
struct Label<NextHop> {
  static constexpr std::string_view name = "next_hop";
  using enum NextHop;
  static constexpr auto values = LabelTexts<NextHop>({{kNone, "none"},
                                                      {kSocket, "socket"},
                                                      {kLoopback, "loopback"},
                                                      {kRemote, "remote"},
                                                      {kLocal, "local"}});
};

enum class DeliveryStatus : std::uint8_t {
  kSent,
  kDeferred,
  kBounced,
  kUndeliverable,
  kDeliverable,
  kOther
};
template <>
struct Label<DeliveryStatus> {
  static constexpr std::string_view name = "status";
  using enum DeliveryStatus;
  static constexpr auto values = LabelTexts<DeliveryStatus>({{kSent, "sent"},
                                                             {kDeferred, "deferred"},
                                                             {kBounced, "bounced"},
                                                             {kUndeliverable, "undeliverable"},
                                                             {kDeliverable, "deliverable"},
                                                             {kOther, "other"}});
};

enum class Phase : std::uint8_t { kBeforeQueue, kInQueue, kConnection, kTransmission };
template <>
struct Label<Phase> {
  static constexpr std::string_view name = "phase";
  using enum Phase;
  static constexpr auto values = LabelTexts<Phase>({{kBeforeQueue, "before_queue"},
                                                    {kInQueue, "in_queue"},
                                                    {kConnection, "connection"},
                                                    {kTransmission, "transmission"}});
};

/// Why a delivery was deferred or bounced, or a client was rejected: the contract's reason classes.
enum class Reason : std::uint8_t {
  kUserUnknown,
  kUserDisabled,
  kMailboxFull,
  kMessageTooBig,
  kSpam,
  kVirus,
  kContent,
  kBlocklist,
  kReputation,
  kGreylist,
  kRateLimit,
  kReverseDns,
  kHeloRejected,
  kSenderAuth,
  kSenderRejected,
  kRecipientRejected,
  kRelayDenied,
  kAuth,
  kTls,
  kDnsError,
  kHostNotFound,
  kConnectionRefused,
  kConnectionTimeout,
  kConnectionLost,
  kNetwork,
  kStorage,
  kLoop,
  kExpired,
  kProtocol,
  kRemoteError,
  kLocalError,
  kOther
};
template <>
struct Label<Reason> {
  static constexpr std::string_view name = "reason";
  using enum Reason;
  static constexpr auto values = LabelTexts<Reason>({{kUserUnknown, "user_unknown"},
                                                     {kUserDisabled, "user_disabled"},
                                                     {kMailboxFull, "mailbox_full"},
                                                     {kMessageTooBig, "message_too_big"},
                                                     {kSpam, "spam"},
                                                     {kVirus, "virus"},
                                                     {kContent, "content"},
                                                     {kBlocklist, "blocklist"},
                                                     {kReputation, "reputation"},
                                                     {kGreylist, "greylist"},
                                                     {kRateLimit, "rate_limit"},
                                                     {kReverseDns, "reverse_dns"},
                                                     {kHeloRejected, "helo_rejected"},
                                                     {kSenderAuth, "sender_auth"},
                                                     {kSenderRejected, "sender_rejected"},
                                                     {kRecipientRejected, "recipient_rejected"},
                                                     {kRelayDenied, "relay_denied"},
                                                     {kAuth, "auth"},
                                                     {kTls, "tls"},
                                                     {kDnsError, "dns_error"},
                                                     {kHostNotFound, "host_not_found"},
                                                     {kConnectionRefused, "connection_refused"},
                                                     {kConnectionTimeout, "connection_timeout"},
                                                     {kConnectionLost, "connection_lost"},
                                                     {kNetwork, "network"},
                                                     {kStorage, "storage"},
                                                     {kLoop, "loop"},
                                                     {kExpired, "expired"},
                                                     {kProtocol, "protocol"},
                                                     {kRemoteError, "remote_error"},
                                                     {kLocalError, "local_error"},
                                                     {kOther, "other"}});
};

/// Whose servers answered, from the relay's name.
enum class Receiver : std::uint8_t {
  kGoogle,
  kMicrosoft,
  kYahoo,
  kYahooJapan,
  kIcloud,
  kDocomo,
  kAu,
  kSoftbank,
  kRakuten,
  kNifty,
  kBiglobe,
  kOcn,
  kOther
};
template <>
struct Label<Receiver> {
  static constexpr std::string_view name = "receiver";
  using enum Receiver;
  static constexpr auto values = LabelTexts<Receiver>({{kGoogle, "google"},
                                                       {kMicrosoft, "microsoft"},
                                                       {kYahoo, "yahoo"},
                                                       {kYahooJapan, "yahoo_japan"},
                                                       {kIcloud, "icloud"},
                                                       {kDocomo, "docomo"},
                                                       {kAu, "au"},
                                                       {kSoftbank, "softbank"},
                                                       {kRakuten, "rakuten"},
                                                       {kNifty, "nifty"},
                                                       {kBiglobe, "biglobe"},
                                                       {kOcn, "ocn"},
                                                       {kOther, "other"}});
};

/// An attempt to deliver to one recipient: `to=<…>, relay=…, delay=…, delays=…, dsn=…, status=sent
/// (…)`.
struct Delivery : Service {
  Agent agent = Agent::kOther;
  NextHop next_hop = NextHop::kNone;
  DeliveryStatus status = DeliveryStatus::kOther;
  DsnClass dsn_class = DsnClass::kAbsent;
  DsnCode dsn;
  Reason reason = Reason::kOther;        ///< has a meaning for deferred and bounced only
  Receiver receiver = Receiver::kOther;  ///< has a meaning for next_hop remote, and for policies
  Policy policy = Policy::kOther;        ///< has a meaning for deferred and bounced only
  std::uint8_t bad_values = 0;
  bool is_near = false;  ///< next_hop remote: the host has an address of a private network
  Transport transport;
  std::optional<Micros> delay;
  std::array<std::optional<Micros>, 4> delays;  ///< indexed by Phase; all absent up to Postfix 2.2
  static constexpr Wording kWording{"delivery"};
};

/// A line of PMailServer's MTA report: one for each recipient to whom delivery has ended.
struct MtaReport : Delivery {
  MtaReportCode code;
  MtaReportResult result;
  static constexpr Wording kWording{"mta_report"};
};

/// The end of E-Post's delivery: `… sent on [ts] to …`, `… send fail on [ts] from …`.
struct FinalDelivery : Delivery {
  std::uint32_t recipients = 1;      ///< one line may name several
  std::optional<NoticeKind> notice;  ///< set if the mail is an error mail of the server's own
  static constexpr Wording kWording{"final_delivery"};
};

/// A mail was put back to be tried again.
struct DeliveryRetry {
  Server server = Server::kEPost;
  static constexpr Wording kWording{"delivery_retry", &DeliveryRetry::server};
};

/// `connect to mail.example.com[192.0.2.1]:25: Connection refused`.
struct ConnectionFailure : Service {
  Agent agent = Agent::kOther;
  Reason reason = Reason::kOther;
  static constexpr Wording kWording{"connection_failure", &ConnectionFailure::agent,
                                    &ConnectionFailure::reason};
};

}  // namespace maillog
