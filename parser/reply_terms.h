// What the words of other servers' replies mean: the vocabulary with which the rules of
// reply_rules.h are written. English first, then French, Italian, German, Spanish and Portuguese,
// Polish, Chinese and Japanese; Russian at the end.
//
// A word is compared by its first eight letters, so that a longer one is a stem (`disabled`,
// `exceedin`); a shorter one is meant exactly. Latin letters are written without their accents, and
// once more without the letter, which is what is left where a log has `?` for it (`bo??te`).
// Cyrillic ones are written in lower case, with `е` for `ё`. Of Chinese and Japanese, where words
// are not separated, one or two characters are compared at each place.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace maillog::internal {

enum class Term : std::uint8_t {
  kUser,     ///< a person: user, recipient, customer
  kMailbox,  ///< mailbox, account
  kAddress,  ///< of mail or of a computer
  kMail,     ///< a message
  kSender,
  kFrom,
  kDomain,
  kHost,  ///< a computer that connects: client, server, network
  kIp,
  kConnection,
  kYour,
  kNot,
  kExist,    ///< exist, found, known, valid, local
  kUnknown,  ///< unknown, invalid, wrong
  kInvalid,  ///< said of senders, commands and certificates as well as of recipients
  kFull,
  kQuota,   ///< quota, storage, space
  kSystem,  ///< a whole server: system, disk
  kExceed,
  kLimit,
  kDisabled,  ///< said of mailboxes: disabled, suspended, closed
  kLonger,    ///< no longer
  kBlock,
  kReject,  ///< rejected, refused, denied, not accepted
  kAccept,  ///< accept, allow, permit
  kSize,    ///< size, large
  kToo,
  kMany,
  kRate,  ///< rate, frequency, per hour
  kSlow,
  kSpam,
  kVirus,
  kBlocklist,  ///< the name or a word for a block list
  kListed,
  kList,
  kReputation,
  kDynamic,  ///< dynamic addresses, open proxies
  kRelay,
  kAuth,
  kRequire,
  kTls,
  kDns,
  kReverse,  ///< reverse DNS
  kHelo,
  kSpf,  ///< SPF, DKIM, DMARC
  kVerify,
  kLoop,
  kContent,  ///< content, attachment, header
  kMalformed,
  kPolicy,
  kFilter,
  kTemporary,
  kTry,  ///< try, retry
  kLater,
  kBusy,
  kError,
  kInternal,
  kCommand,
  kTimeout,
  kQueue,
  kGroup,  ///< mailing list, group
  kGrey,
  kSending,
  kProtect,  ///< what explains a refusal: to protect from, to reduce
};

using Terms = std::uint64_t;

constexpr Terms TermBit(Term term) { return Terms{1} << static_cast<unsigned>(term); }
constexpr Terms AllOf(std::initializer_list<Term> terms) {
  Terms all = 0;
  for (const Term term : terms) all |= TermBit(term);
  return all;
}

struct TermWords {
  Term term;
  std::string_view words;  ///< blanks between them
};

