// Forms of smtpd and what it shares with cleanup and qmqpd: restrictions, milters, SASL.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // Normal operation.
    {"using backwards-compatible default setting mynetworks_style=%s to permit request from client "
     "\"%s\""},
    {"PREGREET %d from %s: %s"},
    {"PREGREET from %s: %s"},
    {"lookup table has changed -- exiting"},
    {"using backwards-compatible default setting smtputf8_enable=no to accept non-ASCII recipient "
     "address \"%s\" from %s"},
    {"using backwards-compatible default setting smtputf8_enable=no to accept non-ASCII sender "
     "address \"%s\" from %s"},
    {"using backwards-compatible default setting \"smtpd_relay_restrictions = (empty)\" to avoid "
     "\"Relay access denied\" error for recipient \"%s\" from client \"%s\""},
    {"using backwards-compatible default setting relay_domains=$mydestination to accept mail for "
     "address \"%s\""},
    {"using backwards-compatible default setting relay_domains=$mydestination to accept mail for "
     "domain \"%s\""},
    {"using backwards-compatible default setting relay_domains=$mydestination to permit request "
     "from client \"%s\""},
    {"using backwards-compatible default setting smtpd_relay_before_recipient_restrictions=no to "
     "reject recipient \"%s\" from client \"%s\""},
    {"using backwards-compatible default setting smtpd_tls_fingerprint_digest=md5 to compute "
     "certificate and public key fingerprints"},
    {"using backwards-compatible default setting smtpd_tls_fingerprint_digest=md5 to compute "
     "certificate fingerprints"},
    {"using backwards-compatible default setting smtpd_tls_fingerprint_digest=md5 to compute "
     "public key fingerprints"},
    {"mapping DSN status %s into %s status %s"},
    // tls_loglevel.
    {"Could not parse client's issuer CN"},
    {"Could not parse client's issuer Organization"},
    {"Could not parse client's subject CN"},
    {"fingerprint=%s"},
    {"looking up session %s in %s cache"},
    {"looking up session %s in server cache"},
    {"remove session %s from %s cache"},
    {"save session %s to server cache"},
    {"setting up TLS connection from %s[%s]"},
    // -v.
    {"haproxy_srvr_parse: %s"},
    {"haproxy_srvr_parse: addr=%s proto=%d"},
    {"haproxy_srvr_parse: port=%s"},
    {"haproxy_srvr_parse: proto=%s"},
    {"after %s: cleanup flags = %s"},
    {"before %s: cleanup flags = %s"},
    {"open %s"},
    {"abort all milters"},
    {"disconnect event to all milters"},
    {"free all milters"},
    {"inspect content by all milters"},
    {"query milter states for other event"},
    {"receive %d milters"},
    {"report connect to all milters"},
    {"report data to all milters"},
    {"report helo to all milters"},
    {"report recipient to all milters"},
    {"report recipient to all milters (flags=0x%x)"},
    {"report sender to all milters"},
    {"report unknown command to all milters"},
    {"send %d milters"},
    {"event: %s; macros:%s"},
    {"free milter %s"},
    {"milter %s: event mask 0x%x includes features not offered in MTA event mask 0x%x"},
    {"override %s macro list with \"%s\""},
    {"reply: %s data %d bytes"},
    {"skipping event %s after SMFIR_SKIP from milter %s"},
    {"skipping event %s for milter %s"},
    {"skipping non-protocol event %s for milter %s"},
    {"skipping reply %s for milter %s"},
    {"skipping reply for event %s from milter %s"},
    {"sasl_exceptions: %s, match=%d"},
    {"sasl_exceptions: %s[%s], match=%d"},
    {"< %s[%s]: %s"},
    {"> %s[%s]: %s"},
    {"unknown_helo_hostname_tempfail_action = %s"},
    {">>> CHECKING %s VALIDATION MAPS <<<"},
    {">>> CHECKING RECIPIENT MAPS <<<"},
    {">>> END %s RESTRICTIONS <<<"},
    {">>> START %s RESTRICTIONS <<<"},
    {"Relaying allowed for all verified client certificates"},
    {"Relaying allowed for certified client: %s"},
    {"rbl_expand_lookup: ${%s}"},
    {"relay_clientcerts: No match for fingerprint '%s'"},
    {"relay_clientcerts: No match for fingerprint '%s', pkey fingerprint %s"},
    {"smtpd_expand_lookup: ${%s}"},
    {"smtpd_sasl_initialize: SASL config file is %s.conf"},
    {"setugid: uid %d gid %d"},
}));

