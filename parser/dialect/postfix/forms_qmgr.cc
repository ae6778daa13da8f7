// Forms of the queue managers: scans, jobs, destinations.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // -v.
    {"request ignored"},
    {"request: %d (%s)"},
    {"qmgr_active_drain: allocate %s"},
    {"wakeup %s after %d secs"},
    {"defer site %s: %s"},
    {"defer site %s: %s %s"},
    {"defer transport %s: %s"},
    {"defer transport %s: %s %s"},
    {"qmgr_deliver: site `%s'"},
    {"enable site %s/%s"},
    {"enable transport %s"},
    {"qmgr_enable_all"},
    {"end sorted recipient list"},
    {"old-style scan record %s %s"},
    {"qmgr_message_sort: %s"},
    {"record %s %s"},
    {"start sorted recipient list"},
    {"end move queue %s -> %s"},
    {"start move queue %s -> %s"},
    {"qmgr_queue_select: %s"},
    {"done %s queue scan"},
    {"qmgr_transport_create: %s concurrency %d recipients %d"},
    {"qmgr_transport_select: %s"},
    {"transport_event: %s"},
    {"qmgr_job_retire: %s"},
    {"qmgr_peer_select: %s %s %s (%d of %d)"},
}));

constexpr FormTable kQueueId(std::to_array<Form>({
    // Normal operation.
    {"skipped, still being delivered"},
    // -v.
    {"enabling VERP for sender \"%s\""},
    {"recipient limit %d"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"restart %s queue scan"},
    {"cached: `%s' -> t=`%s' h=`%s' r=`%s'"},
    {"cached: `%s' -> transp=`%s' host=`%s' rcpt=`%s' flags=%s class=%s"},
    {"trigger arrived"},
    {"bounce %s"},
    {"defer %s"},
    {"queue %s"},
    {"sending defer warning for %s"},
    {"skip %s (%d seconds)"},
    {"allowing on-demand session caching for %s"},
    {"disallowing on-demand session caching for %s"},
    {"moved %s from %s to %s"},
    {"feedback %s"},
    {"queue %s: %s"},
    {"queue %s: %s %s"},
    {"queue %s: limit %d window %d success %s failure %s fail_cohorts %s"},
    {"transport %s"},
    {"transport %s: reason: %s"},
    {"transport %s: status: %s reason: %s"},
    {"remove %s"},
}));

}  // namespace

constexpr FormFamily kQmgrForms{
    .nothing = &kNothing, .queue_id = &kQueueId, .function = &kFunction};

}  // namespace maillog::postfix
