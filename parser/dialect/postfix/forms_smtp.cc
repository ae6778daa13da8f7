// Forms of smtp, lmtp and posttls-finger: hosts tried, host features, caches.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // Normal operation.
    {"table has changed -- exiting"},
    {"using backwards-compatible default setting %s=(empty)"},
    {"skipping SRV lookup for %s: %s"},
    {"CLIENT wrappermode (port smtps/465) is unimplemented"},
    {"SMTPS wrappermode (TCP port 465) requires setting \"%s = yes\", and \"%s = encrypt\" (or "
     "stronger)"},
    {"instead, send to (port submission/587) with STARTTLS"},
    {"Host offered STARTTLS: [%s]"},
    {"Server certificate could not be verified"},
    {"host %s offers SMTPUTF8 support, but not 8BITMIME"},
    {"using using backwards-compatible default setting smtp_tlsrpt_skip_reused_handshakes=yes"},
    // The queue id was removed by whoever collected the log.
    {"host %s said: %s (in reply to %s command)"},
    // Up to 2.4 the port stood after the error.
    {"Connection refused (port %d)"},
    {"Connection timed out (port %d)"},
    {"No route to host (port %d)"},
    {"Network is unreachable (port %d)"},
    {"Operation timed out (port %d)"},
    {"Connection reset by peer (port %d)"},
    {"No such file or directory (port %d)"},
    // tls_loglevel.
    {"Found a previously used server.  Done reconnecting."},
    {"Could not parse server's issuer CN"},
    {"Could not parse server's issuer Organization"},
    {"Could not parse server's subject CN"},
    {"Server certificate could not be verified for %s: hostname mismatch"},
    {"certificate peer name verification failed for %s: %d dNSNames in certificate found, but none "
     "match"},
    {"certificate peer name verification failed for nexthop=%s, host=%s: CommonName mis-match: %s"},
    {"looking for session %s in client cache"},
    {"save session %s to client cache"},
    // Tools: their sessions are no mail.
    {"Anonymous TLS connection established to %s: %s with cipher %s (%d/%d bits)%s"},
    {"SSL_connect error to %s: %s"},
    {"Trusted TLS connection established to %s: %s with cipher %s (%d/%d bits)%s"},
    {"Untrusted TLS connection established to %s: %s with cipher %s (%d/%d bits)%s"},
    {"Verified TLS connection established to %s: %s with cipher %s (%d/%d bits)%s"},
    {"Connected to %s"},
    {"Destination address lookup failed: %s"},
    {"Failed to establish session to %s via %s: %s"},
    {"Failed to establish session to %s via %s:%d: %s"},
    {"Failed to establish session to %s: %s"},
    {"MX RRset insecure: log verified as trusted"},
    {"MX RRset is insecure: try to encrypt"},
    {"Maximum reconnect count reached."},
    {"Reconnecting after %d seconds"},
    {"SMTP service not available: %d %s"},
    {"STARTTLS rejected: %d %s"},
    {"Server declined session caching. Done reconnecting."},
    {"Server is anonymous"},
    {"TLS protocol trace saved to %s"},
    {"TLSA RRs found, MX RRset insecure: just encrypt"},
    {"no %sTLSA records found, resorting to \"secure\""},
    // -v.
    {"lookup %s type %d flags %d"},
    {"lookup %s type %s flags %d"},
    {"lookup %s type %s flags %s"},
    {"deliver_message: from %s"},
    {"deliver_request_final: send: \"%s\" %d"},
    {"deliver_request_initial: send initial response"},
    {"deliver_request_initial: send initial status"},
    {"delivered_hdr_init: %s"},
    {"cleanup: just closed down session"},
    {"Using LMTP PIPELINING, send buffer size is %d"},
    {"server features: 0x%x"},
    {"< %s"},
    {"> %s"},
    {"parse_destination: %s %s"},
    {"host name lookup methods: %s"},
    {"begin %s address list"},
    {"end %s address list"},
    {"pref %s host %s/%s"},
    {"v6_target=%d, v4_target=%d"},
    {"connecting to %s port %d"},
    {"connecting to %s service %s"},
    {"smtp_parse_destination: %s %s"},
    {"Using %s PIPELINING, TCP send buffer size is %d"},
    {"Using %s PIPELINING, TCP send buffer size is %d, PIPELINING buffer size is %d"},
    {"Using ESMTP PIPELINING, TCP send buffer size is %d"},
    {"server features: 0x%x size %s"},
    {"origin=%s name=%s - no match"},
    {"origin=%s name=%s item=%s"},
    {"disposing SASL state information"},
    {"starting new SASL client"},
    {"effective TLS level: %s"},
    {"MX name '%s' matches STS MX pattern for '%s'"},
}));

