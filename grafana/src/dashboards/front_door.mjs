// Mail coming in: who connects and for how long, what is refused and why, TLS, logins, who guesses passwords, postscreen.
import {bars, heat, lines, rising, stat, table} from '../lib/panels.mjs';
import {buckets, perMinute, quantile, share, total} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';

const CONNECTIONS = 'maillog_smtp_connections_total';
const MESSAGES = 'maillog_smtp_messages_total';
const REJECTS = 'maillog_smtp_rejects_total';
const AUTH = 'maillog_auth_attempts_total';
const SECONDS = 'maillog_smtp_session_seconds';
const TLS = 'maillog_tls_connections_total';
const TLS_ERRORS = 'maillog_tls_errors_total';
const OLD_TLS = 'protocol=~"SSLv2|SSLv3|TLSv1|TLSv1.1"';

/** @type {import('../lib/dashboard.mjs').Description} */
export const frontDoor = {
  uid: 'maillog-front-door',
  title: t('Mail / Front door', 'メール / 受信口'),
  description: t('Connections and their length, rejects by stage and reason, TLS, logins, guessed passwords, postscreen.', '接続とその長さ、段階と理由ごとの拒否、TLS、ログイン、パスワードの推測、postscreen。'),
  rows: [
    {
      title: t('At a glance (selected time range)', 'ひと目で (選択した期間)'),
      panels: [
        stat(t('Connections', '接続'), t('SMTP sessions begun by clients.', 'クライアントが始めた SMTP セッション。'), 'short', total('', CONNECTIONS), {w: 4}),
        stat(t('Messages', 'メール'), t('Messages begun over SMTP by clients, not those given back by filters.', 'SMTP で受け付けたメール。フィルターから戻ったものは含みません。'), 'short', total('', MESSAGES, 'origin=~"client|proxied"'), {w: 4}),
        stat(t('Rejects', '拒否'), t('Clients, senders, recipients or mail refused.', '断った接続、送信者、宛先、メール。'), 'short', total('', REJECTS), {w: 4}),
        stat(t('Failed logins', 'ログイン失敗'), t('Authentication failures of all protocols.', 'すべてのプロトコルの認証失敗。'), 'short', total('', AUTH, 'result="failure"'), {w: 4}),
        stat(t('TLS handshakes that failed', 'TLS ハンドシェイク失敗'), t('Of all inbound and outbound handshakes.', '受信・送信のハンドシェイク全体のうち失敗した割合。'), 'percentunit',
          `(${total('', TLS_ERRORS)} or vector(0)) / ((${total('', TLS_ERRORS)} or vector(0)) + ${total('', TLS)} > 0)`, {w: 4, steps: rising(0.05, 0.2), decimals: 1}),
        stat(t('Old TLS', '古い TLS'), t('Sessions with TLS 1.1 or older, of all TLS sessions.', 'TLS 1.1 以前のセッションの割合。'), 'percentunit',
          share(`(${total('', TLS, OLD_TLS)} or vector(0))`, total('', TLS)), {w: 4, steps: rising(0.01, 0.1), decimals: 1}),
      ],
    },
    {
      title: t('Who comes in', '接続とメール'),
      panels: [
        lines(t('Connections by listener', '待ち受けごとの接続'), t('SMTP sessions per minute; smtpd without a name of its own has none.', '1 分あたりの SMTP セッション。名前のない待ち受けは空になります。'), 'cpm',
          [[perMinute('listener', CONNECTIONS), 'smtpd {{listener}}']], {w: 8}),
        lines(t('Messages by origin', '出所ごとのメール'), t('Per minute. client: from outside; proxied: passed to a filter before the queue; reinjected: back from one; pickup: sendmail on this host.',
          '1 分あたり。client: 外から、proxied: キュー前のフィルターへ、reinjected: フィルターから戻ったもの、pickup: このホストの sendmail。'), 'mpm',
        [[perMinute('origin', MESSAGES, 'origin!=""'), '{{origin}}'], [perMinute('via', 'maillog_messages_submitted_total'), '{{via}}']], {w: 8}),
        lines(t('Recipients', '宛先 (RCPT)'), t('RCPT commands per minute, accepted and rejected.', '1 分あたりの RCPT コマンド。受理と拒否。'), 'cpm',
          [[perMinute('result', 'maillog_smtp_commands_total', 'command="rcpt", result!=""'), '{{result}}']], {w: 8, stacked: true}),
        lines(t('Sessions that ended badly', '異常に終わったセッション'), t('Lost, timed out, cut off for errors; per minute.', '切断、タイムアウト、エラー過多など。1 分あたり。'), 'cpm',
          [[perMinute('kind', 'maillog_smtp_lost_connections_total', 'kind!=""'), '{{kind}}']], {w: 8}),
        lines(t('Limits exceeded', '制限の超過'), t('Clients over a limit of connections, messages or recipients; per minute.', '接続数、メール数、宛先数などの制限を超えたクライアント。1 分あたり。'), 'cpm',
          [[perMinute('limit', 'maillog_smtp_rate_limits_total'), '{{limit}}']], {w: 8}),
        lines(t('Clients with wrong DNS', 'DNS の合わないクライアント'), t('Host name and address do not confirm each other; per minute.', 'ホスト名とアドレスが互いに一致しない接続。1 分あたり。'), 'cpm',
          [[perMinute('listener', 'maillog_smtp_client_dns_failures_total'), 'smtpd {{listener}}']], {w: 8}),
      ],
    },
    {
      title: t('How long SMTP sessions take', 'SMTP セッションの長さ'),
      panels: [
        lines(t('Length by listener (p50, p95)', '待ち受けごとの長さ (p50、p95)'), t('From connect to disconnect: 50 and 95 of 100 sessions were no longer. If the median rises, the server is slow to answer: look at DNS, milters and policy services. If only p95 does, clients are kept waiting, or hold sessions open until smtpd_timeout (300 s). Postfix, and PMailServer where its lines have threads; as exact as the stamps of the log. Logarithmic axis.',
          '接続から切断まで。100 のうち 50、95 のセッションが収まる長さです。中央値が上がったら、サーバーの応答が遅くなっています (DNS、milter、ポリシーサービスを確かめます)。p95 だけなら、一部のクライアントが待たされているか、smtpd_timeout (300 秒) までつないだままにしています。Postfix と、行にスレッドがある PMailServer。精度はログの時刻によります。対数目盛。'),
        's', [[quantile(0.5, 'listener', SECONDS), 'smtpd {{listener}} p50'], [quantile(0.95, 'listener', SECONDS), 'smtpd {{listener}} p95']], {log: true}),
        heat(t('Length, all buckets', '長さの分布'), t('SMTP sessions by how long they were. A band at 300 s is clients that go away without a word, or are held up until a limit; one at a few seconds is postscreen or a milter that makes clients wait.',
          'SMTP セッションを長さごとに。300 秒の帯は、黙っていなくなるか時間切れまで待たされるクライアント、数秒の帯は、クライアントを待たせる postscreen や milter です。'),
        's', buckets(SECONDS)),
      ],
    },
    {
      title: t('What is refused', '拒否'),
      panels: [
        lines(t('Rejects by stage', '段階ごとの拒否'), t('At which command, per minute.', 'どのコマンドで断ったか。1 分あたり。'), 'cpm',
          [[perMinute('stage', REJECTS, 'stage!=""'), '{{stage}}']], {stacked: true}),
        lines(t('Rejects by reason', '理由ごとの拒否'), t('Per minute; the ten most frequent.', '1 分あたり。多いものから 10 件。'), 'cpm',
          [[`topk(10, ${perMinute('reason', REJECTS, 'reason!=""')} > 0)`, '{{reason}}']], {stacked: true}),
        table(t('Rejects (selected time range)', '拒否 (選択した期間)'), t('By reason, code and stage; the twenty most frequent.', '理由、応答コード、段階ごと。多いものから 20 件。'), 'short',
          `topk(20, ${total('reason, code, stage', REJECTS, 'reason!=""')} >= 1)`,
          [['reason', t('Reason', '理由')], ['code', t('Code', 'コード')], ['stage', t('Stage', '段階')]], t('Rejects', '拒否'), {h: 9}),
        lines(t('Actions that did not reject', '拒否以外の処置'), t('Access tables, header and body checks, milters: warn, hold, discard, filter, redirect, …; per minute.', 'アクセス表、header/body checks、milter による warn、hold、discard、filter、redirect など。1 分あたり。'), 'cpm',
          [[perMinute('action', 'maillog_smtp_actions_total'), '{{action}}']], {h: 9}),
        lines(t('postscreen', 'postscreen'), t('What postscreen saw clients do, per minute.', 'postscreen が見たクライアントの動き。1 分あたり。'), 'cpm',
          [[perMinute('event', 'maillog_postscreen_events_total'), '{{event}}']], {}),
        lines(t('Block lists', 'ブロックリスト'), t('Answers about clients, per minute; dnsblog names only those that are listed.', 'クライアントについての DNS ブロックリストの回答。1 分あたり。dnsblog は登録されていたものだけを記録します。'), 'cpm',
          [[perMinute('server, result', 'maillog_dnsbl_lookups_total'), '{{server}} {{result}}']], {}),
      ],
    },
    {
      title: t('Logins', 'ログイン'),
      panels: [
        lines(t('Logins by result', 'ログインの成否'), t('All protocols, per minute.', 'すべてのプロトコル、1 分あたり。'), 'cpm',
          [[perMinute('result', AUTH), '{{result}}']], {w: 8}),
        lines(t('Failures by protocol', 'プロトコルごとの失敗'), t('Failed logins per minute.', '1 分あたりのログイン失敗。'), 'cpm',
          [[perMinute('protocol', AUTH, 'result="failure"'), '{{protocol}}']], {w: 8}),
        lines(t('Failures by method', '方式ごとの失敗'), t('Failed logins per minute by SASL method.', '1 分あたりのログイン失敗を SASL の方式ごとに。'), 'cpm',
          [[perMinute('method', AUTH, 'result="failure", method!=""'), '{{method}}']], {w: 8}),
        bars(t('Failures by listener (selected time range)', '待ち受けごとの失敗 (選択した期間)'), t('Where passwords are tried.', 'どこでパスワードが試されているか。'), 'short',
          [`topk(12, ${total('protocol, listener', AUTH, 'result="failure"')} >= 1)`, '{{protocol}} {{listener}}'], {h: 7}),
        bars(t('Messages by login method (selected time range)', 'ログイン方式ごとのメール (選択した期間)'), t('Messages begun after a login, by SASL method.', 'ログイン後に送られたメールを SASL の方式ごとに。'), 'short',
          [`topk(12, ${total('sasl_method', MESSAGES, 'sasl_method!=""')} >= 1)`, '{{sasl_method}}'], {h: 7}),
      ],
    },
    {
      title: t('Who guesses passwords (sliding windows of an hour and a day)', 'パスワードの推測 (直近の 1 時間と 1 日)'),
      panels: [
        lines(t('Clients that failed to log in', '失敗したクライアントの数'), t('Different client addresses, about so many, by source (of several instances the one with the most: they cannot be added up). Some scattered guessing is always there. If the hour rises to several times its usual, many hosts guess together, and limits per address do not help: docs/runbooks/MaillogLoginManyClients.md. Which ones: maillog_exporter top failures --from=1h --most=30.',
          'ログインに失敗した異なるアドレスの数 (概数) をソースごとに (インスタンスどうしは足せないので、最も多いもの)。散発的な推測はいつもあります。1 時間の値がふだんの何倍にもなったら、多数のホストが手分けして試していて、アドレスごとの制限は効きません: docs/runbooks/ja/MaillogLoginManyClients.md。どれかは maillog_exporter top failures --from=1h --most=30。'),
        'short', [['max by (source, window) (maillog_auth_failed_clients)', '{{source}} {{window}}']], {w: 8}),
        lines(t('User names tried', '試されたユーザー名の数'), t('Different user names, about so many, with which logins failed, by source; as far as the log names them. Many names: a list of common ones, or of addresses, is tried. Few names and many clients: somebody wants these accounts. maillog_exporter top failures --from=1h names them.',
          '失敗したログインに使われた異なるユーザー名の数 (概数) をソースごとに。ログに名前があるものだけです。多ければ、よくある名前やアドレスの一覧が試されています。クライアントが多いのに名前が少なければ、その利用者が狙われています。名前は maillog_exporter top failures --from=1h でわかります。'),
        'short', [['max by (source, window) (maillog_auth_failed_users)', '{{source}} {{window}}']], {w: 8}),
        lines(t('Failures of the busiest client', '最も多く失敗したクライアントの回数'), t('Failed logins of the one client that had the most, by source. A level line of days is a device with an old password; a cliff is a guesser: docs/runbooks/MaillogLoginBruteForce.md. Low, while many clients fail: the guessing is spread out. Who it is: maillog_exporter top failures --from=1h.',
          '最も多く失敗した 1 つのクライアントの失敗回数をソースごとに。何日も平らなら、古いパスワードが残った端末です。急に上がったら推測です: docs/runbooks/ja/MaillogLoginBruteForce.md。失敗したクライアントが多いのにこれが低ければ、手分けして試されています。どれかは maillog_exporter top failures --from=1h。'),
        'short', [['max by (source, window) (maillog_top_auth_failures)', '{{source}} {{window}}']], {w: 8}),
      ],
    },
    {
      title: t('TLS', 'TLS'),
      panels: [
        lines(t('Sessions by protocol', 'プロトコルごとのセッション'), t('TLS sessions per minute.', '1 分あたりの TLS セッション。'), 'cpm',
          [[perMinute('direction, protocol', TLS, 'protocol!=""'), '{{direction}} {{protocol}}']], {w: 8}),
        lines(t('Handshakes that failed', 'ハンドシェイク失敗'), t('Per minute.', '1 分あたり。'), 'cpm',
          [[perMinute('direction', TLS_ERRORS), '{{direction}}']], {w: 8}),
        lines(t('Trust of the other side', '相手の証明書の検証'), t('Outbound and inbound sessions per minute by what is known of the certificate.', '証明書の検証結果ごとのセッション。1 分あたり。'), 'cpm',
          [[perMinute('direction, trust', TLS, 'trust!=""'), '{{direction}} {{trust}}']], {w: 8}),
        table(t('Ciphers (selected time range)', '暗号スイート (選択した期間)'), t('Sessions by direction, protocol and cipher.', '向き、プロトコル、暗号スイートごとのセッション。'), 'short',
          `topk(20, ${total('direction, protocol, cipher', TLS, 'protocol!=""')} >= 1)`,
          [['direction', t('Direction', '向き')], ['protocol', t('Protocol', 'プロトコル')], ['cipher', t('Cipher', '暗号スイート')]], t('Sessions', 'セッション'), {w: 24}),
      ],
    },
  ],
};
