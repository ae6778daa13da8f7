// Why mail was deferred, bounced or rejected, in the closed classes of the metric contract: the
// text decides before the enhanced status code, that before the reply code; of a text that says
// little, the enhanced code decides first.
#pragma once

#include <string_view>

#include "parser/codes.h"
#include "parser/event.h"
#include "parser/policy.h"

namespace maillog {

/// `text` is the free text of a delivery (between the last parentheses) or of a reject. Any bytes;
/// case does not matter. At most the first 1,000 bytes are read (a reply that needs more says
/// nothing new).
[[nodiscard]] Reason ReasonOf(std::string_view text, DsnCode dsn, ReplyCode code);

/// What a server that refused a delivery said.
struct Refusal {
  Reason reason = Reason::kOther;
  Policy policy = Policy::kOther;        ///< the receiver's own code or text, if it is a known one
  Receiver receiver = Receiver::kOther;  ///< who said so, as far as the text shows

  friend constexpr bool operator==(const Refusal&, const Refusal&) = default;
};

/// Reason and policy of a reply that begins with its codes: `550 5.7.1 …`.
[[nodiscard]] Refusal RefusalOf(std::string_view text, DsnCode dsn, ReplyCode code);

/// The same for a delivery's text, with a reply code, if there is one: `host
/// mx.example.com[192.0.2.1] said: 550 …`.
[[nodiscard]] Refusal RefusalOfDelivery(std::string_view text, DsnCode dsn);

/// Whose server this is, from a relay's host name (`gmail-smtp-in.l.google.com`), any case.
[[nodiscard]] Receiver ReceiverOf(std::string_view host);

}  // namespace maillog
