// Forms of master, bounce, pickup, flush, proxymap, tlsmgr, the tools and scripts.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // Normal operation.
    {"/%s: line %d: using backwards-compatible default setting %s=%s"},
    {"/%s/post%s: fatal: %s"},  // a tool that a script has called
    {"/%s/post%s: warning: %s"},
    {"Proactively reindexing %s"},
    {"postfix/postlog: refreshing the Postfix mail system"},
    {"postfix/postlog: starting the Postfix mail system"},
    {"postfix/postlog: stopping the Postfix mail system"},
    {"aborting the Postfix mail system"},
    {"refreshing the Postfix mail system"},
    {"starting the Postfix mail system"},
    {"stopping the Postfix mail system"},
    {"the Postfix mail system is not running"},
    {"the Postfix mail system is running: PID: %s"},
    {"waiting for the Postfix mail system to terminate"},
    {"ignoring status update from child pid %d generation %d"},
    {"successfully executed '%s %s:%s' as uid %d"},
    {"target file '%s' already exists, skipping this request"},
    {"Postfix is running with backwards-compatible default settings"},
    {"Postfix is using backwards-compatible default settings"},
    {"See http://www.postfix.org/COMPATIBILITY_README.html for details"},
    {"See https://www.postfix.org/COMPATIBILITY_README.html for details"},
    {"To disable backwards compatibility use \"postconf compatibility_level=%d\" and \"postfix "
     "reload\""},
    {"To disable backwards compatibility use \"postconf compatibility_level=%s\" and \"postfix "
     "reload\""},
    {"Renamed to match inode number: %d message%s"},
    {"some lookup table has changed -- restarting"},
    {"using backwards-compatible default setting append_dot_mydomain=yes to rewrite \"%s\" to "
     "\"%s.%s\""},
    {"using backwards-compatible default setting append_dot_mydomain=yes to rewrite \"%s\" to "
     "\"%s.%s\"; please add \"localhost\" to mydestination or other address class"},
    // -v.
    {"$%s in %s validates %s=value in %s"},
    {"-%s option ignored"},
    {"`%s' `%s' -> `%s'"},
    {"removed file %s"},
    {"bounce_append_proto: service=%s id=%s to=%s why=%s"},
    {"bounce_notify_proto: service=%s queue=%s id=%s encoding=%s sender=%s"},
    {"bounce_one_proto: queue=%s id=%s encoding=%s sender=%s recipient=%s why=%s"},
    {"site %s to path %s"},
    {"got sigchld"},
    {"====end service entry"},
    {"====start service entry"},
    {"arg[%d]: %s"},
    {"avail_proc: %d"},
    {"children: 0x%x"},
    {"flags: %d"},
    {"listen_fd_count: %d"},
    {"max_proc: %d"},
    {"name: %s"},
    {"next: 0x%x"},
    {"status_fd %d %d"},
    {"throttle_delay: %d"},
    {"total_proc: %d"},
    {"type: %s"},
    {"wakeup: %d"},
    {"master_reap_child: pid %d"},
    {"spawn command %s; pid %d"},
    {"start conditional timer for %s"},
    {"throttle released for command %s"},
    {"throttling command %s"},
    {"chdir %s"},
    {"remove %s"},
    {"queue: %s"},
    {"remove directory %s"},
    {"remove subdirectory %s"},
    {"renamed file %s as %s"},
    {"allowlisting %s from %s"},
    {"dict_proxy_open(%s, 0%x, 0%x) called from internal routine"},
    {"proxy_map_find: %s"},
    {"whitelisting %s from %s"},
    {"wildcard_{chan:hop}={%s:%s}"},
}));

constexpr FormTable kQueueId(std::to_array<Form>({
    // Normal operation.
    {"not sending trace/success notification for double-bounce message"},
    {"not sending trace/success notification for single-bounce message"},
    // -v.
    {"no trace file -- not sending a notification"},
    {"read %s %s"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"flags=0x%x queue=%s id=%s encoding=%s sender=%s envid=%s dsn_ret=0x%x orig_to=%s to=%s "
     "off=%d dsn_orig=%s notif=0x%x stat=%s act=%s why=%s"},
    {"flags=0x%x queue=%s id=%s encoding=%s sender=%s orig_to=%s to=%s off=%d stat=%s act=%s "
     "why=%s"},
    {"flags=0x%x queue=%s id=%s encoding=%s sendopts=%d sender=%s envid=%s dsn_ret=0x%x orig_to=%s "
     "to=%s off=%d dsn_orig=%s notif=0x%x stat=%s act=%s why=%s"},
    {"flags=0x%x queue=%s id=%s encoding=%s smtputf8=%d sender=%s envid=%s dsn_ret=0x%x orig_to=%s "
     "to=%s off=%d dsn_orig=%s notif=0x%x stat=%s act=%s why=%s"},
    {"flags=0x%x service=%s id=%s org_to=%s to=%s off=%d dsn_org=%s, notif=0x%x stat=%s act=%s "
     "why=%s"},
    {"flags=0x%x service=%s id=%s org_to=%s to=%s off=%d stat=%s act=%s why=%s"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s sender=%s"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s sender=%s delim=%s"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s sender=%s envid=%s ret=0x%x"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s sender=%s envid=%s ret=0x%x delim=%s"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s sendopts=%d sender=%s envid=%s ret=0x%x"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s sendopts=%d sender=%s envid=%s ret=0x%x "
     "delim=%s"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s smtputf8=%d sender=%s envid=%s ret=0x%x"},
    {"flags=0x%x service=%s queue=%s id=%s encoding=%s smtputf8=%d sender=%s envid=%s ret=0x%x "
     "delim=%s"},
    {"service=%s queue=%s id=%s encoding=%s sender=%s delim=%s"},
    {"flush logfile %s"},
    {"logfile %s: skip queue file %s as duplicate"},
    {"logfile %s: update queue file %s time stamps"},
    {"requesting delivery for logfile %s"},
    {"requesting delivery for queue_id %s"},
    {"site %s queue_id %s"},
    {"skip logfile %s - empty log"},
    {"skip logfile %s, unread for <%d hours(s) "},
    {"unlink %s, empty and unchanged for %d days"},
    {"request arrived"},
    {"avail %d total %d max %d"},
    {"disable events %s"},
    {"enable events %s"},
    {"pid %d (%s)"},
    {"pid %d avail %d"},
    {"pid %d gen %d avail %d"},
    {"process id not found: %d"},
    {"service %s time %d"},
    {"service=%s, command=%s..."},
    {"uid %d, gid %d; time %d"},
}));

}  // namespace

constexpr FormFamily kOtherForms{
    .nothing = &kNothing, .queue_id = &kQueueId, .function = &kFunction};

}  // namespace maillog::postfix