inline constexpr auto kTermWords = std::to_array<TermWords>({
    {Term::kUser,
     "user users userid username recipient rcpt rcpts rcptto badrcptto validrcptto "
     "person customer employee alias subscriber member ldap directory"},
    {Term::kUser, "destinataire utilisateur usager"},
    {Term::kUser, "utente utenti destin utenza"},
    {Term::kUser, "benutzer empfanger empfaenger empfnger adressat kunde nutzer teilnehmer"},
    {Term::kUser, "usuario usurio persona utilizador uzytkownik odbiorca"},
    {Term::kUser, "gebruiker ontvanger anvandare mottagaren bruger modtager"},
    {Term::kUser, "用户 用戶 收件 使用 ユー 宛先 受信 該当 此人"},
    {Term::kMailbox, "mailbox mailboxes inbox account mailfolder mbox maildrop"},
    {Term::kMailbox, "boite bote boites compte"},
    {Term::kMailbox, "casella caselle"},
    {Term::kMailbox, "postfach konto kontos mailkonto postfaecher"},
    {Term::kMailbox, "buzon buzn cuenta casilla caixa conta skrzynka konta"},
    {Term::kMailbox, "邮箱 郵箱 信箱 帐号 帳號 账号 帐户 账户 アカ ボッ"},
    {Term::kAddress,
     "address addresses adress addr adresse adresses indirizzo direccion "
     "endereco adres mailadresse"},
    {Term::kAddress, "地址 アド"},
    {Term::kMail,
     "message messages mail mails email emails msg letter letters nachricht "
     "messaggio mensaje mensagem correo courrier wiadomosc courriel correio posta"},
    {Term::kMail, "邮件 郵件 信件 メー メッ"},
    {Term::kSender, "sender senders mailfrom badmailfrom originator"},
    {Term::kSender, "emetteur metteur mettteur expediteur expditeur"},
    {Term::kSender, "mittente absender remitente remetente nadawca"},
    {Term::kSender, "发件 發件 寄件 发信 送信"},
    {Term::kFrom, "from von envelope"},
    {Term::kDomain, "domain domains domaine domaines dominio domainname 域名 ドメ"},
    {Term::kHost,
     "host hosts hostname server servers client mta network isp netblock computer "
     "machine serveur relayhost remotehost serveurs"},
    {Term::kIp, "ip ips ipv4 ipv6"},
    {Term::kConnection,
     "connect connection connexion connessioni conexion verbindung session "
     "sessions concurrent"},
    {Term::kConnection, "连接 連線 接続"},
    {Term::kYour, "your votre vos ihr ihre ihrer suo tuo su sua seu you vous"},
    {Term::kNot,
     "unverified unverifyable missing not no non none cannot cant t doesn isn don "
     "couldn wasn aren hasn didn dont doesnt isnt unable never without failed dosn "
     "neither nor"},
    {Term::kNot, "pas aucun aucune n ne nessun nessuna nicht kein keine keinen nie nao sin"},
    {Term::kNot, "niet geen inte ikke"},
    {Term::kNot, "不 无 無 未 没 沒 ませ ない"},
    {Term::kExist,
     "exist exists existing existent found find known valid present recognized "
     "recognised local here listed registered match reachable ldap available "
     "active ok"},
    {Term::kExist,
     "existe connu trouve trouv esiste trovato valido existiert gefunden bekannt "
     "vorhanden encontrado istnieje ma"},
    {Term::kExist, "bestaat finns findes actif actifs attivo attiva activo activa aktiv"},
    {Term::kExist, "存在 見つ いま 找到 登録"},
    {Term::kExist, "disponible verfugbar verfgbar verfuegb"},
    {Term::kUnknown,
     "unknown unknowns unknow unkown nonexist nosuch such unrouteable unroutab "
     "undelive unavail unavailable unavaiable misspelled unlisted unregist"},
    {Term::kUnknown, "inconnu inconnue inconnus inexistant sconosciuto inesistente errato errata"},
    {Term::kUnknown, "unbekannt unzustellbar ungultig ungueltig ungltig falsch"},
    {Term::kUnknown, "desconocido desconhecido inexistente incorrecta nieznany"},
    {Term::kUnknown, "onbekend okand ukendt"},
    {Term::kUnknown, "不明 無効 无效 無效 查无"},
    {Term::kInvalid,
     "invalid illegal wrong bad incorrect invalide invalido bogus mismatch "
     "forbidden"},
    {Term::kFull,
     "full overquota plein pleine pleins plena piena pieno voll vol lleno llena "
     "cheia cheio sature satur satura pelna"},
    {Term::kFull, "满 滿 いっ 一杯"},
    {Term::kQuota,
     "quota quotas storage space mailquota cuota cota spazio espacio espace "
     "stockage speicher kontingent capienza"},
    {Term::kQuota, "容量 空间 空間"},
    {Term::kSystem, "system disk disc filesystem spool memory"},
    {Term::kExceed,
     "exceed exceeds exceeded exceeding exceeed exeeded exeed over above excess "
     "exhausted maximum max larger greater than reached allowable threshold "
     "overdrawn enough insufficient"},
    {Term::kExceed,
     "depasse dpass dpasse depassee depassement atteinte atteint superato "
     "superata superati excedido excedida excede excedeu uberschritten "
     "berschritten ueberschritten przekroc"},
    {Term::kExceed, "超 过高 過高"},
    {Term::kToo, "过大 過大"},
    {Term::kLimit, "limit limits limite limited limiting threshold grenze cap"},
    {Term::kLimit, "限"},
    {Term::kDisabled,
     "disabled disable suspended suspend inactive inactif inactiva inactivi "
     "inactivo deactivated locked closed frozen archived discontinued "
     "terminated deleted removed moved expired hangup dormant abandoned retired "
     "unused disuse replaced restricted cancelled canceled enabled activated"},
    {Term::kDisabled, "desactive dsactiv dsactive suspendu archivee archive ferme bloque blocke"},
    {Term::kDisabled,
     "disattivato disatttivata sospeso sospesa bloccato bloccata disabilitato "
     "inutilizzo"},
    {Term::kDisabled, "deaktiviert gesperrt gelscht geloscht geloescht stillgelegt inaktiv"},
    {Term::kDisabled,
     "suspendida deshabilitada bloqueada desativada expirado expirada "
     "zablokowane nieaktywne"},
    {Term::kDisabled, "用さ 停用 禁用 冻结 凍結 停止 锁定 注销 失效 休眠"},
    {Term::kLonger, "longer mehr plus piu ya"},
    {Term::kBlock,
     "block black deny blocks blocked blocking banned ban bans bloquee bloquees "
     "bloques bloqus bloqueado blockiert geblockt forbidden blackholed 禁止 ブロ"},
    {Term::kReject,
     "reject rejects rejected rejecting rejection refuse refused refuses refusing "
     "refusal denied deny denies deni denined decline declined declines "
     "prohibited disallowed unwanted undesired unwelcome dropped quarantined "
     "deferred defer"},
    {Term::kReject,
     "rejete rejet rejetee refusee refus interdit rifiutato respinto negato "
     "abgelehnt abgewiesen verweigert zuruckgewiesen zurueckg rechazado rechazo "
     "denegado rejeitada odrzucona recusado prohibido"},
    {Term::kReject, "拒 退信"},
    {Term::kAccept,
     "accept accepts accepted accepting allow allowed allows permit permitted "
     "permission authorized authorised welcome like accepter autorise autoris "
     "accetta consentito erlaubt zugelassen permitida aceptado erlauben"},
    {Term::kAccept, "許可 允许"},
    {Term::kSize,
     "size sizes large larger big long mailsize length bytes databytes taille "
     "volumineux gros grosse grande grandi gross grofl dimensione zugross tamano "
     "tamao toolarge gro grob"},
    {Term::kSize, "大小 过大 過大 太大 サイ 大き"},
    {Term::kToo,
     "too excessive trop troppo troppi troppe zu zuviele zuviel demasiado muito "
     "muitas 太"},
    {Term::kMany,
     "many much multiple numerous viele viel muchas muchos troppi troppe zuviele "
     "excessive beaucoup numbers number 过多 過多 多す"},
    {Term::kRate,
     "rate frequency frequently hour hourly minute day daily monthly volume speed "
     "speeding overload thread threads throttle throttling 频率 頻率 频繁"},
    {Term::kSlow, "slow slower slowly faster fast quickly ralentir"},
    {Term::kSpam,
     "spam spams spammer spammers spamming spamtrap spamassassin antispam "
     "antyspamowy spamscore unsolicited bulk junk junkmail phishing uce uribl surbl "
     "gtube advertising indesirable indsirable indesiderata unerwunscht unerwnscht "
     "deseado scam mailer"},
    {Term::kSpam, "垃圾 迷惑 スパ"},
    {Term::kVirus,
     "virus viruses infected malware malicious trojan worm eicar infecte virs vrus "
     "病毒 ウイ ウィ"},
    {Term::kBlocklist,
     "blacklist blocklist denylist dnsbl dnsbls rbl rbls spamhaus spamcop "
     "sorbs uceprotect barracuda abusix hostkarma pbl xbl sbl cbl noire "
     "sperrliste schwarze nera negra spamlist cxbl ivmsip senderfi"},
    {Term::kBlocklist, "黑名 黒リ ブラ"},
    {Term::kListed, "listed listing gelistet"},
    {Term::kList, "list lists liste lista"},
    {Term::kReputation,
     "reputation suspicious suspected abuse abusive complaints abus unwanted "
     "profile activity score scored csi"},
    {Term::kDynamic, "dynamic dynamically dial dialup zombied residential proxy dsl generic"},
    {Term::kRelay,
     "relay relays relaying relayed openrelay gateway rcpthosts relais rilancio "
     "weiterleitung retransmision encaminhamento 中继 中繼 中継 转发"},
    {Term::kAuth,
     "authentication auth login logged password credentials sasl autenticazione "
     "anmeldung passwort kennwort contrasena contrasea 密码 密碼 パス 认证 認證 認証 验证"},
    {Term::kRequire,
     "require required requires requiere must need needs needed turn requis "
     "requise obligatoire richiesta erforderlich requerida first 必要 需要 只"},
    {Term::kTls,
     "tls starttls ssl sslv3 encryption encrypted encrypt dane tlsa dnssec sts "
     "ciphers cipher mtasts 加密 暗号"},
    {Term::kTls, "certificate zertifikat"},
    {Term::kDns,
     "dns ptr rdns fcrdns mx resolve resolves resolved resolving resolver resolution "
     "dnsbl dnsbls rbl rbls spamhaus spamcop sorbs unresolvable nxdomain "
     "nameserver solve 逆引"},
    {Term::kReverse, "ptr rdns reverse inverse inversa inverso fcrdns 逆引"},
    {Term::kHelo, "helo ehlo helohost hello"},
    {Term::kSpf,
     "spf dkim dmarc arc domainkeys openspf unauthenticated spoof spoofed spoofing "
     "forged forgery forge"},
    {Term::kVerify,
     "verify verified verification validate validation unverified unverifyable "
     "unvalidated callout callback confirm check checks"},
    {Term::kLoop, "loop looped looping loops hops hop boucle schleife bucle 循环 ルー"},
    {Term::kContent,
     "content contents attachment attached file files header headers mime url "
     "urls subject extension body html pattern line lines characters contenu "
     "inhalt contenuto contenido anhang jointe jointes allegato allegati adjunto adjuntos 内容 "
     "附件"},
    {Term::kMalformed,
     "malformed line lines linefeed characters compliant rfc rfc2822 rfc5322 "
     "improper corrupt duplicate stray structure standards"},
    {Term::kPolicy,
     "policy policies politique richtlinie politica aup organization "
     "administrator"},
    {Term::kFilter, "filter filtered filters filtering scanner rule rules engine filtro"},
    {Term::kTemporary,
     "temporary temporaire temporaneo temporal vorubergehend vorberge vorueber "
     "transient tijdelijk 一時 暂时 临时"},
    {Term::kTry,
     "try trying retry reessayer ressayer essayer riprovare riprova versuchen "
     "intente intentelo tente resend"},
    {Term::kTry, "重试 重試 再送"},
    {Term::kLater,
     "later again tard tardi spater spter spaeter erneut tarde minutes 稍后 稍後 "
     "しば"},
    {Term::kBusy,
     "busy overloaded load maintenance overlast shutting down unavailable occupe "
     "beschaftigt 繁忙"},
    {Term::kError,
     "error errors failure fail fails failed trouble problem problems erreur "
     "errore fehler erro crash misconfig エラ 错误"},
    {Term::kInternal,
     "internal process processed processing service server queue database "
     "daemon milter drd mdb data write interne interno 系统"},
    {Term::kCommand,
     "command commands sequence syntax protocol parameter argument pipelining "
     "greeting unrecognized synchronization kommando commande"},
    {Term::kTimeout, "timeout timed faster expiration reconnect"},
    {Term::kQueue, "queue attempts expired expire deliver delivered delivery expiration"},
    {Term::kSending, "sending send sends submission submit outbound envoi invio versand"},
    {Term::kProtect, "protect protected protecting reduce prevent fight combat avoid"},
    {Term::kGroup, "mailing group post posts posting mailinglist members nonmember"},
    {Term::kGrey, "greylist graylist grey grise grigia gris"},
    {Term::kUser, "пользова получате адресат адресата абонент абонента"},
    {Term::kMailbox, "ящик ящика ящику ящике учетная учетной учетную аккаунт аккаунта"},
    {Term::kAddress, "адрес адреса адресу адресе"},
    {Term::kMail, "сообщени письмо письма письму писем почта почту почты"},
    {Term::kSender, "отправит"},
    {Term::kDomain, "домен домена домену домене"},
    {Term::kHost, "сервер сервера сервером сервере хост хоста узел узла"},
    {Term::kConnection, "соединен подключе"},
    {Term::kYour, "ваш ваша ваше ваши вашего вашей вашему ваших"},
    {Term::kNot, "не нет нельзя отсутств невозмож недостат"},
    {Term::kExist, "найден найдена найдено найти существу зарегист"},
    {Term::kUnknown, "неизвест несущест недоступ"},
    {Term::kInvalid, "неверный неверная неверное неверно некоррек недопуст недейств"},
    {Term::kFull, "переполн заполнен"},
    {Term::kQuota, "квота квоты квоту места место простран"},
    {Term::kSystem, "диск диска диске"},
    {Term::kExceed, "превышен превышае превысил исчерпан"},
    {Term::kLimit, "лимит лимита лимиту лимитов ограниче"},
    {Term::kDisabled,
     "отключен выключен приостан удален удалена удалено закрыт закрыта неактиве неактивн"},
    {Term::kBlock, "заблокир блокиров"},
    {Term::kReject, "отклонен отклоняе отвергну отказано отказ запрещен"},
    {Term::kAccept, "принимае принимаю принято принят разрешен"},
    {Term::kSize, "размер размера большое большой велико велик объем"},
    {Term::kToo, "слишком"},
    {Term::kMany, "много"},
    {Term::kRate, "часто частота час минуту сутки"},
    {Term::kSpam, "спам спама спамом спамер"},
    {Term::kVirus, "вирус вируса вирусы вирусом зараженн вредонос"},
    {Term::kBlocklist, "черный черном черного"},
    {Term::kList, "список списке списка"},
    {Term::kReputation, "репутаци подозрит"},
    {Term::kRelay, "ретрансл пересылк"},
    {Term::kAuth, "аутентиф авториза пароль пароля логин логина"},
    {Term::kRequire, "требуетс необходи нужна нужно"},
    {Term::kTls, "шифрован сертифик"},
    {Term::kDns, "обратная обратной обратную"},
    {Term::kReverse, "обратная обратной обратную"},
    {Term::kVerify, "проверка проверки проверку проверит"},
    {Term::kLoop, "петля петли зациклив"},
    {Term::kContent, "вложение вложения вложений содержим заголово файл файла файлов"},
    {Term::kPolicy, "политика политики политике политико"},
    {Term::kFilter, "фильтр фильтра фильтром"},
    {Term::kTemporary, "временно временна временны"},
    {Term::kTry, "попробуй повторит попытайт"},
    {Term::kLater, "позже позднее снова"},
    {Term::kBusy, "занят перегруж недоступ"},
    {Term::kError, "ошибка ошибки ошибку сбой"},
    {Term::kInternal, "внутренн"},
    {Term::kCommand, "команда команды команду синтакси"},
    {Term::kQueue, "очередь очереди"},
    {Term::kGrey, "серый сером серого"},
});

}  // namespace maillog::internal
