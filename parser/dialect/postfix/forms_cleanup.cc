// Forms of cleanup: envelope records, rewriting, milter edits.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // The queue id was removed by whoever collected the log.
    {"message-id=%s"},
    {"resent-message-id=%s"},
    // -v.
    {"cleanup flags = %s"},
    {"cleanup_flush: status %d"},
    {"cleanup_open: open %s"},
    {"client flags = %s"},
    {"server flags = %s"},
    {"envelope %s %s"},
    {"initial envelope %s %s"},
    {"extracted envelope %s %s"},
    {"masquerade: %s -> %s"},
    {"rewrite_recip: %s"},
    {"rewrite_sender: %s"},
    {"enter %s"},
    {"leave %s"},
    {"cleanup_out: %s %s"},
}));

constexpr FormTable kQueueId(std::to_array<Form>({
    // Normal operation.
    {"masquerade_exceptions lookup error -- deferring delivery"},
    {"masquerade_exceptions map lookup problem -- message not accepted, try again later"},
    // -v.
    {"ignoring redundant or conflicting milter reply: %s"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"link %d -> %d"},
    {"where %d, buflen %d region start %d len %d"},
    {"deleted %d records for recipient \"%s\""},
    {"index %d name \"%s\""},
    {"index %d name %s type %d offset %d"},
    {"read: %d: %s"},
    {"write %s"},
    {"write PTR %d"},
    {"body start %d len %d"},
    {"done start %d len %d"},
    {"freeze start %d len %d"},
    {"skip start %d len %d < %d"},
}));

}  // namespace

constexpr FormFamily kCleanupForms{
    .nothing = &kNothing, .queue_id = &kQueueId, .function = &kFunction};

}  // namespace maillog::postfix
