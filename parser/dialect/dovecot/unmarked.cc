// Errors of 1.0 and 1.1 in syslog: only the priority told what they are, no word in front does.
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"

namespace maillog::dovecot {
namespace {

constexpr FormTable kForms(std::to_array<Form>({
    // System calls: `chdir(/root) failed: Permission denied`.
    {"accept() failed: %s"},
    {"access(%s) failed: %s"},
    {"bind(%s) failed: %s"},
    {"chdir(%s) failed: %s"},
    {"chmod(%s) failed: %s"},
    {"chown(%s) failed: %s"},
    {"close(%s) failed: %s"},
    {"connect(%s) failed: %s"},
    {"creat(%s) failed: %s"},
    {"dlopen(%s) failed: %s"},
    {"dup2() failed: %s"},
    {"epoll_ctl(%s) failed: %s"},
    {"fchmod(%s) failed: %s"},
    {"fchown(%s) failed: %s"},
    {"fcntl(%s) failed: %s"},
    {"fdatasync(%s) failed: %s"},
    {"file_dotlock_create(%s) failed: %s"},
    {"fork() failed: %s"},
    {"fstat(%s) failed: %s"},
    {"fsync(%s) failed: %s"},
    {"ftruncate(%s) failed: %s"},
    {"getpwnam() failed: %s"},
    {"initgroups(%s) failed: %s"},
    {"inotify_init() failed: %s"},
    {"kevent(%s) failed: %s"},
    {"ldap_bind(%s) failed: %s"},
    {"ldap_search(%s) failed: %s"},
    {"link(%s) failed: %s"},
    {"listen(%s) failed: %s"},
    {"lseek(%s) failed: %s"},
    {"lstat(%s) failed: %s"},
    {"mkdir(%s) failed: %s"},
    {"mmap(%s) failed: %s"},
    {"munmap(%s) failed: %s"},
    {"net_connect_unix(%s) failed: %s"},
    {"open(%s) failed: %s"},
    {"opendir(%s) failed: %s"},
    {"pipe() failed: %s"},
    {"read(%s) failed: %s"},
    {"readdir(%s) failed: %s"},
    {"readlink(%s) failed: %s"},
    {"rename(%s) failed: %s"},
    {"rmdir(%s) failed: %s"},
    {"setgid(%s) failed: %s"},
    {"setuid(%s) failed: %s"},
    {"sieve: stat(%s) failed: %s"},
    {"socket() failed: %s"},
    {"stat(%s) failed: %s"},
    {"symlink(%s) failed: %s"},
    {"umask(%s) failed: %s"},
    {"unlink(%s) failed: %s"},
    {"utime(%s) failed: %s"},
    {"write(%s) failed: %s"},
    // Mail storage.
    {"BUG: %s"},
    {"Cached message offset lost for seq %d in mbox file %s"},
    {"Corrupted %s"},
    {"Couldn't init INBOX: %s"},
    {"Couldn't open INBOX: %s"},
    {"Couldn't open INBOX top: %s"},
    {"Index %s: Deleting corrupted cache: %s"},
    {"Maildir %s: Expunged message reappeared, giving a new UID (%s)"},
    {"Maildir %s: UIDVALIDITY changed (%d -> %d)"},
    {"Our dotlock file %s was %s"},
    {"Timeout while waiting for %s"},
    {"UIDVALIDITY changed (%d -> %d) in mbox file %s"},
    {"fscking index file %s"},
    {"mbox file %s"},
    {"mbox sync: Expunged message reappeared in mailbox %s"},
    {"pop3_uidl_format setting is missing from config file"},
    // Authentication.
    {"Can't connect to auth server at %s"},
    {"LDAP: %s"},
    {"Logins with UID %s not permitted %s"},
    {"Unknown password scheme %s"},
    {"ldap_%w failed: %s"},
    {"mysql: Connect failed to %s"},
    {"passwd-file %s: Can't open file: %s"},
    {"passwd-file %s: User %s"},
    {"pgsql: Connect failed to %s"},
    {"user %s: Logins with UID %s not permitted %s"},
    {"user-lookup(%s)Error: %s"},  // lmtp of 2.0 and 2.1, whose prefix has no end
    {"user-lookup(%s)Fatal: %s"},
    {"user-lookup(%s)Warning: %s"},
    // Processes.
    {"Auth process died too early - shutting down"},
    {"Can't load SSL certificate file %s"},
    {"Can't load private key file %s"},
    {"Login process died too early - shutting down"},
    {"Plugin %s not found from directory %s"},
    {"Time just moved backwards by %s"},
}));

}  // namespace

bool IsUnmarkedError(std::string_view text) {
  // What looks like the end of a prefix could be part of a user's name, and the text his.
  return text.find("): ") == std::string_view::npos && kForms.Match(text) != nullptr;
}

const FormLookup& UnmarkedForms() { return kForms; }

}  // namespace maillog::dovecot
