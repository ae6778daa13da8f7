#include "exporter/command/plain_words.h"

#include <string>
#include <unordered_set>

#include "parser/scan.h"

namespace maillog {
namespace {

// In lower case, each with a blank after it.
constexpr std::string_view kWords =
    "a aaa abort aborted aborting about above accept accepted accepting access acct acl acls "
    "act action actions active actual add added adding additional addr address addresses adjust "
    "admin ae after again against agent aggregator aj alert algorithm aliased all alloc "
    "allocate allocation allow allowed allowing allowlist allowlisted allowlisting already also "
    "alt altmove am an anchor ancount and anonymous another answer anvil any apop append "
    "appended appending application approval are arg args argument arguments argv arrived as "
    "ascii assign assuming at attempt attempted attempting attempts attr attribute attributes "
    "auth authenticate authenticated authenticating authentication authn authority "
    "authorization authorized authz auto autocreate autodetect autoexpunge autoexpunged avail "
    "available avoid back backend backends background backwards bad bare base bcc bcdf bd bdat "
    "bdb be because been before begin behind being below berkeley between big binary bind "
    "binding bio bitmime blacklisted block blocklist blocks body bool both bounce bounced "
    "boundary box breaking broken bsdauth buf buffer buflen bug busy but by byte bytes cache "
    "cached caching call called can can't cancel cannot capa capability cast caught cert "
    "certificate certificates certification certified certs chain challenge chan change changed "
    "changes channel char character characters chars chdir check checking checkpassword child "
    "children chown chroot chrooted cidr cipher ciphers class cleanup clear cleartext client "
    "client's clientcerts clnt close closeclient closed closesocket closing cmsg cn code "
    "cohorts column combination command commands commit commonname communication compatibility "
    "compatible compile compiled completed compress compute con concurrency conditional "
    "conditions conf config configuration configured conflicting conn connect connected "
    "connecthost connecting connection connections const contain content context continue "
    "continued control conversation conversion convert converted cool copy correctly corrupted "
    "could couldn't count counted cp cq cr cram create created creating credential credentials "
    "crlf cross cur current custom cydir da daemon damaged dane data database date days db "
    "dbname dbox deadline debug decision declined decoded decrypting default defaulted "
    "defaulting defaults defer deferred deferring del delay delays dele delegated delete "
    "deleteacl deleted deletion delim deliver deliverable delivered delivery demand denied deny "
    "denylisted deprecated depth descriptor designated dest destination details device dict did "
    "didn't died different diffie digest dir direction director directory dis disable disabled "
    "disables disabling disallowing discard discarded discardig discarding disconnect "
    "disconnected disconnecting disk disposing dn dns dnsbl dnsblog dnsnames dnssec do does "
    "doesn't domain domains don't done dot double doveadm dovecot dovecot's down drain drop "
    "dropped dsa dsn dsync due dummy duplicate during ea each earlier eat effective egd egid "
    "ehlo else email empty en enable enabled enabling encoding encrypt end endp endpoint engine "
    "enough enter entering entries entropy entry envelope envid environment eob eof eoh ep "
    "epost err error errors es escaped escaping esmtp establish established etrn eugid euid "
    "eval even event events every examine exceeded exceeds exception exceptions exchange "
    "executed executing execution exist existing exists exit exited exiting exp expand expanded "
    "expected expiration expire expired expiry export expunge expunged extension external extra "
    "extracted fail failed failing faillog fails failure failures fallbacking falling false "
    "family fast fatal fd features feedback fetch ffff fgetc fi field fields fifo file files "
    "filter filters final find finger fingerprint fingerprints finish finished finishing first "
    "flag flags flush for force foreign format forward forwarded forwarding found fp fputc "
    "fputs frag free freeze from fs fts full func future fwrite garbage gen generating "
    "generation get getacl getmetadata getquota getquotaroot getreply getscript gettryserver "
    "gid given global got greeting greylist gs gss gssapi had handle handlers handshake "
    "handshakes hangup hanndlers haproxy has have having hdr header headers health held hellman "
    "helo help helper here hex hibernate hidden hit hits hiwat hold home hop host hostname "
    "hostnames hosts hours how however http i id idle if ignore ignored ignores ignoring "
    "illegal imap imapc implemented implicit import improper in inactivity inbound inbox "
    "include includes incoming inconsistent index indexed indexer indexes indirect info "
    "information init initial initialization initialize initializing inode input insecure "
    "inserts inspect install installing instead internal internally interrupted interval into "
    "invalid iouaeiou ip ipc ipv is isn't issuer issuing it it's item itself japan job just kb "
    "kcleanup keep kerberos key keytab keywords kicked kidbytes killed kind kiss klongid knoid "
    "knone knoqueue known kpostfix kpostscreen kqueueid krb kshortestlongid kshortestshortid "
    "kshortid label lang large larger last later layer lazy lda ldap leave leaving left len "
    "length less let level lf lhlo library limit line lines link linked links list listed "
    "listen listener listing listrights lmtp load loaded loading local localhost location lock "
    "log logfile logged logging login login's logins logon logonuser logout long longer look "
    "looking lookup lookups loop loopback loops lost lowat lsub lua macro macros mail mailbox "
    "mailboxes maildir mailhost mails major makes malformed managesieve many map mapped mapping "
    "maps marked mask masquerade master match matched matches matching max maximum maxseg "
    "maxtime may mbox md mdb me mechanism mechanisms memory message messages method methods "
    "mgmt middle might milter milters mime min minimum minutes mis mismatch miss missing "
    "mkquery mode module modules more most mount move moved msg msgid mta must mx my "
    "mydestination mydomain myflock myhostname mynetworks myrights myself mysql mysqlname name "
    "namespace native nbdb near need needed negotiated nested nets netstring network new "
    "newline newtls next nexthop ni nis nmkquery no noenforcing non none noop nopassword noqueue "
    "normal normalize not nothing notif notification notify now nqmgr nrcpt nscount nsend nss ntlm "
    "null nullmx nuls num number numbers numerical oauth oauthbearer obtain obtaining of off "
    "offered offers offset oid ok old on once one only onto open opened opening openmetrics "
    "openssl operation option options oqmgr or ordb order organization orig origin other others "
    "otp out outbound outcome outlocallog outlog output over overlap override own owner packet "
    "pair pam panic param parameter parameters params parent parse pass passdb passdbs passing "
    "passwd password path paths pattern pausing payload pcre peer peername penalty pending per "
    "permanent permanently permission permissions permit permitted pertinent pgsql phase pickup "
    "pid pipe piped pipelining pix pkey pkeys placed plain plaintext please plugin plus "
    "pmailserver point policy pool pop port possible post postalias postcat postconf postdrop "
    "postfix postkick postlock postlog postlogd postmap postmaster postmulti postqueue "
    "postscreen postsuper posttls pref prefetch prefix pregreet prepend pretend previously "
    "principal print priority private prng proactively probe probed problem proc process "
    "processed processes processing program prop proto protocol protocols proxied proxy "
    "proxying proxymap psc ptr pubkey public purge push put pw qmgr qmqpd quarantine query "
    "queue queueref quit quota quoted random rank rate raw rawlog rbl rcpt rdonly rdwr re "
    "reached read readable readers reading ready real realm reap reason rec receive received "
    "receivedata receiver receiving recent recip recipient recipients reconnect reconnected "
    "reconnecting record records recv recvdata redirect redirecting redundant refcount referral "
    "refresh refreshing refusal refused reg regeneration regexp region reindexd reindexing "
    "reinjected reject rejected rejection relay relayed relaying released reload reloaded "
    "reloading remote remove removed removing rename renamed reopen reopening replace replacing "
    "replicator replies reply report reported reports reputation request requested requesting "
    "requests requeued required requires requiretls res rescue resent reset resetting resized "
    "resolve resorting resource respectful respon response rest restart restarting restrictions "
    "result ret retained retire retr retrieved retry retrydomain retrying return returned "
    "returns reuse reused reusing reverse rewrite rewriting ring rip rolled root route routine "
    "row rows rpa rpt rr rrs rrset rsa rset rule run running rw rwx said same sasl save saved "
    "scache scan schedule scheduled scheme score scram script scripts search searching second "
    "seconds secs secure security see seed seek seen select self send senddata sender senders "
    "sending sendmail sendmsg sendopts sent sep seq sequence server server's service serviceof "
    "session sessions set setacl setquota setretry setting settings setugid sha shadow shared "
    "shortest should showq shutting sia side sieve sigchld sighup signal signed simultaneous "
    "since single site size sizes skey skip skipaddress skipped skipping slow smfir smtp smtpd "
    "smtps smtpservice smtpserviceof smtputf snarf sndbuf sni socket sockets soft softbounce "
    "some sorry sort sorted source space spam spawn special specified speed splitting spnego "
    "spool sq sql squat srand srv srvr ssl sslv stage stamps standard start started starting "
    "starttls stat state states static statistics stats status std still stls stop stopped "
    "stopping storage store stored stream stress string strip stronger sts style subdirectory "
    "subject subjectaltname submission submitted subscribe subscriptions subsystem succeeded "
    "success successful successfully such support supported symbolic syntax syslog system table "
    "tables take takequeueref takeuntil takewhile talk talking target targets tcp tempfail "
    "temporarily temporary terminate terminated terminating test text than that the their then "
    "there these third this those thread throttle throttling through ticket tika time timed "
    "timeout timer times timestamp tls tlsa tlscontext tlsmgr tlsproxy tlsrpt tlsv to tok token "
    "too top total trace transaction transmission transp transport trash trashed tried trigger "
    "trivial trouble true trust trusted trw try trying ttl type uid uidl uidls uidvalidity uint "
    "unable unauthorized unavailable unchanged uncoded unconditional unconfigured unconnected "
    "undelete undeleted undeliverable under unexpected unfail unimplemented unix unknown unless "
    "unlimited unlink unmatched unnessary unpass unreachable unread unrecognized unselect "
    "unsigned unstalling unsubscribe unsuccessful unsupported until untrusted unverified up "
    "update updated uri uris url urlauth urlfetch use used user userdb userip username users "
    "using utf vacation val valid validated validation value values verification verified "
    "verify verp version versions very veto vfile vget vhost via view virtual virus void "
    "vpopmail vprintf vrfy waited waiting wakeup wanted warn warning was we webmail weight were "
    "what when where which while whitelist whitelisted whitelisting who whom whose why wildcard "
    "winbind window with within without won't workaround workarounds worker would wrappermode "
    "write xaouth xclient xforward xlist xoauth yes yet you your zero ";

constexpr std::size_t kMaxWord = 20;

std::unordered_set<std::string_view> MakeWords() {
  std::unordered_set<std::string_view> words;
  std::string_view rest = kWords;
  while (!rest.empty()) {
    words.insert(TakeUntil(rest, ' '));
    SkipSpaces(rest);
  }
  return words;
}

}  // namespace

bool IsPlainWord(std::string_view word) {
  static const std::unordered_set<std::string_view> words = MakeWords();
  if (word.size() > kMaxWord) return false;
  std::string folded;
  for (const char c : word) folded.push_back(Lower(c));
  return words.contains(folded);
}

}  // namespace maillog
