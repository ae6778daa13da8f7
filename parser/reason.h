// Why mail was deferred, bounced or rejected, in the closed classes of the metric contract: the
// text decides before the enhanced status code, that before the reply code; of a text that says
// little, the enhanced code decides first.
#pragma once

#include <string_view>

#include "parser/codes.h"
#include "parser/labels.h"

namespace maillog {

/// `text` is the free text of a delivery (between the last parentheses) or of a reject. Any bytes;
/// case does not matter. At most the first 1,000 bytes are read (a reply that needs more says
/// nothing new).
[[nodiscard]] Reason ReasonOf(std::string_view text, DsnCode dsn, ReplyCode code);

/// The same for a delivery's text, in which a reply code stands, if there is one: `host
/// mx.example.com[192.0.2.1] said: 550 …`.
[[nodiscard]] Reason ReasonOfDelivery(std::string_view text, DsnCode dsn);

/// Whose server this is, from a relay's host name (`gmail-smtp-in.l.google.com`), any case.
[[nodiscard]] Receiver ReceiverOf(std::string_view host);

}  // namespace maillog
