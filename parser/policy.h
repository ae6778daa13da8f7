// The policies with which the large receivers, filters and block lists refuse mail, as a closed
// label: who refuses, then what for. What stands before the first `_` is the name of the page in
// docs/policies/ that says what to do. The list of the codes and words by which they are recognised
// is policy_phrases.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/labels.h"

namespace maillog {

enum class Policy : std::uint8_t {
  // Gmail and Google Workspace.
  kGoogleRateLimit,
  kGoogleUnauthenticated,
  kGoogleSpf,
  kGoogleDkim,
  kGoogleDmarc,
  kGoogleTls,
  kGooglePtr,
  kGoogleSpam,
  kGoogleReputation,
  kGoogleContent,
  kGoogleFormat,
  kGoogleSendingQuota,
  kGoogleRecipientRate,
  kGoogleRelay,
  kGoogleDynamicIp,
  kGoogleDomainPolicy,
  // Outlook.com, Hotmail and Exchange Online.
  kMicrosoftBlocklist,
  kMicrosoftBannedIp,
  kMicrosoftDynamicIp,
  kMicrosoftSpam,
  kMicrosoftReputation,
  kMicrosoftBusy,
  kMicrosoftRateLimit,
  kMicrosoftAuthentication,
  kMicrosoftIpv6,
  kMicrosoftPtr,
  kMicrosoftNoRecipient,
  kMicrosoftRecipientBlock,
  kMicrosoftRecipientRate,
  kMicrosoftTenant,
  kMicrosoftConnector,
  // Yahoo and AOL.
  kYahooComplaints,
  kYahooBlocked,
  kYahooGreylist,
  kYahooContent,
  kYahooAuthentication,
  kYahooRateLimit,
  kYahooPtr,
  kYahooSenderDomain,
  // iCloud.
  kIcloudLocalPolicy,
  kIcloudRateLimit,
  kIcloudDmarc,
  kIcloudPtr,
  // The Japanese mobile providers.
  kDocomoUnknownUser,
  kDocomoMailboxFull,
  kDocomoRateLimit,
  kDocomoLineTooLong,
  kAuUnknownUser,
  kAuBadAddress,
  kAuRateLimit,
  kSoftbankUnknownUser,
  kSoftbankSenderDomain,
  kSoftbankRateLimit,
  // Access providers.
  kComcastBlocked,
  kComcastDynamicIp,
  kComcastRateLimit,
  kGmxBlocklist,
  kGmxReputation,
  kGmxPtr,
  kGmxDmarc,
  kTonlineBlocked,
  kOrangeBlocked,
  kOrangeRateLimit,
  kOrangeSender,
  kOrangeSpam,
  // Filters that stand before the servers of many companies.
  kMimecastReputation,
  kMimecastAuthentication,
  kMimecastSpoofing,
  kMimecastPolicy,
  kMimecastBlocklist,
  kMimecastBusy,
  kProofpointBlocked,
  kProofpointRateLimit,
  kCloudmarkBlocked,
  kCiscoReputation,
  // DNS block lists.
  kSpamhausZen,
  kSpamhausSbl,
  kSpamhausXbl,
  kSpamhausPbl,
  kSpamhausDbl,
  kBlocklistBarracuda,
  kBlocklistSpamcop,
  kBlocklistUceprotect,
  kBlocklistUceprotectNetwork,
  kBlocklistSorbs,
  kBlocklistAbusix,
  kBlocklistInvaluement,
  kBlocklistHostkarma,
  kBlocklist0spam,
  kBlocklistMailspike,
  kBlocklistPsbl,
  kBlocklistSpamrats,
  kBlocklistNixspam,
  kBlocklistJustspam,
  kBlocklistSurbl,
  kBlocklistUribl,
  kBlocklistSenderscore,
  kBlocklistTrendmicro,
  kBlocklistSpameatingmonkey,
  kBlocklistBackscatterer,
  kBlocklistS5h,
  kBlocklistGbudb,
  kOther,
};
template <>
struct Label<Policy> {
  static constexpr std::string_view name = "policy";
  static constexpr auto values = Values(
      "google_rate_limit", "google_unauthenticated", "google_spf", "google_dkim", "google_dmarc",
      "google_tls", "google_ptr", "google_spam", "google_reputation", "google_content",
      "google_format", "google_sending_quota", "google_recipient_rate", "google_relay",
      "google_dynamic_ip", "google_domain_policy", "microsoft_blocklist", "microsoft_banned_ip",
      "microsoft_dynamic_ip", "microsoft_spam", "microsoft_reputation", "microsoft_busy",
      "microsoft_rate_limit", "microsoft_authentication", "microsoft_ipv6", "microsoft_ptr",
      "microsoft_no_recipient", "microsoft_recipient_block", "microsoft_recipient_rate",
      "microsoft_tenant", "microsoft_connector", "yahoo_complaints", "yahoo_blocked",
      "yahoo_greylist", "yahoo_content", "yahoo_authentication", "yahoo_rate_limit", "yahoo_ptr",
      "yahoo_sender_domain", "icloud_local_policy", "icloud_rate_limit", "icloud_dmarc",
      "icloud_ptr", "docomo_unknown_user", "docomo_mailbox_full", "docomo_rate_limit",
      "docomo_line_too_long", "au_unknown_user", "au_bad_address", "au_rate_limit",
      "softbank_unknown_user", "softbank_sender_domain", "softbank_rate_limit", "comcast_blocked",
      "comcast_dynamic_ip", "comcast_rate_limit", "gmx_blocklist", "gmx_reputation", "gmx_ptr",
      "gmx_dmarc", "tonline_blocked", "orange_blocked", "orange_rate_limit", "orange_sender",
      "orange_spam", "mimecast_reputation", "mimecast_authentication", "mimecast_spoofing",
      "mimecast_policy", "mimecast_blocklist", "mimecast_busy", "proofpoint_blocked",
      "proofpoint_rate_limit", "cloudmark_blocked", "cisco_reputation", "spamhaus_zen",
      "spamhaus_sbl", "spamhaus_xbl", "spamhaus_pbl", "spamhaus_dbl", "blocklist_barracuda",
      "blocklist_spamcop", "blocklist_uceprotect", "blocklist_uceprotect_network",
      "blocklist_sorbs", "blocklist_abusix", "blocklist_invaluement", "blocklist_hostkarma",
      "blocklist_0spam", "blocklist_mailspike", "blocklist_psbl", "blocklist_spamrats",
      "blocklist_nixspam", "blocklist_justspam", "blocklist_surbl", "blocklist_uribl",
      "blocklist_senderscore", "blocklist_trendmicro", "blocklist_spameatingmonkey",
      "blocklist_backscatterer", "blocklist_s5h", "blocklist_gbudb", "other");
  static_assert(values.size() == static_cast<std::size_t>(Policy::kOther) + 1);
};

/// The name of the page that tells of a policy: `google` of docs/policies/google.md.
[[nodiscard]] constexpr std::string_view PageOf(Policy policy) {
  const std::string_view value = Text(policy);
  return value.substr(0, value.find('_'));
}

}  // namespace maillog
