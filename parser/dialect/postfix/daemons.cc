#include "parser/dialect/postfix/daemons.h"

#include <algorithm>
#include <array>
#include <vector>

#include "parser/dialect/postfix/families.h"

namespace maillog::postfix {
namespace {

/// Of daemons and tools that are not in the table: forms are all that their lines have.
constexpr DaemonRules kOtherRules{ParseOther, &kOtherForms};

struct Row {
  Daemon daemon;
  DaemonRules rules;
};

constexpr Row kRows[] = {
    {Daemon::kSmtpd, {ParseSmtpd, &kSmtpdForms}},
    {Daemon::kQmgr, {ParseQmgr, &kQmgrForms, Agent::kQmgr}},
    {Daemon::kOqmgr, {ParseQmgr, &kQmgrForms, Agent::kQmgr}},
    {Daemon::kNqmgr, {ParseQmgr, &kQmgrForms, Agent::kQmgr}},
    {Daemon::kCleanup, {ParseCleanup, &kCleanupForms, Agent::kCleanup}},
    {Daemon::kSmtp, {ParseDeliveryAgent, &kSmtpForms, Agent::kSmtp}},
    {Daemon::kLmtp, {ParseDeliveryAgent, &kSmtpForms, Agent::kLmtp}},
    {Daemon::kLocal, {ParseDeliveryAgent, &kLocalForms, Agent::kLocal}},
    {Daemon::kVirtual, {ParseDeliveryAgent, &kLocalForms, Agent::kVirtual}},
    {Daemon::kPipe, {ParseDeliveryAgent, &kLocalForms, Agent::kPipe}},
    {Daemon::kError, {ParseDeliveryAgent, &kLibraryForms, Agent::kError}},
    {Daemon::kRetry, {ParseDeliveryAgent, &kLibraryForms, Agent::kError}},
    {Daemon::kDiscard, {ParseDeliveryAgent, &kLibraryForms, Agent::kDiscard}},
    {Daemon::kBounce, {ParseBounce, &kOtherForms}},
    {Daemon::kDefer, {ParseBounce, &kOtherForms}},
    {Daemon::kTrace, {ParseBounce, &kOtherForms}},
    {Daemon::kPostscreen, {ParsePostscreen, &kPostscreenForms}},
    {Daemon::kDnsblog, {ParseDnsblog, &kPostscreenForms}},
    {Daemon::kTlsproxy, {ParseTlsproxy, &kTlsForms}},
    {Daemon::kPickup, {ParsePickup, &kOtherForms}},
    {Daemon::kQmqpd, {ParseQmqpd, &kSmtpdForms}},
    {Daemon::kPostsuper, {ParsePostsuper, &kOtherForms}},
    {Daemon::kMaster, {ParseMaster, &kOtherForms}},
    {Daemon::kAnvil, {ParseOther, &kPostscreenForms}},
    {Daemon::kScache, {ParseOther, &kPostscreenForms}},
    {Daemon::kVerify, {ParseOther, &kPostscreenForms}},
    {Daemon::kTlsmgr, {ParseOther, &kTlsForms}},
    {Daemon::kPosttlsFinger, {ParseOther, &kSmtpForms}},
};

constexpr auto kRules = [] {
  std::array<DaemonRules, Label<Daemon>::values.size()> rules;
  rules.fill(kOtherRules);
  for (const Row& row : kRows) rules[static_cast<std::size_t>(row.daemon)] = row.rules;
  return rules;
}();

}  // namespace

const DaemonRules& RulesOf(Daemon daemon) { return kRules[static_cast<std::size_t>(daemon)]; }

// Found once the program runs: while compiling, GCC compares no addresses of functions under its
// undefined-behavior sanitizer.
std::span<const Daemon> OneDaemonOfEachKind() {
  static const std::vector<Daemon> daemons = [] {
    std::vector<Daemon> found;
    for (const Row* row = std::begin(kRows); row != std::end(kRows); ++row) {
      const auto asks_the_same = [row](const Row& r) { return r.rules.parse == row->rules.parse; };
      if (std::none_of(std::begin(kRows), row, asks_the_same)) found.push_back(row->daemon);
    }
    return found;
  }();
  return daemons;
}

}  // namespace maillog::postfix
