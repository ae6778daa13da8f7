// Lines of auth and auth-worker, written with auth_verbose: what a login line tells as well, from
// inside.
//
//   1.x-2.3  passwd-file(user,192.0.2.1,<session>): unknown user
//            conn unix:auth-worker (pid=1,uid=97): auth-worker<4>: pam(user,192.0.2.1): unknown
//            user
//   2.4      pam: unknown user                                   (the user is in the prefix)
#include <algorithm>
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

/// Databases and mechanisms that log under their own names.
constexpr auto kNames = std::to_array<std::string_view>({
    // databases
    "passwd-file",
    "pam",
    "sql",
    "ldap",
    "static",
    "passwd",
    "shadow",
    "lua",
    "oauth2",
    "checkpassword",
    "vpopmail",
    "imap",
    "bsdauth",
    "prefetch",
    "nss",
    "sia",
    "cache",
    "policy",
    "userdb",
    "passdb",
    "dict",
    // mechanisms
    "plain",
    "login",
    "cram-md5",
    "digest-md5",
    "apop",
    "scram-sha-1",
    "scram-sha-256",
    "scram-sha-1-plus",
    "scram-sha-256-plus",
    "ntlm",
    "gssapi",
    "gss-spnego",
    "external",
    "xoauth2",
    "oauthbearer",
    "anonymous",
    "otp",
    "skey",
    "rpa",
    "winbind",
    "dovecot-token",
});

/// What databases and mechanisms say of a user.
constexpr FormTable kAnswers(std::to_array<Form>({
    {"unknown user%s"},
    {"Password mismatch%s"},
    {"password mismatch%s"},
    {"pam_authenticate() failed: %s"},
    {"pam_acct_mgmt() failed: %s"},
    {"Attempted login with password having illegal chars%s"},
    {"Attempted master login with no master passdbs%s"},
    {"Authentication failure due to policy server refusal%s"},
    {"Cached NULL password access%s"},
    {"Channel binding not supported%s"},
    {"Client didn't present valid SSL certificate%s"},
    {"Client requested and used channel-binding%s"},
    {"Client requested non-standard mechanism%s"},
    {"Client sent no input%s"},
    {"Cross-realm authentication not supported (%s"},
    {"Empty password returned without no%s"},
    {"Empty username%s"},
    {"Failed to expand username_format=%s"},
    {"Failed to normalize path: %s"},
    {"Fallbacking to expired data from cache%s"},
    {"Falling back to expired data from cache%s"},
    {"GSSAPI mechanism not Kerberos5%s"},
    {"Generating %s from user '%s"},
    {"IMAP disabled%s"},
    {"Invalid GS2 header%s"},
    {"Invalid base64 data in %s"},
    {"Invalid client nonce%s"},
    {"Invalid continued data%s"},
    {"Invalid digest-uri%s"},
    {"Invalid gs2-header in request%s"},
    {"Invalid initial client message: %s"},
    {"Invalid nonce%s"},
    {"Invalid response data%s"},
    {"Invalid response payload: %s"},
    {"Invalid response value%s"},
    {"Invalid username%s"},
    {"Login attempt with empty password%s"},
    {"Login failed (status=%s"},
    {"Mandatory extension(s) not supported%s"},
    {"Master user logging in as %s"},
    {"Master user login attempted %s"},
    {"Missing cnonce parameter%s"},
    {"Missing nonce parameter%s"},
    {"Missing token%s"},
    {"Missing username%s"},
    {"NULL password access%s"},
    {"NULs in response%s"},
    {"Negotiated security layer%s"},
    {"No password%s"},
    {"Nonallowed QoP requested%s"},
    {"OID not kerberos principal name%s"},
    {"Obtaining credentials for %s"},
    {"Only utf-8 charset is allowed%s"},
    {"POP3 disabled%s"},
    {"Policy check action %s"},
    {"Processed incoming packet correctly, waiting for another.%s"},
    {"Request timed out waiting for client to continue authentication (%s"},
    {"Requested %s scheme, but we have %s"},
    {"Response payload is missing%s"},
    {"SMTP disabled%s"},
    {"Unknown PAM service%s"},
    {"Unknown QoP value: %s"},
    {"Unknown user%s"},
    {"User found from deny passdb%s"},
    {"User not authorized to log in as %s"},
    {"User not found%s"},
    {"User unknown%s"},
    {"Username character disallowed by auth_username_chars: %s"},
    {"Username contains disallowed character: %s"},
    {"Username not known%s"},
    {"Username or token missing%s"},
    {"Username+password combination too long (%s"},
    {"Using all keytab entries%s"},
    {"While %s: %s"},
    {"allow_nets check failed: %s"},
    {"allow_nets: Invalid network '%s"},
    {"allow_real_nets check failed: %s"},
    {"allow_real_nets: Invalid network '%s"},
    {"anonymous login%s"},
    {"authentication failed%s"},
    {"authn_name%s"},
    {"authz_name%s"},
    {"check_client_cert_fp check failed: %s"},
    {"check_client_fp check failed: %s"},
    {"check_client_pubkey_fp check failed: %s"},
    {"db-lua: %s"},
    {"empty authzid%s"},
    {"empty username%s"},
    {"imap disabled%s"},
    {"invalid NTLM request: %s"},
    {"invalid NTLM response: %s"},
    {"invalid challenge%s"},
    {"invalid credentials%s"},
    {"invalid digest size%s"},
    {"invalid hex in digest%s"},
    {"invalid init response%s"},
    {"invalid input%s"},
    {"invalid password field%s"},
    {"invalid response%s"},
    {"invalid token %s"},
    {"krb5_parse_name() failed: %s"},
    {"login"},
    {"login user: %s"},
    {"malformed data%s"},
    {"missing digest%s"},
    {"missing passwd file: %s"},
    {"no authz_name%s"},
    {"no initial respon%s"},
    {"no passwd file: %s"},
    {"nonce-count value invalid%s"},
    {"nopassword given and password is not empty%s"},
    {"ntlm_auth reports broken helper: %s"},
    {"oauth2 failed: %s"},
    {"parse_email() failed%s"},
    {"passdb didn't return userdb entries%s"},
    {"pop3 disabled%s"},
    {"pw_dir isn't set, creating%s"},
    {"re-auth not supported currently%s"},
    {"returned %d (err=%s"},
    {"security context state completed.%s"},
    {"smtp disabled%s"},
    // auth_debug of 1.x, whose records have no level.
    {"#%d/%d style=%d msg=%s"},
    {"bind search: %s"},
    {"bind: dn=%s"},
    {"cache expired%s"},
    {"cache hit%s"},
    {"cache miss%s"},
    {"lookup%s"},
    {"query: %s"},
    {"result: %s"},
    {"user search: %s"},
    {"username changed %s"},
    {"unsupported response type%s"},
    {"user not authenticated: %s"},
    {"username must not exist more than once%s"},
    {"username not known%s"},
    {"vget_assign(%s) failed%s"},
    {"webmail disabled%s"},
}));

