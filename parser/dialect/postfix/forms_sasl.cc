// Forms of the Cyrus SASL library and its plugins, which log under the name of the program that
// uses them. What they mean for an attempt to log in is in smtpd's own line.
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

constexpr FormTable kNothing(std::to_array<Form>({
    {"CRAM-MD5 %s"},
    {"DIGEST-MD5 client mech %s"},
    {"DIGEST-MD5 client step %d"},
    {"DIGEST-MD5 common mech %s"},
    {"DIGEST-MD5 create_layer_keys()"},
    {"DIGEST-MD5 make_client_response()"},
    {"DIGEST-MD5 parse_server_challenge()"},
    {"DIGEST-MD5 server mech %s"},
    {"DIGEST-MD5 server step %d"},
    {"GSSAPI Error: %s"},
    {"GSSAPI client step %d"},
    {"GSSAPI server step %d"},
    {"NTLM client step %d"},
    {"NTLM server step %d"},
    {"OTP unavailable because can't read/write key database %s"},
    {"SCRAM: %s"},
    {"SRP unavailable due to lack of %s"},
    {"_sasl_plugin_load failed on %s"},
    {"auxpropfunc error %s"},
    {"begin transaction"},
    {"canonuserfunc error %s"},
    {"commit transaction"},
    {"could not find auxprop plugin, was searching for %s"},
    {"ldapdb_canonuser_plug_init() failed%s"},
    {"looking for plugins in '%s', failed to open directory, error: %s"},
    {"no secret in database"},
    {"no user in db"},
    {"sql auxprop plugin using %s engine"},
    {"sql plugin %s"},
    {"sql plugin: %s"},
    {"sql_select option missing"},
    {"unable to dlopen %s"},
    {"unable to open Berkeley db %s"},
}));

}  // namespace

constexpr FormFamily kSaslForms{.nothing = &kNothing};

}  // namespace maillog::postfix
