// Forms of local, virtual and pipe: what a delivery goes through.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    // Normal operation.
    {"skipping address family %d for host '%s' service '%s'"},
    // -v.
    {"tok822_resolve: addr=%s -> chan=%s, host=%s, rcpt=%s"},
    {"tok822_resolve: from=%s addr=%s -> chan=%s, host=%s, rcpt=%s"},
    {"tok822_rewrite: input: %s"},
    {"tok822_rewrite: result: %s"},
    {"domain: %s"},
    {"exp_from: %s"},
    {"exp_type: %d"},
    {"extension: %s"},
    {"local: %s"},
    {"owner: %s"},
    {"unmatched: %s"},
    {"delivered_init: %s"},
    {"deliver_file (%d,%d): %s"},
    {"forward delivered=%s sender=%s recip=%s"},
    {"forward_finish: delivered %s sender %s status %d"},
    {"deliver_indirect: %s"},
    {"spool_uid/gid %d/%d chown_uid/gid %d/%d"},
    {"deliver_token: %s"},
    {"deliver_token_stream: %s"},
    {"deliver_token_string: %s"},
    {"path: %s"},
    {"delivered: %s"},
    {"fp: 0x%x"},
    {"level: %d"},
    {"offset: %d"},
    {"queue_id: %s"},
    {"queue_name: %s"},
    {"recipient: %s"},
    {"relay: %s"},
    {"sender: %s"},
    {"user: %s"},
    {"why: %s"},
    {"local_deliver: %s from %s"},
}));

constexpr FormTable kFunction(std::to_array<Form>({
    // -v.
    {"time limit exceeded"},
    {"sending to: {%s, %s}"},
    {"path %s expand_status %d look_status %d"},
    {"reset owner attr"},
    {"set owner attr: %s"},
    {"set user_attr: %s"},
    {"from <%s>"},
    {"time_limit %d"},
    {"too big: size_limit = %d, request->data_size = %d"},
    {"uid %d, gid %d, flags %d, size %d"},
    {"set user_attr: %s, uid = %d, gid = %d"},
    {"reset user_attr"},
}));

}  // namespace

constexpr FormFamily kLocalForms{.nothing = &kNothing, .function = &kFunction};

}  // namespace maillog::postfix