constexpr FormTable kQueueId(std::to_array<Form>({
    // Normal operation.
    {"reply filter in: %s"},
    {"reply filter out: %s"},
    // -v.
    {"placed in %s queue"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"smtp_client_addr=%s smtp_client_port=%s"},
    {"smtp_server_addr=%s smtp_server_port=%s"},
    {"addr_family=%s"},
    {"bare_addr=%s"},
    {"mailhost_addr=%s"},
    {"cached: `%s' -> `%s' -> transp=`%s' host=`%s' rcpt=`%s' flags=%s class=%s"},
    {"service %s"},
    {"add name=%s default=%s"},
    {"result \"%s\""},
    {"skip milter %s (command unimplemented)"},
    {"using default \"%s\""},
    {"abort milter %s"},
    {"body milter %s: %s"},
    {"eob milter %s"},
    {"eoh milter %s"},
    {"events %s"},
    {"header milter %s: %s"},
    {"message to milter %s"},
    {"milter %s"},
    {"milter %s version %d"},
    {"milter %s: connect %s/%s"},
    {"milter %s: data command"},
    {"milter %s: helo %s"},
    {"milter %s: mail%s"},
    {"milter %s: rcpt%s"},
    {"milter %s: unknown command: %s"},
    {"my_actions=0x%x %s"},
    {"my_events=0x%x %s"},
    {"my_version=0x%x"},
    {"non-protocol events for milter %s protocol version %d: %s"},
    {"non-protocol events for protocol version %d: %s"},
    {"quit milter %s"},
    {"requests %s"},
    {"skip message to milter %s"},
    {"skip milter %s"},
    {"skip quit milter %s"},
    {"rewriting V4-mapped address \"%s\" to \"%s\""},
    {"in: %s, result: %s"},
    {"input: %s"},
    {"result: %s"},
    {"END"},
    {"I am not listed as MX relay"},
    {"START"},
    {"addr %s"},
    {"addr=%s"},
    {"address %s for %s does not match %s"},
    {"address lookup: %s"},
    {"blocks %d avail %d min_free %d msg_size_limit %d"},
    {"blocks %d avail %d min_free %d size %d"},
    {"checking %s settings"},
    {"checking: %s"},
    {"host %s: no match"},
    {"look up %s %s"},
    {"name %s addr %s"},
    {"name=\"%s\" default_action=\"%s\" max_idle=%d max_ttl=%d request_limit=%d retry_delay=%d "
     "timeout=%d try_limit=%d"},
    {"name=\"%s\" default_action=\"%s\" max_idle=%d max_ttl=%d request_limit=%d retry_delay=%d "
     "timeout=%d try_limit=%d policy_context=\"%s\""},
    {"name=%s"},
    {"name=%s status=%d"},
    {"no client certificate"},
    {"not local: %s"},
    {"resolve hostname: %s"},
    {"search_order length=%d"},
    {"trying: %s"},
    {"new speed-adjust stream fd=%d"},
    {"reuse speed-adjust stream fd=%d"},
    {"uncoded challenge: %s"},
    {"open %s: %s"},
    {"read netstring length %d"},
    {"write netstring len %d data %s"},
    {"SASL config file is %s.conf"},
    {"SASL service=%s, realm=%s"},
    {"decoded initial response %s"},
    {"decoded response: %s"},
    {"sasl_method %s"},
    {"uncoded server challenge: %s"},
    {"Connecting"},
    {"Mechanisms: %s"},
    {"auth reply: %s"},
    {"keep mechanism: %s"},
    {"skip mechanism: %s"},
}));

constexpr FormTable kClient(std::to_array<Form>({
    // Normal operation.
    {"replacing client command \"%s\" with \"%s\""},
    {"replacing command \"%s\" with \"%s\""},
}));

}  // namespace

constexpr FormFamily kSmtpdForms{
    .nothing = &kNothing, .queue_id = &kQueueId, .function = &kFunction, .client = &kClient};

}  // namespace maillog::postfix
