// Mailboxes: POP3, IMAP, sessions and how long they are, logins, local delivery and Sieve.
import {bars, heat, lines, stat} from '../lib/panels.mjs';
import {buckets, mean, perMinute, perSecond, quantile, total} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';

const SESSIONS = 'maillog_mailbox_sessions_total';
const SECONDS = 'maillog_mailbox_session_seconds';
const AUTH = 'maillog_auth_attempts_total';
const BOXES = 'protocol=~"pop3|imap|managesieve|submission"';

/** @type {import('../lib/dashboard.mjs').Description} */
export const mailboxes = {
  uid: 'maillog-mailboxes',
  title: t('Mail / Mailboxes', 'メール / メールボックス'),
  description: t('POP3 and IMAP sessions and their length, messages and bytes; logins; local delivery and Sieve.', 'POP3 と IMAP のセッションとその長さ、通数、バイト数。ログイン、ローカル配送、Sieve。'),
  rows: [
    {
      title: t('At a glance (selected time range)', 'ひと目で (選択した期間)'),
      panels: [
        stat(t('Sessions', 'セッション'), t('Sessions that ended after a login.', 'ログイン後に終わったセッション。'), 'short', total('', SESSIONS), {w: 4}),
        stat(t('Logins', 'ログイン成功'), t('Successful logins of mailbox protocols.', 'メールボックスのプロトコルのログイン成功。'), 'short', total('', AUTH, `result="success", ${BOXES}`), {w: 4}),
        stat(t('Failed logins', 'ログイン失敗'), t('Failed logins of mailbox protocols.', 'メールボックスのプロトコルのログイン失敗。'), 'short', total('', AUTH, `result="failure", ${BOXES}`), {w: 4}),
        stat(t('Fetched over POP3', 'POP3 の取り出し'), t('Messages fetched with RETR.', 'RETR で取り出されたメール。'), 'short', total('', 'maillog_pop3_retrieved_messages_total'), {w: 4}),
        stat(t('Sent to IMAP clients', 'IMAP の送出量'), t('Bytes sent in IMAP sessions.', 'IMAP セッションで送られたバイト数。'), 'bytes', total('', 'maillog_imap_bytes_total', 'direction="out"'), {w: 4}),
        stat(t('Delivered locally', 'ローカル配送'), t("Messages saved or stored by Dovecot's delivery agents.", 'Dovecot の配送エージェントが保存したメール。'), 'short', total('', 'maillog_lda_actions_total', 'action=~"saved|stored"'), {w: 4}),
      ],
    },
    {
      title: t('Sessions and logins', 'セッションとログイン'),
      panels: [
        lines(t('Sessions by protocol', 'プロトコルごとのセッション'), t('Ended per minute.', '1 分あたりに終わったセッション。'), 'cpm',
          [[perMinute('protocol', SESSIONS), '{{protocol}}']], {w: 8}),
        lines(t('How sessions end', 'セッションの終わり方'), t('Per minute.', '1 分あたり。'), 'cpm', [[perMinute('end', SESSIONS), '{{end}}']], {w: 8}),
        lines(t('Logins by protocol', 'プロトコルごとのログイン'), t('Successful and failed, per minute.', '成功と失敗、1 分あたり。'), 'cpm',
          [[perMinute('protocol, result', AUTH, `${BOXES}, result=~"success|failure"`), '{{protocol}} {{result}}']], {w: 8}),
      ],
    },
    {
      title: t('How long sessions are', 'セッションの長さ'),
      panels: [
        lines(t('Length by protocol (p50, p95)', 'プロトコルごとの長さ (p50、p95)'), t('From login to the end: 50 and 95 of 100 sessions that ended were no longer. POP3 is over in seconds; if it takes longer, mailboxes are large or the storage is slow. IMAP stays open for as long as clients wait for new mail (IDLE): hours are ordinary, and seconds mean clients that are cut off or log in for each look (see How sessions end). Dovecot, where lines have session ids. Logarithmic axis.',
          'ログインから終わりまで。終わったセッション 100 のうち 50、95 が収まる長さです。POP3 は数秒で終わるもので、長くなったら、メールボックスが大きいかストレージが遅くなっています。IMAP は新着を待つ間 (IDLE) つながったままなので、数時間でも普通です。数秒なら、切断されているか、確認のたびにログインし直しています (「セッションの終わり方」を見ます)。行にセッション ID がある Dovecot だけ。対数目盛。'),
        's', [[quantile(0.5, 'protocol', SECONDS), '{{protocol}} p50'], [quantile(0.95, 'protocol', SECONDS), '{{protocol}} p95']], {w: 8, log: true}),
        heat(t('POP3, all buckets', 'POP3 の分布'), t('POP3 sessions by how long they were. If the whole band moves up, the storage or the line is slow; a second band at minutes is large mailboxes, or clients that leave mail on the server.',
          'POP3 のセッションを長さごとに。帯全体が上がったら、ストレージか回線が遅くなっています。数分のところにもう 1 本あれば、大きなメールボックスか、サーバーにメールを残すクライアントです。'),
        's', buckets(SECONDS, 'protocol="pop3"'), {w: 8}),
        heat(t('IMAP, all buckets', 'IMAP の分布'), t('IMAP sessions by how long they were. A sharp band at a few minutes is a firewall or NAT that drops idle connections: users see mail late, and each loss is a new login.',
          'IMAP のセッションを長さごとに。数分のところに細い帯があれば、ファイアウォールや NAT が待機中の接続を切っています。新着に気付くのが遅れ、切れるたびにログインし直すことになります。'),
        's', buckets(SECONDS, 'protocol="imap"'), {w: 8}),
      ],
    },
    {
      title: t('POP3', 'POP3'),
      panels: [
        lines(t('Messages', '通数'), t('Fetched, deleted, looked at with TOP; per minute.', '取り出し、削除、TOP。1 分あたり。'), 'mpm',
          [[perMinute('', 'maillog_pop3_retrieved_messages_total'), t('fetched', '取り出し')], [perMinute('', 'maillog_pop3_deleted_messages_total'), t('deleted', '削除')], [perMinute('', 'maillog_pop3_top_messages_total'), 'TOP']], {w: 8}),
        lines(t('Bytes', 'バイト数'), t('Fetched and looked at; deleted only where the log tells bytes (Dovecot 2.4).', '取り出しと TOP。削除はログにバイト数がある場合 (Dovecot 2.4) だけ。'), 'Bps',
          [[perSecond('', 'maillog_pop3_retrieved_bytes_total'), t('fetched', '取り出し')], [perSecond('', 'maillog_pop3_deleted_bytes_total'), t('deleted', '削除')], [perSecond('', 'maillog_pop3_top_bytes_total'), 'TOP']], {w: 8}),
        lines(t('Messages in a mailbox', 'メールボックスの通数'), t('Of the mailboxes that were looked at: mean, and 95 of 100 (Dovecot up to 2.3).', '開かれたメールボックスの平均と、100 のうち 95 が収まる値 (Dovecot 2.3 まで)。'), 'short',
          [[mean('', 'maillog_pop3_mailbox_messages'), t('mean', '平均')], [quantile(0.95, '', 'maillog_pop3_mailbox_messages'), 'p95']], {w: 8}),
        heat(t('Size of mailboxes', 'メールボックスの大きさ'), t('Of each session, at its end.', 'セッションの終わりの大きさの分布。'), 'bytes', buckets('maillog_pop3_mailbox_size_bytes'), {}),
        heat(t('Fetched in a session', '1 セッションの取り出し量'), t('Bytes sent for RETR in one session.', '1 セッションで RETR により送られたバイト数の分布。'), 'bytes', buckets('maillog_pop3_session_retrieved_bytes'), {}),
      ],
    },
    {
      title: t('IMAP', 'IMAP'),
      panels: [
        lines(t('Bytes', 'バイト数'), t('In and out, as the server counts them.', 'サーバーが数えた入出力。'), 'Bps',
          [[perSecond('direction', 'maillog_imap_bytes_total'), '{{direction}}']], {}),
        lines(t('Messages', 'メールの操作'), t('What sessions did to messages, per minute.', 'セッションがメールに行った操作。1 分あたり。'), 'mpm',
          [[perMinute('action', 'maillog_imap_messages_total'), '{{action}}']], {}),
      ],
    },
    {
      title: t('Local delivery and Sieve', 'ローカル配送と Sieve'),
      panels: [
        lines(t('What became of the mail', '配送の結果'), t('Dovecot lmtp, lda and Sieve, per minute.', 'Dovecot の lmtp、lda、Sieve。1 分あたり。'), 'mpm',
          [[perMinute('action', 'maillog_lda_actions_total'), '{{action}}']],
          {colors: {saved: '#56a64b', stored: '#8ab8ff', failed: '#e02f44', rejected: '#ff9830'}}),
        bars(t('By agent (selected time range)', 'エージェントごと (選択した期間)'), t('Agent and action.', 'エージェントと処置。'), 'short',
          [`topk(12, ${total('agent, action', 'maillog_lda_actions_total')} >= 1)`, '{{agent}} {{action}}'], {}),
      ],
    },
  ],
};
