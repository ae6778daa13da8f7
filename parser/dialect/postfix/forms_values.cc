// Forms that begin with a value: a name, a path, a number.
#include "parser/dialect/postfix/forms.h"
#include "parser/value_word.h"

namespace maillog::postfix {
namespace {

constexpr ValueForms kNothing(std::to_array<Form>({
    // Normal operation.
    {"%w asciified to %w"},
    {"%w certificate verification failed for %s: %s"},  // server, client, CA
    {"%s.cf: using backwards-compatible default setting %s=%s"},
    {"%w (port %d)"},  // what connect to a server failed with, up to 2.4
    {"%s(%s): worked around spurious NFS error"},
    {"%s: %s: %d %d %d %s"},  // a TLSA record
    // debug: maps.
    {"%s:%s delete: \"%s\" = \"%s\""},
    {"%s:%s delete: \"%s\": %s"},
    {"%s:%s lookup: \"%s\" = \"%s\""},
    {"%s:%s sequence: \"%s\" = \"%s\""},
    {"%s:%s sequence: found EOF"},
    {"%s:%s update: \"%s\" = \"%s\""},
    {"%s:%s update: \"%s\" = \"%s\": %s"},
    {"%s/%s delete: \"%s\" = \"%s\""},
    {"%s/%s delete: \"%s\": %s"},
    {"%s/%s lookup: \"%s\" = \"%s\""},
    {"%s/%s sequence: \"%s\" = \"%s\""},
    {"%s/%s sequence: found EOF"},
    {"%s/%s update: \"%s\" = \"%s\""},
    {"%s/%s update: \"%s\" = \"%s\": %s"},
    // tls_loglevel.
    {"%w Matched %s fingerprint %s"},
    {"%w %w fingerprint %s"},
    {"%w Matched CommonName %s"},
    {"%w CommonName %s"},
    {"%x - <SPACES/NULLS>"},
    {"%x %x %x %s"},  // bytes of a handshake
    // -v.
    {"%w fd=%d stream=0x%x"},
    {"%w fd=%d stream=0x%x ident=%s"},
    {"%w stream disconnect"},
    {"%s: skipping lookup of '%s': domain mismatch"},
    {"%s: successful query result from host %s"},
    {"%s: uid %d: file has %d links"},
    {"%w got EOF"},
    {"%w got input too long"},
    {"%w got: %s"},
    {"%w read: %s"},
    {"%w write: %s"},
    {"%s: %s feedback type %d value at %d: %s"},
    {"%s: domain %s has policy %s"},
    {"%s: internationalized domain %s asciified to %s"},
    {"%s: no policy for domain %s"},
    {"%s select timed out"},
    {"%s select wakeup"},
    {"%s(failure_type=%d, additional_info=%s, failure_reason=%s)"},
    {"%s(rcv_mta_ehlo=%s)"},
    {"%s(rpt_socket_name=%s, rpt_policy_domain=%s)"},
    {"%s(snd_mta_addr=%s, rcv_mta_name=%s)"},
    {"%s(tlsrpt_policy_type_t=%d, tls_policy_strings=%s)"},
    {"%s -> (`%s' `%s' `%s' `%d')"},
    {"%w EOF"},
    {"%s: non-terminator '%s' (lookahead)"},
    {"%s: terminator (consumed)"},
    {"%s: wanted attribute: %s"},
    {"%s cache cleanup will start after %ds"},
    {"%s[%d]: local %s recip %s exten %s deliver %s exp_from %s"},
    {"%s[%d]: recip %s deliver %s"},
}));

constexpr ValueForms kFunction(std::to_array<Form>({
    // -v.
    {"%d %d"},
    {"%d \"%s\""},
    {"%d: read %s"},
    {"%d: write %s"},
    {"%d flushed %d/%d"},
    {"%w server_host URL is %s"},
    {"%s: Empty expansion for %s"},
    {"%s: Searching with filter %s"},
    {"%s: Searching with query %s"},
    {"%s: Skipping lookup of %s"},
    {"%s: Ignoring text at end of query: %s"},
    {"%s: delete key \"%s\"(%s) => %s"},
    {"%s: key \"%s\" => %s"},
    {"%s: key \"%s\"(%s) => %s"},
    {"%s: update key \"%s\"(%s) => \"%s\" %s"},
    {"%s: adding host '%s' to list of %s server hosts"},
    {"%s: no hostnames specified, defaulting to '%s'"},
    {"%s: skipping %s lookup for %s"},
    {"%s: found match"},
    {"%s: no match"},
    {"%s not found"},
    {"%s ~? %s"},
    {"%w fd=%d"},
    {"%w avail %d total %d max %d"},
    {"%w %w offset %d"},
    {"%w by %s, level %d"},
    {"%s: SASL mechanisms %s"},
    {"%s: decoded challenge: %s"},
    {"%s: uncoded client response %s"},
    {"%s: uncoded initial reply: %s"},
    {"%w host address check: %s"},
    {"%w hostname check: %s"},
    {"%w is %s"},
    {"%s, column %d -> %s"},
    {"%s: block size %d, blocks free %d"},
    {"%w asciified to %w"},
    {"%w internationalzied to %w"},  // sic
    {"%s: lookup %s:%s %s: %s"},
    {"%s timeout on %s fd=%d"},
}));

constexpr ValueForms kQueueId(std::to_array<Form>({
    {"%w lookup error -- deferring delivery"},
    {"%w map lookup problem -- message not accepted, try again later"},
    {"%w map lookup problem for %s -- message not accepted, try again later"},
}));

/// posttls-finger, the tool that tries a server's TLS.
constexpr ValueForms kFinger(std::to_array<Form>({
    {"%s rejected: %d %s"},
    {"%s while reading server greeting"},
    {"%s while sending %s"},
}));

/// Types of tables whose names are too short to be taken for values otherwise.
bool IsMapType(std::string_view word) { return word == "cdb" || word == "dbm" || word == "tcp"; }

}  // namespace

bool HasValueForm(Daemon daemon, Lead lead, std::string_view text) {
  if (lead == Lead::kFunction) return kFunction.Match(text);
  const std::string_view word = text.substr(0, text.find_first_of(" :"));
  if (!IsValueWord(word) && !IsMapType(word)) return false;
  if (lead == Lead::kQueueId) return kQueueId.Match(text);
  if (lead != Lead::kNothing) return false;
  if (kNothing.Match(text)) return true;
  return daemon == Daemon::kPosttlsFinger && kFinger.Match(text);
}

}  // namespace maillog::postfix