constexpr FormTable kQueueId(std::to_array<Form>({
    // Normal operation.
    {"passing <%s> to transport=%s"},
    {"Used TLS for %s"},  // of builds with a patch
    {"Sender requested REQUIRETLS, but my configured TLS security level '%s' disables certificate "
     "matching. The last attempted server was %s"},
    {"Sender requested REQUIRETLS, but REQUIRETLS support was not offered by host %s"},
    {"breaking line > %d bytes with <CR><LF>SPACE"},
    {"enabling PIX <CRLF>.<CRLF> workaround for %s"},
    {"enabling PIX workarounds: %s for %s"},
    // One host was given up for another, or the message is tried again later: the delivery line
    // follows.
    {"status=deferred (%s failed)"},
    {"host %s said: %s"},
    {"host %s refused to talk to me: %s"},
    {"lost connection with %s while %s"},
    {"conversation with %s timed out while %s"},
    {"connect to %s"},
    {"Cannot start TLS: %s"},
    {"Server certificate not trusted"},
    {"Server certificate not verified"},
    {"TLS is required, but %s"},
    {"Sender requested REQUIRETLS, but %s"},
    {"SASL authentication failed%s"},
    {"SASL [CACHED] authentication failed%s"},
    {"cannot SASL authenticate to server %s"},
    {"Authentication failed: %s"},
    {"malformed SASL challenge from server %s"},
    {"message size %d exceeds size limit %d of server %s"},
    {"SMTPUTF8 is required, but was not offered by host %s"},
    {"message requires SMTPUTF8, but %s"},
    {"remote protocol error in reply from %s while %s"},
    {"local data error while talking to %s"},
    {"server unavailable or unable to receive mail"},
    {"client TLS configuration problem"},
    {"unexpected server message"},
    {"Host or domain name not found. %s"},
    {"Name service error for %s"},
    {"Domain %s does not accept mail (nullMX)"},
    {"mail for %s loops back to myself"},
    {"network address conversion failed: %s"},
    {"unable to look up host %s: %s"},
    {"TLSA lookup error for %s"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"file %s"},
    {"dest=%s dest_prop=%s endp_prop=%s fd=%d"},
    {"dest_label=%s dest_prop=%s endp_label=%s"},
    {"endp=%s prop=%s fd=%d"},
    {"dest_label=%s -> dest_prop=%s endp_label=%s"},
    {"dest_prop=%s endp_label=%s"},
    {"endp_label=%s -> endp_prop=%s fd=%d"},
    {"endp_prop=%s fd=%d"},
    {"found: endp_label=%s -> endp_prop=%s fd=%d"},
    {"no destination cache: dest_label=%s"},
    {"no endpoint cache: endp_label=%s"},
    {"not found: dest_label=%s"},
    {"not found: endp_label=%s"},
    {"from %s"},
    {"reusing (count %d) session with: %s"},
    {"connecting to %s port %d"},
    {"finished . command"},
    {"recv_dot = %d"},
    {"trying: %s..."},
    {"trying: %s[%s] port %d..."},
    {"found at pref %d"},
    {"found proxy at pref %d"},
    {"found self at pref %d"},
    {"native lookup result: %s"},
    {"not found"},
    {"using numerical host %s"},
    {"bind %s"},
    {"got %d of %d end-of-data replies"},
    {"dest_label='%s'"},
    {"dest_prop='%s'"},
    {"endp_label='%s'"},
    {"endp_prop='%s'"},
    {"skipping plain-text cached session to %s"},
    {"host `%s' no auth info found"},
    {"host `%s' user `%s' pass `%s'"},
    {"no auth info found (sender=`%s', host=`%s')"},
    {"dest=%s host=%s addr=%s port=%d features=0x%x, reuse=%d, sndbuf=%d"},
    {"dest=%s host=%s addr=%s port=%d features=0x%x, ttl=%d, reuse=%d"},
    {"dest=%s host=%s addr=%s port=%d features=0x%x, ttl=%d, reuse=%d, sndbuf=%d"},
    {"tls_level=%d"},
    {"no tls policy lookup"},
    {"decoded challenge: %s"},
    {"uncoded client response %s"},
    {"uncoded initial reply: %s"},
}));

constexpr FormTable kClient(std::to_array<Form>({
    // Normal operation.
    {"replacing server reply \"%s\" with \"%s\""},
    // tls_loglevel or -v.
    {"pkey_fingerprint=%s"},
    {"subject_CN=%s, issuer_CN=%s, fingerprint=%s, pkey_fingerprint=%s"},
}));

}  // namespace

constexpr FormFamily kSmtpForms{
    .nothing = &kNothing, .queue_id = &kQueueId, .function = &kFunction, .client = &kClient};

}  // namespace maillog::postfix
