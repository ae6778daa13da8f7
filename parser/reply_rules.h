// What a reply means by the words that one of its sentences has, in the vocabulary of
// reply_terms.h. The first rule of the list that any sentence fulfils decides.
//
// Two lists: what leaves little doubt; then what says little, and is asked only where the enhanced
// status code says nothing either.
#pragma once

#include <array>

#include "parser/event.h"
#include "parser/reply_terms.h"

namespace maillog::internal {

struct ReplyRule {
  Reason reason;
  Terms all;          ///< the sentence has each of these
  Terms any = 0;      ///< and one of these, if there are any
  Terms without = 0;  ///< and none of these
};

constexpr ReplyRule RuleOf(Reason reason, std::initializer_list<Term> all,
                           std::initializer_list<Term> any = {},
                           std::initializer_list<Term> without = {}) {
  return {reason, AllOf(all), AllOf(any), AllOf(without)};
}

inline constexpr auto kReplyRules = [] {
  using enum Term;
  return std::to_array<ReplyRule>({
      RuleOf(Reason::kLoop, {kLoop}),
      RuleOf(Reason::kGreylist, {kGrey}),
      RuleOf(Reason::kVirus, {kVirus}),
      // The sending server and what is known of it.
      RuleOf(Reason::kReverseDns, {kReverse, kDns}),
      RuleOf(Reason::kReverseDns, {kDns}, {kIp, kHost},
             {kSender, kUser, kDomain, kMail, kExist, kSpf, kBlocklist, kTls}),
      RuleOf(Reason::kBlocklist, {kDynamic}, {kIp, kHost, kAddress, kReject, kBlock, kNot}),
      RuleOf(Reason::kReverseDns, {kDns, kVerify, kError}, {},
             {kSender, kDomain, kMail, kSpf, kTls}),
      RuleOf(Reason::kReverseDns, {kDns, kNot, kYour}, {}, {kSender, kDomain, kMail, kBlocklist}),
      RuleOf(Reason::kReverseDns, {kIp}, {kVerify}, {kSpf, kTls}),
      RuleOf(Reason::kReverseDns, {kIp, kDomain, kInvalid}, {}, {kSpf}),
      RuleOf(Reason::kSenderAuth, {kSpf}),
      RuleOf(Reason::kSenderAuth, {kDomain, kAuth, kError}),
      RuleOf(Reason::kTls, {kTls}),
      RuleOf(Reason::kSpam, {kBlocklist, kContent}),
      RuleOf(Reason::kSenderRejected, {kBlocklist, kSender}, {}, {kIp, kHost, kDns}),
      RuleOf(Reason::kSenderRejected, {kBlocklist, kYour}, {kDomain, kMail}, {kIp, kHost, kDns}),
      RuleOf(Reason::kSenderRejected, {kSender, kBlock, kList}, {}, {kIp, kHost, kDns}),
      RuleOf(Reason::kBlocklist, {kBlocklist}, {}, {kMailbox}),
      RuleOf(Reason::kBlocklist, {kBlock, kList}),
      RuleOf(Reason::kBlocklist, {kListed}, {kIp, kHost}, {kExist, kUser}),
      RuleOf(Reason::kBlocklist, {kIp, kBlock}, {}, {kProtect, kMailbox}),
      RuleOf(Reason::kBlocklist, {kIp, kDisabled}, {}, {kMailbox, kUser}),
      RuleOf(Reason::kBlocklist, {kSpam, kBlock}, {kHost, kIp}, {kProtect}),
      RuleOf(Reason::kBlocklist, {kReputation, kBlock}),
      RuleOf(Reason::kBlocklist, {kReputation, kReject, kHost}),
      RuleOf(Reason::kReputation, {kToo, kMany, kReputation}),
      RuleOf(Reason::kReputation, {kReputation, kIp}),
      RuleOf(Reason::kSpam, {kToo, kMany, kSpam}),
      // How much there is of something.
      RuleOf(Reason::kStorage, {kSystem, kFull}, {}, {kMailbox, kUser}),
      RuleOf(Reason::kStorage, {kSystem, kQuota, kNot}, {}, {kMailbox, kUser}),
      RuleOf(Reason::kMessageTooBig, {kContent, kExceed, kLimit}),
      RuleOf(Reason::kRateLimit, {kRelay, kLimit}),
      RuleOf(Reason::kRateLimit, {kSending}, {kQuota, kLimit}, {kSize, kMailbox}),
      RuleOf(Reason::kRateLimit, {kRate}, {kQuota, kLimit, kExceed, kToo, kMany}, {kMailbox}),
      RuleOf(Reason::kRateLimit, {kConnection}, {kLimit, kExceed, kMany, kToo}, {kSize}),
      RuleOf(Reason::kRateLimit, {kSlow}),
      RuleOf(Reason::kMailboxFull, {kToo, kMany, kUser, kMail, kHost}),
      RuleOf(Reason::kRateLimit, {kMany, kUser}, {kToo, kExceed, kLimit, kSize, kAccept}),
      RuleOf(Reason::kRateLimit, {kToo, kMany}, {}, {kMailbox, kDisabled}),
      RuleOf(Reason::kContent, {kMalformed, kSize}),
      RuleOf(Reason::kMailboxFull, {kFull}, {kMailbox, kUser, kQuota, kAddress}),
      RuleOf(Reason::kMailboxFull, {kQuota}, {kMailbox, kUser, kExceed}, {kSize, kSystem}),
      RuleOf(Reason::kMailboxFull, {kQuota, kExceed, kSystem}),
      RuleOf(Reason::kMailboxFull, {kMailbox}, {kExceed, kLimit}, {kIp, kSender, kDisabled}),
      RuleOf(Reason::kMailboxFull, {kUser, kExceed}, {}, {kSize, kSender, kMany, kNot}),
      RuleOf(Reason::kMailboxFull, {kQuota}, {}, {kSize, kSystem, kSending, kRate}),
      RuleOf(Reason::kMessageTooBig, {kSize}, {kExceed, kLimit, kToo, kMail}, {kQueue, kMailbox}),
      RuleOf(Reason::kRateLimit, {kToo, kMail}, {}, {kSize, kSpam}),
      RuleOf(Reason::kRateLimit, {kToo, kUser}, {}, {kSize, kMailbox, kDisabled}),
      RuleOf(Reason::kRateLimit, {kExceed, kLimit}, {}, {kSize, kMailbox, kQuota, kUser}),
      // The sender.
      RuleOf(Reason::kSenderRejected, {kSender},
             {kReject, kBlock, kInvalid, kUnknown, kNot, kVerify, kDns, kSpam}, {kIp, kUser}),
      RuleOf(Reason::kSenderRejected, {kSender, kUser, kNot, kList}),
      RuleOf(Reason::kSenderRejected, {kSender, kDomain}, {kNot, kReject, kBlock, kRequire}),
      RuleOf(Reason::kSenderRejected, {kFrom, kInvalid}, {}, {kIp}),
      RuleOf(Reason::kSenderRejected, {kFrom, kDomain, kDns}),
      RuleOf(Reason::kSenderRejected, {kFrom, kNot, kAccept}, {}, {kIp, kUser, kConnection}),
      RuleOf(Reason::kSenderRejected, {kFrom, kAddress}, {kReject, kBlock}, {kIp, kUser}),
      RuleOf(Reason::kSenderRejected, {kFrom, kAddress, kNot}, {}, {kIp, kUser}),
      RuleOf(Reason::kSenderRejected, {kSending, kDomain}),
      RuleOf(Reason::kSenderRejected, {kYour, kDomain}, {kBlock, kReject, kNot}, {kUser}),
      RuleOf(Reason::kSenderRejected, {kYour, kMail, kAddress}, {kBlock}, {kIp}),
      RuleOf(Reason::kSenderRejected, {kAddress, kNot, kVerify}, {}, {kUser}),
      RuleOf(Reason::kSenderRejected, {kGroup}, {}, {kError}),
      RuleOf(Reason::kHeloRejected, {kHelo}, {kReject, kInvalid, kNot, kUnknown, kError, kBlock}),
      RuleOf(Reason::kRelayDenied, {kRelay}),
      RuleOf(Reason::kAuth, {kAuth},
             {kRequire, kNot, kError, kInvalid, kReject, kAccept, kUnknown, kDisabled}, {kContent}),
      // The mailbox.
      RuleOf(Reason::kHostNotFound, {kDomain, kUnknown}, {}, {kSender, kFrom}),
      RuleOf(Reason::kHostNotFound, {kDomain, kExist}, {kNot, kRequire},
             {kSender, kFrom, kMailbox}),
      RuleOf(Reason::kUserDisabled, {kDisabled}, {kMailbox, kUser, kAddress, kDomain},
             {kSender, kIp}),
      RuleOf(Reason::kUserDisabled, {kLonger, kNot}, {}, {kSender, kIp, kLater}),
      RuleOf(Reason::kUserDisabled, {kMailbox, kBlock}, {}, {kSender, kIp}),
      RuleOf(Reason::kUserDisabled, {kMailbox, kNot, kAccept}, {}, {kSender, kIp}),
      RuleOf(Reason::kUserUnknown, {kUnknown}, {kUser, kMailbox}, {kSender}),
      RuleOf(Reason::kUserUnknown, {kUnknown, kAddress}, {}, {kSender, kIp, kHost}),
      RuleOf(Reason::kUserUnknown, {kInvalid}, {kUser, kMailbox}, {kSender, kMany}),
      RuleOf(Reason::kUserUnknown, {kInvalid, kAddress}, {}, {kSender, kIp, kHost, kMany}),
      RuleOf(Reason::kUserUnknown, {kNot, kExist}, {kUser, kMailbox, kAddress},
             {kSender, kIp, kMalformed}),
      RuleOf(Reason::kUserUnknown, {kUser, kNot, kVerify}, {}, {kSender}),
      RuleOf(Reason::kUserUnknown, {kNot, kExist}, {},
             {kSender, kFrom, kIp, kHost, kDomain, kContent, kCommand, kMalformed, kDns, kInternal,
              kError}),
      RuleOf(Reason::kUserUnknown, {kNot, kUnknown}, {},
             {kSender, kFrom, kIp, kHost, kDomain, kContent, kCommand, kDns, kInternal, kSystem}),
      RuleOf(Reason::kHostNotFound, {kHost}, {kUnknown, kExist},
             {kUser, kMailbox, kAddress, kConnection, kSender, kInternal, kTemporary, kListed}),
      // What the mail says.
      RuleOf(Reason::kSpam, {kSpam}, {}, {kProtect, kIp}),
      RuleOf(Reason::kBlocklist, {kIp}, {kBlock, kReject, kNot, kInvalid}, {kDns}),
      RuleOf(Reason::kReputation, {kReputation}),
      RuleOf(Reason::kSpam, {kSpam}, {}, {kProtect}),
      RuleOf(Reason::kContent, {kMalformed}),
      RuleOf(Reason::kContent, {kContent}, {kReject, kBlock, kInvalid, kPolicy, kAccept}),
      RuleOf(Reason::kContent, {kContent, kVerify, kError}),
      RuleOf(Reason::kExpired, {kMail, kQueue}, {kDisabled, kMany, kTimeout}),
      RuleOf(Reason::kSenderRejected, {kVerify}, {kNot, kError},
             {kUser, kHost, kTls, kDns, kContent}),
      RuleOf(Reason::kRecipientRejected, {kUser, kBlock}, {}, {kSender}),
      RuleOf(Reason::kAuth, {kAuth}),
      RuleOf(Reason::kRateLimit, {kRate}, {kTry, kLater, kTemporary}),
      RuleOf(Reason::kHeloRejected, {kHelo}, {}, {kRequire}),
      RuleOf(Reason::kConnectionTimeout, {kTimeout}, {}, {kMailbox, kUser}),
      RuleOf(Reason::kDnsError, {kDns, kError}, {}, {kSender, kUser, kMail, kAddress}),
  });
}();

inline constexpr auto kVagueReplyRules = [] {
  using enum Term;
  return std::to_array<ReplyRule>({
      RuleOf(Reason::kUserUnknown, {kMailbox, kNot}, {},
             {kSender, kIp, kTemporary, kReject, kYour}),
      RuleOf(Reason::kDnsError, {kDns}, {kError, kNot, kUnknown}),
      RuleOf(Reason::kProtocol, {kCommand}, {kInvalid, kUnknown, kNot, kError, kRequire}),
      RuleOf(Reason::kRemoteError, {kTemporary}),
      RuleOf(Reason::kRemoteError, {kLater}, {kTry, kReject}),
      RuleOf(Reason::kRecipientRejected, {kUser}, {kReject, kAccept}, {kSender}),
      RuleOf(Reason::kUserUnknown, {kUser, kNot}, {}, {kSender}),
      RuleOf(Reason::kRateLimit, {kRate}),
      RuleOf(Reason::kUserDisabled, {kDisabled}),
      RuleOf(Reason::kRecipientRejected, {kUser, kList}, {}, {kSender}),
      RuleOf(Reason::kRecipientRejected, {kAddress}, {kReject, kNot}, {kSender, kIp}),
      RuleOf(Reason::kRecipientRejected, {kMailbox, kProtect}),
      RuleOf(Reason::kBlocklist, {kHost}, {kBlock, kReject}),
      RuleOf(Reason::kBlocklist, {kHost, kNot, kAccept}),
      RuleOf(Reason::kBlocklist, {kConnection}, {kBlock, kReject}),
      RuleOf(Reason::kBlocklist, {kConnection, kNot, kAccept}),
      RuleOf(Reason::kRelayDenied, {kDomain, kNot, kAccept}),
      RuleOf(Reason::kBlocklist, {kNot, kList}),
      RuleOf(Reason::kRemoteError, {kSystem}, {kError, kInvalid, kNot}),
      RuleOf(Reason::kContent, {kPolicy}),
      RuleOf(Reason::kContent, {kFilter}),
      RuleOf(Reason::kRemoteError, {kBusy}),
      RuleOf(Reason::kRemoteError, {kInternal}, {kError, kNot, kUnknown}),
      RuleOf(Reason::kRemoteError, {kTry}),
      RuleOf(Reason::kContent, {kMail}, {kReject, kBlock, kNot}, {kError}),
      RuleOf(Reason::kBlocklist, {kBlock}),
      RuleOf(Reason::kRemoteError, {kError}),
      RuleOf(Reason::kProtocol, {kCommand}),
      RuleOf(Reason::kProtocol, {kInvalid}),
      RuleOf(Reason::kUserUnknown, {kUnknown}),
  });
}();

}  // namespace maillog::internal
