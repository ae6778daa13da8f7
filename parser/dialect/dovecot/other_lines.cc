// The long tail: lines of any service that say something in fixed words and move nothing.
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

constexpr FormTable kForms(std::to_array<Form>({
    {"Adding director %s to ring (requested by %s)"},
    {"Client disconnected (rip=%s): %s"},
    {"Client disconnected: Failed to read full header (rip=%s)"},
    {"Connected to %s:%d (local %s:%d)"},
    {"Connected to database %s"},
    {"Connecting to %s:%d (as %s%s): %s"},
    {"Disconnected from database, retrying commit"},
    {"Authentication failed"},
    {"Authentication failed: user=%s"},  // imap-urlauth: fetches of URLs, no logins
    {"FTS Xapian: %s"},                  // a plugin of others
    {"Failed to connect to new worker%s"},
    {"Failed to connect to worker%s"},
    {"Failed to negotiate access parameters%s"},
    {"Failed to send ACCESS control command to worker%s"},
    {"Fixed index file %s: first_recent_uid_lowwater %d -> %d"},
    {"Generating SSL parameters"},
    {"Host %s changed %s (vhost_count=%s"},
    {"Host %s vhost count changed from %d to %d"},
    {"ID sent: %s"},
    {"Incoming connection from director %s"},
    {"Indexed %d messages in %s"},
    {"Indexes disabled for mailbox %s, skipping"},
    {"Indexes disabled, skipping"},
    {"Invalid certificate: %s: %s"},
    {"Killed with signal %s"},  // 1.x: each process says what the master is counted for
    {"Mail search interrupted: %s"},
    {"Namespace lookup failed: %s"},
    {"Post-login script denied access to user %s"},
    {"Random numbers are PRNG using kiss, as per DOVECOT_SRAND=%d"},
    {"Received valid SSL certificate: %s"},
    {"Removing director %s from ring (requested by %s)"},
    {"SSL parameters regeneration completed"},
    {"Successfully converted"},
    {"Terminated with non-zero exit code %d"},
    {"Transaction rolled back: Ignore last %d changes"},
    {"UIDVALIDITY changed (%d -> %d), resetting private index"},
    {"User lookup failed: %s"},
    {"Valid certificate: %s"},
    {"Invalid AUTH request%s"},
    {"Unexpected input%s"},
    {"Version mismatch%s"},
    {"Worker disconnected unexpectedly%s"},
    {"Worker finished with unknown response%s"},
    {"Worker handshake failed%s"},
    {"Worker sent too large input%s"},
    {"(pam_unix) %s"},     // PAM's own lines, under the tag of 1.x's dovecot-auth; another
    {"pam_unix(%s): %s"},  // line tells the attempt
    {"fts: Indexed %d extra mails internally in %s"},
    {"fts_tika: PUT %s failed: %s - ignoring"},
    {"haproxy: Client disconnected (rip=%s"},
    {"haproxy: Client disconnected: Failed to read full header (rip=%s)"},
    {"http-server: conn %s: %s"},
    {"http-server: request %s: %s"},
    {"imapc(%s): Connected to %s:%d (local %s:%d)"},
    {"mysql: Connected to %s"},
    {"openmetrics: write(%s) failed: %s"},
    {"pgsql: Connected to %s"},
    {"program `%s' terminated with non-zero exit code %d"},
    {"sieve-storage: Moved active sieve script file '%s"},
}));

