// The table of daemons: what sets the lines of one apart from those of another.
#pragma once

#include <span>

#include "parser/dialect/postfix/forms.h"
#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// What is asked for the lines of one daemon.
struct DaemonRules {
  /// All lines except warnings and worse. `text` is the message after `ref`.
  Event (*parse)(const Line& line, QueueRef ref, std::string_view text);
  /// The forms that most of its other lines have.
  const FormFamily* forms;
  /// Who it is in a delivery.
  Agent agent = Agent::kOther;
};

[[nodiscard]] const DaemonRules& RulesOf(Daemon daemon);

/// One daemon of each kind of rules: all that can know a line whose daemon is not known.
[[nodiscard]] std::span<const Daemon> OneDaemonOfEachKind();

}  // namespace maillog::postfix
