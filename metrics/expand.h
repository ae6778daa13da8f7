// Which event is which facts. `emit(fact)` counts a fact once for each time the event happened,
// `emit(fact, n)` n times as often. `memory` is the one word that a source remembers: what the m of
// POP3's `del=n/m` means there.
#pragma once

#include "metrics/facts.h"

namespace maillog {

/// An event that is one fact: itself.
template <class E, class Emit>
void Expand(const E& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
}

template <class Emit>
void EmitBadValues(Server server, std::uint8_t count, Emit&& emit) {
  if (count > 0) emit(BadValue{server}, count);
}

template <class Emit>
void Expand(const Delivery& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
  if (event.status == DeliveryStatus::kDeferred || event.status == DeliveryStatus::kBounced) {
    const Service& service = event;
    emit(FailedDelivery{service, event.agent, event.next_hop, event.status, event.reason});
    // Local programs quote what they like.
    const bool from_outside =
        event.next_hop == NextHop::kRemote || event.next_hop == NextHop::kNone;
    if (event.policy != Policy::kOther && from_outside)
      emit(RefusedDelivery{service, event.status, event.receiver, event.reason, event.policy});
  }
  if (event.next_hop == NextHop::kRemote)
    emit(RemoteDelivery{event.server, event.status, event.receiver});
  for (std::size_t i = 0; i < event.delays.size(); ++i) {
    if (!event.delays[i]) continue;
    emit(DeliveryPhase{{event.server, event.syslog_name},
                       event.agent,
                       event.next_hop,
                       event.status,
                       static_cast<Phase>(i),
                       *event.delays[i]});
  }
  EmitBadValues(event.server, event.bad_values, emit);
}

template <class Emit>
void Expand(const MtaReport& event, DelForm& memory, Emit&& emit) {
  emit(event);
  Expand(static_cast<const Delivery&>(event), memory, emit);
}

template <class Emit>
void Expand(const FinalDelivery& event, DelForm& memory, Emit&& emit) {
  const auto each = [&](const auto& fact, std::uint64_t n = 1) {
    emit(fact, n * event.recipients);
  };
  Expand(static_cast<const Delivery&>(event), memory, each);
  if (event.notice) emit(BounceNotice{{event.server, event.syslog_name}, *event.notice});
}

template <class Emit>
void Expand(const SmtpMessage& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
  if (event.recipients > 0) emit(SmtpRecipient{event.server}, event.recipients);
}

template <class Emit>
void Expand(const SmtpReply& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
  if (event.reply_class < ReplyClass::kTransient) return;
  const SmtpService& service = event;
  emit(SmtpReject{service, event.stage, event.code, event.reason});
}

template <class Emit>
void Expand(const SmtpSession& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
  const SmtpService& service = event;
  if (event.auth) emit(AuthAttempt{service, AuthProtocol::kSmtp, event.auth_method, *event.auth});
  if (event.rejected) emit(SmtpReject{service, Stage::kConnect, ReplyCode{}, *event.rejected});
}

/// A command of a mailbox session, and the attempt to log in that it may be.
template <class Command, class Emit>
void EmitMailboxCommand(const Command& command, AuthProtocol protocol, Emit&& emit) {
  emit(command);
  if (!command.auth) return;
  SmtpService service;
  service.server = command.server;
  emit(AuthAttempt{service, protocol, command.auth_method, *command.auth});
}
template <class Emit>
void Expand(const Pop3Command& event, DelForm& /*memory*/, Emit&& emit) {
  EmitMailboxCommand(event, AuthProtocol::kPop3, emit);
}
template <class Emit>
void Expand(const ImapCommand& event, DelForm& /*memory*/, Emit&& emit) {
  EmitMailboxCommand(event, AuthProtocol::kImap, emit);
}

/// Postfix logs no line for a successful AUTH; the accepted part of `auth=` is it.
template <class Emit>
void Expand(const SmtpDisconnection& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
  const SmtpService& service = event;
  for (std::size_t i = 0; i < event.tally_count; ++i) {
    const CommandTally& tally = event.tallies[i];
    if (tally.accepted > 0) {
      emit(SmtpCommand{service, tally.verb, CommandResult::kAccepted}, tally.accepted);
    }
    if (tally.total > tally.accepted) {
      emit(SmtpCommand{service, tally.verb, CommandResult::kRejected},
           tally.total - tally.accepted);
    }
    if (tally.verb == SmtpVerb::kAuth && tally.accepted > 0) {
      AuthAttempt success{service};
      success.protocol = AuthProtocol::kSmtp;
      success.result = AuthResult::kSuccess;
      emit(success, tally.accepted);
    }
  }
  EmitBadValues(event.server, event.bad_values, emit);
}

template <class Emit>
void Expand(const AuthAttempt& event, DelForm& memory, Emit&& emit) {
  if (event.del_form != DelForm::kNotShown) memory = event.del_form;
  emit(event, event.attempts);
}

template <class Emit>
void Expand(const QueueActivation& event, DelForm& /*memory*/, Emit&& emit) {
  emit(event);
  EmitBadValues(event.server, event.bad_values, emit);
}

template <class Emit>
void Expand(const Pop3Session& event, DelForm& memory, Emit&& emit) {
  emit(MailboxSession{event.server, AuthProtocol::kPop3, event.end});
  if (const DelForm shown = DelFormOf(event); shown != DelForm::kNotShown) memory = shown;
  Pop3Figures figures{.server = event.server};
  if (event.top) {
    figures.top_messages = event.top->count;
    figures.top_bytes = event.top->bytes;
  }
  if (event.retrieved) {
    figures.retrieved_messages = event.retrieved->count;
    figures.retrieved_bytes = event.retrieved->bytes;
    figures.session_bytes = event.retrieved->bytes;
  }
  figures.deleted_messages = event.deleted_messages.value_or(0);
  figures.mailbox_bytes = event.mailbox_bytes;
  if (memory == DelForm::kMailboxMessages) figures.mailbox_messages = event.deleted_of;
  if (memory == DelForm::kDeletedBytes) figures.deleted_bytes = event.deleted_of.value_or(0);
  emit(figures);
  EmitBadValues(event.server, event.bad_values, emit);
}

template <class Emit>
void Expand(const ImapSession& event, DelForm& /*memory*/, Emit&& emit) {
  emit(MailboxSession{event.server, AuthProtocol::kImap, event.end});
  if (event.bytes_in) emit(ImapBytes{event.server, ByteDirection::kIn, *event.bytes_in});
  if (event.bytes_out) emit(ImapBytes{event.server, ByteDirection::kOut, *event.bytes_out});
  for (std::size_t i = 0; i < event.messages.size(); ++i) {
    if (!event.messages[i]) continue;
    emit(ImapMessages{event.server, static_cast<ImapMessageAction>(i), *event.messages[i]});
  }
  EmitBadValues(event.server, event.bad_values, emit);
}

}  // namespace maillog
