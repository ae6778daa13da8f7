// Forms of postscreen, dnsblog, verify, anvil, scache: statistics, caches, states.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // Normal operation.
    {"statistics: max newtls rate %d/%s for (%s) at %s"},
    {"statistics: max auth rate %d/%s for (%s) at %s"},
    {"statistics: max cache size %d at %s"},
    {"statistics: max connection count %d for (%s) at %s"},
    {"statistics: max connection rate %d/%s for (%s) at %s"},
    {"statistics: max message rate %d/%s for (%s) at %s"},
    {"statistics: max recipient rate %d/%s for (%s) at %s"},
    {"table %s has changed - finishing in the background"},
    {"using backwards-compatible default setting respectful_logging=no for client [%s]:%s"},
    {"PENALTY %d for %s"},
    {"statistics: address lookup hits=%d miss=%d success=%d%%"},
    {"statistics: domain lookup hits=%d miss=%d success=%d%%"},
    {"statistics: max simultaneous domains=%d addresses=%d connection=%d"},
    {"statistics: start interval %s"},
    {"cache %s %s cleanup: retained=%d dropped=%d entries"},
    // -v.
    {"> [%s"},
    {"< [%s"},
    {"--- end request ---"},
    {"--- start request ---"},
    {"client socket not found for fd=%d"},
    {"source=%s address=%s - no match"},
    {"source=%s address=%s acl=%s"},
    {"postscreen_command_time_limit: stress=%d normal=%d lowat=%d hiwat=%d"},
    {"FAIL [%s]:%s"},
    {"SKIP %s [%s]:%s"},
    {"UNFAIL [%s]:%s"},
    {"UNPASS [%s]:%s"},
    {"skip %s test for [%s]:%s"},
    {"psc_expand_lookup: ${%s}"},
    {"flags for %s: %s"},
    {"GOT %s status=%d probed=%d updated=%d text=%s"},
    {"PROBE %s status=%d probed=%d updated=%d"},
    {"PUT %s status=%d probed=%d updated=%d text=%s"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"anvil_local 0x%x"},
    {"anvil_remote_map used=%d"},
    {"addr %s dnsbl_domain %s"},
    {"addr %s not listed by domain %s"},
    {"cached + recent flags: %s"},
    {"new + recent flags: %s"},
    {"sq=%d cq=%d connect from [%s]:%s"},
    {"clear-request fd=%d"},
    {"read-request fd=%d"},
    {"addr=%s score=%d ttl=%d"},
    {"client=\"%s\" score=%d domain=\"%s\" reply=\"%d %s\""},
    {"client=\"%s\" score=%d domain=\"%s\" reply=\"%s\""},
    {"create blocklist score for %s"},
    {"delete blocklist score for %s"},
    {"filter=\"%s\" weight=%d score=%d"},
    {"reuse blocklist score for %s refcount=%d pending=%d"},
    {"notify [%s]:%s"},
    {"sq=%d cq=%d event %d on smtp socket %d from [%s]:%s flags=%s"},
    {"sq=%d cq=%d event %d on send socket %d from [%s]:%s"},
    {"sq=%d cq=%d send socket %d from [%s]:%s"},
    {"discard_mask %s"},
    {"connecting to proxy socket %d for smtp socket %d from [%s]:%s flags=%s"},
    {"receive server protocol on proxy socket %d for smtp socket %d from [%s]:%s flags=%s"},
    {"send client handle on proxy socket %d for smtp socket %d from [%s]:%s flags=%s"},
    {"send client name/address on proxy socket %d for smtp socket %d from [%s]:%s flags=%s"},
    {"cancel delete-behind for key=%s"},
    {"delete-behind key=%s value=%s"},
    {"done %s cache cleanup scan"},
    {"drop %s cache entry for %s"},
    {"keep %s cache entry for %s"},
    {"key=%s (%s)"},
    {"key=%s (current entry - schedule for delete-behind)"},
    {"key=%s (pretend not found  - scheduled for deletion)"},
    {"key=%s value=%s"},
    {"start %s cache cleanup"},
}));

constexpr FormTable kClient(std::to_array<Form>({
    // Normal operation.
    {"replacing command \"%s\" with \"%s\""},
    {"discarding EHLO keywords: %s"},
}));

}  // namespace

constexpr FormFamily kPostscreenForms{
    .nothing = &kNothing, .function = &kFunction, .client = &kClient};

}  // namespace maillog::postfix