/// Debug lines of 1.x, which have no level in syslog (mail_debug).
constexpr FormTable kDebugForms(std::to_array<Form>({
    {"user-lookup(%s)Debug: %s"},  // lmtp of 2.0 and 2.1
    {"Effective uid=%s, gid=%s"},
    {"Home dir not found: %s"},
    {"Loading modules from directory: %s"},
    {"Module loaded: %s"},
    {"Namespace %s: Permission lookup failed from %s"},
    {"Namespace %s: Using permissions from %s: mode=0%d gid=%d"},
    {"Namespace: type=%s, prefix=%s, sep=%s, inbox=%s, hidden=%s, list=%s, subscriptions=%s"},
    {"Namespace: type=%s, prefix=%s, sep=%s, inbox=%s, hidden=%s, subscriptions=%s"},
    {"Quota root: name=%s backend=%s args=%s"},
    {"Quota rule: root=%s mailbox=%s bytes=%d (%d%%) messages=%d (%d%%)"},
    {"Quota rule: root=%s mailbox=%s bytes=%d%s messages=%d%s"},
    {"Quota rule: root=%s mailbox=%s ignored"},
    {"Quota rule: root=%s mailbox=%s storage=%dkB messages=%d"},
    {"Quota warning: bytes=%d (%d%%) messages=%d (%d%%) command=%s"},
    {"Quota warning: bytes=%d%s messages=%d%s command=%s"},
    {"Sending a forward to <%s> with return path <%s>"},
    {"Sending a rejection to %s: %s"},
    {"acl vfile: Global ACL directory: %s"},
    {"acl vfile: file %s not found"},
    {"acl vfile: no access to file %s"},
    {"acl vfile: reading file %s"},
    {"acl: ACL environment not set"},
    {"acl: No acl setting - ACLs are disabled"},
    {"acl: No acl_shared_dict setting - shared mailbox listing is disabled"},
    {"acl: acl username = %s"},
    {"acl: initializing backend with data: %s"},
    {"acl: owner = %d"},
    {"autocreate: Failed to create mailbox %s: %s"},
    {"autocreate: No namespace found for %s"},
    {"box=%s mount=%s match=%s"},
    {"convert: No convert_mail setting - plugin disabled"},
    {"cydir: data=%s"},
    {"cydir: mailbox location not given"},
    {"dbox autodetect: %s not a directory"},
    {"dbox autodetect: stat(%s) failed: %s"},
    {"dbox: data=%s"},
    {"dbox: mailbox location not given"},
    {"dict quota: user = %s, uri = %s"},
    {"dict quota: user=%s, uri=%s, noenforcing=%d"},
    {"expire: No expire or expire_altmove settings - plugin disabled"},
    {"fs quota add storage dir = %s"},
    {"fs quota block device = %s"},
    {"fs quota mount point = %s"},
    {"fts squat: Disabled with in-memory indexes"},
    {"fts: No backends enabled by the fts setting"},
    {"fts: No fts setting - plugin disabled"},
    {"lazy_expunge: No lazy_expunge setting - plugin disabled"},
    {"maildir autodetect: %s not a directory"},
    {"maildir autodetect: stat(%s) failed: %s"},
    {"maildir: /cur exists, assuming chroot"},
    {"maildir: HOME not set"},
    {"maildir: Home directory not set"},
    {"maildir: access(%s, rwx): failed: %s"},
    {"maildir: couldn't find root dir"},
    {"maildir: data=%s"},
    {"maildir: root exists (%s)"},
    {"mbox autodetect: %s: is a directory (%s)"},
    {"mbox autodetect: %s: is not a directory (%s)"},
    {"mbox autodetect: %s: no R/W access (%s)"},
    {"mbox autodetect: %s: no R/W/X access (%s)"},
    {"mbox autodetect: %s: stat(%s) failed: %s"},
    {"mbox autodetect: %s: yes (%s)"},
    {"mbox autodetect: data=%s"},
    {"mbox autodetect: data=%s, splitting ':' -> %s"},
    {"mbox: INBOX defaulted to %s"},
    {"mbox: INBOX exists (%s)"},
    {"mbox: INBOX: access(%s, rw) failed: %s"},
    {"mbox: checking if we are chrooted:"},
    {"mbox: data=%s"},
    {"mbox: root directory created: %s"},
    {"mbox: root exists (%s)"},
    {"mbox: root mail directory not found"},
    {"mbox: root: access(%s, rwx) failed: %s"},
    {"mbox_snarf: No mbox_snarf setting - plugin disabled"},
    {"quota-fs: gid=%s, limit=unlimited"},
    {"quota-fs: gid=%s, value=%d, limit=%d, active=%d"},
    {"quota-fs: host=%s, path=%s, gid=%s"},
    {"quota-fs: host=%s, path=%s, uid=%s"},
    {"quota-fs: uid=%s, limit=unlimited"},
    {"quota-fs: uid=%s, value=%d, limit=%d, active=%d"},
    {"quota: Executing warning: %s"},
    {"quota: No quota setting - plugin disabled"},
    {"raw: data=%s"},
    {"raw: mailbox location not given"},
    {"rawlog: %s doesn't exist"},
    {"rawlog: %s is not a directory"},
    {"sieve-storage: nothing to rescue %s."},
    {"sieve-storage: quota: script count limit: %d scripts"},
    {"sieve-storage: quota: storage limit: %d bytes"},
    {"trash plugin: Added '%s' with priority %d"},
    {"trash plugin: Failed to remove enough messages (needed %d bytes, expunged only %d bytes)"},
    {"trash plugin: Mail is larger than quota, won't even try to handle"},
    {"trash plugin: No trash setting, disabled"},
    {"trash: No trash setting - plugin disabled"},
    {"userdb changed username to %s"},
    {"virtual: data=%s"},
    {"virtual: mailbox location not given"},
}));

/// After a subject and `: `: a database, a mailbox that the expire plugin visits, a director.
constexpr FormTable kSubjectForms(std::to_array<Form>({
    {"Connected to database %s"},
    {"Disconnected from database, retrying commit"},
    {"Host %s changed %s (vhost_count=%s"},
    {"Host %s vhost count changed from %d to %d"},
    {"mailbox '%s' removed from config"},
    {"no messages left"},
    {"removed from config"},
    {"seq=%d uid=%d: Expunge"},
    {"seq=%d uid=%d: Move to alt dir"},
    {"seq=%d uid=%d: Save date lookup failed"},
    {"stop, expire time in future: %s"},
    {"timestamp %s -> %s"},
    {"Couldn't create mail storage %s: %s"},
    {"root=%s, index=%s, control=%s, inbox=%s"},
}));

/// After a text of another's making: why a proxied connection ended, a director.
constexpr ValueForms kValueForms(std::to_array<Form>({
    {"%s - disconnecting client in %dms"},
    {"%sHost %s changed %s (vhost_count=%s"},
    {"%sHost %s vhost count changed from %d to %d"},
}));

/// After a word: of fts, a part of a message.
constexpr ValueForms kWordForms(std::to_array<Form>({
    {"%w - ignoring"},
}));

}  // namespace

bool IsOtherLine(std::string_view text) {
  if (kForms.Match(text) != nullptr || kDebugForms.Match(text) != nullptr) return true;
  std::string_view rest = text;
  for (int i = 0; i < kMaxPlaces && SkipPast(rest, ": "); ++i) {
    if (kSubjectForms.Match(rest) != nullptr) return true;
  }
  return kValueForms.Match(text) || (BeginsWithValue(text) && kWordForms.Match(text));
}

const FormLookup& OtherForms() { return kForms; }

}  // namespace maillog::dovecot
