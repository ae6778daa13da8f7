// What doveadm, dsync, sieve-test and similar tools print for whoever runs them, and log if nobody
// does.
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"

namespace maillog::dovecot {
namespace {

constexpr FormTable kForms(std::to_array<Form>({
    {"<Compression started>"},
    {"<TLS started>"},
    {"ACL not enabled for user %s, mailbox can be accessed"},
    {"All message flags are shared across users in mailbox"},
    {"Connected to %s port %d.%s"},
    {"Error writing output in command %s: %s"},
    {"Executing command%s"},
    {"Folder key exists. Use -f to generate a new one"},
    {"Got unexpected elements in JSON data"},
    {"JSON parse error: %s"},
    {"Mailbox %s is NOT visible in LIST"},
    {"Mailbox %s is visible in LIST"},
    {"Mailbox %s: Index is already up to date"},
    {"Mailbox '%s' is in namespace %s"},
    {"Mailbox found from dovecot-acl-list"},
    {"Mailbox in user's private namespace"},
    {"Mailbox is in public namespace"},
    {"Mailbox path: %s"},
    {"Moved %d users in %d hosts in %d secs (max parallel=%d)"},
    {"Parameter %s already set"},
    {"Per-user private flags in mailbox: %s"},
    {"Retrying after rebuilds:%s"},
    {"Server disconnected"},
    {"Stats reset"},
    {"This is Dovecot's %s log (%d)"},
    {"User %s found from ACL shared dict"},
    {"User %s has no rights for mailbox"},
    {"User %s has rights: %s"},
    {"User %s kicked"},
    {"User hash %d moved to %s"},
    {"User no longer exists, skipping"},
    {"checked duplicate for user %s"},
    {"corrupt binary deleted."},
    {"doveadm: %s \"%s HTTP/%d\" %d %d \"%s\" \"%s\""},
    {"error writing output: %s"},
    {"final result: %s"},
    {"flushed"},
    {"marked duplicate for user %s"},
    {"no statistics available"},
    {"read(%s) failed: %s"},
    {"remote(%s): %s"},
    {"resource limit exceeded"},
    {"sending message from <%s>%s:"},
    {"unexpected element"},
    {"userkey exists. Use -f to generate a new one"},
}));

constexpr ValueForms kValueForms(std::to_array<Form>({
    {"%w %w %w \"%s HTTP/%d\" %d %d \"%s\" \"%s\""},
    {"%s: Cache is already up to date"},
    {"%s: Caching mails seq=%d..%d"},
    {"%s: Couldn't keep all uids"},
    {"%s: Ignored %d modseq changes"},
    {"%s: OK"},
    {"%s: OK\\n"},
    {"%s: flushed"},
    {"%s: highest_modseq changed: %d != %d"},
    {"%s: message_count changed: %d != %d"},
    {"%s: only in dest (guid=%s)"},
    {"%s: only in source (guid=%s)"},
    {"%s: uidnext changed: %d != %d"},
    {"%s: uidvalidity changed: %d != %d"},
}));

}  // namespace

bool IsToolLine(std::string_view text) {
  return kForms.Match(text) != nullptr || kValueForms.Match(text);
}

const FormLookup& ToolForms() { return kForms; }

}  // namespace maillog::dovecot