/// Lines about the process itself.
constexpr FormTable kProcessForms(std::to_array<Form>({
    {"Authentication cache current size: %s"},
    {"Authentication cache hits %s"},
    {"Authentication cache inserts: %s"},
    {"SIGHUP received, %s"},
    {"auth input: %s"},
    {"client in (unknown command): %s"},
    {"client in: %s"},
    {"client out: %s"},
    {"master in: %s"},
    {"master out: %s"},
    {"new auth connection: pid=%s"},
    {"passdb: %s"},
    {"ldap_%w"},  // a trace of the library, 1.x
    {"ldap_connect_to_host: %s"},
    {"ldap_int_%w: %s"},
    {"ldap_new_connection %d %d %d"},
    {"ldap_open_defconn: %s"},
    {"ldap_prepare_socket: %s"},
    {"ldap_pvt_%w: %s"},
    {"ldap_send_%w: %s"},
    {"passwd-file %s: Read %d users"},
    {"userdb: %s"},
}));

/// About a field of a passdb, which is named first.
constexpr ValueForms kFieldAnswers(std::to_array<Form>({
    {"%w check failed: %s"},
    {"%w Invalid network '%s"},
}));

bool IsAnswer(std::string_view text) {
  return kAnswers.Match(text) != nullptr || (BeginsWithValue(text) && kFieldAnswers.Match(text));
}

/// After the name and its `(`. The user may hold `): `, so each is tried; all of them are ignored.
bool IsAnswerAfterUser(std::string_view text) {
  for (int i = 0; i < kMaxPlaces && SkipPast(text, "): "); ++i) {
    if (IsAnswer(text)) return true;
  }
  return false;
}

/// `conn unix:auth-worker (pid=1,uid=97): auth-worker<4>: ` of 2.3.
void SkipConnection(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, "conn unix:auth-worker (") || !SkipPast(rest, "): ")) return;
  if (!Eat(rest, "auth-worker<") || !SkipPast(rest, ">: ")) return;
  text = rest;
}

}  // namespace

bool IsAuthLine(std::string_view text) {
  SkipConnection(text);
  std::string_view rest = text;
  const std::string_view name = TakeWhile(rest, [](char c) { return IsAlnum(c) || c == '-'; });
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) {
    if (Eat(rest, '(') && IsAnswerAfterUser(rest)) return true;
    if (Eat(rest, ": ") && IsAnswer(rest)) return true;
  }
  return IsAnswer(text) || kProcessForms.Match(text) != nullptr;
}

const FormLookup& AuthForms() { return kAnswers; }

}  // namespace maillog::dovecot
