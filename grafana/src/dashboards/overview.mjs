// What is wrong, in ten seconds.
import {bars, falling, heat, lines, rising, stat, table} from '../lib/panels.mjs';
import {REAL, buckets, perMinute, quantile, share, total, weekAgo} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';

const DELIVERIES = 'maillog_deliveries_total';
const DELAY = 'maillog_delivery_delay_seconds';
const SENT = `status="sent", ${REAL}`;
const WEEK = t('a week ago', '1 週間前');

const sent = perMinute('', DELIVERIES, SENT);
const messages = perMinute('', 'maillog_smtp_messages_total', 'origin=~"client|proxied"');

/** @type {import('../lib/dashboard.mjs').Description} */
export const overview = {
  uid: 'maillog-overview',
  title: t('Mail / Overview', 'メール / 概要'),
  description: t('Mail in and out, what goes wrong with it, and what fires, from the logs of the mail servers.',
    'メールサーバーのログから見た、メールの出入り、配送の問題、発報中のアラートです。'),
  rows: [
    {
      title: t('At a glance (selected time range)', 'ひと目で (選択した期間)'),
      panels: [
        stat(t('Sent', '送信'), t('Recipients delivered to: remote hosts, sockets and local mailboxes.',
          '配送できた宛先の数。ほかのホスト、ソケット、ローカルのメールボックスへの配送です。'),
        'short', total('', DELIVERIES, SENT), {link: 'maillog-delivery'}),
        stat(t('Success ratio', '成功率'), t('Delivered of all that got a final answer: sent / (sent + bounced). Deferred mail is not final.',
          '結果が確定したもののうち配送できた割合: sent / (sent + bounced)。遅延中 (deferred) は含みません。'),
        'percentunit', share(total('', DELIVERIES, SENT), total('', DELIVERIES, `status=~"sent|bounced", ${REAL}`)),
        {steps: falling(0.9, 0.97), decimals: 1, link: 'maillog-delivery'}),
        stat(t('Deferred', '遅延 (deferred)'), t('Attempts put off to a later retry; one mail may be deferred many times.',
          '一時エラーで再送待ちになった試行の数。1 通が何度も遅延になることがあります。'),
        'short', total('', DELIVERIES, `status="deferred", ${REAL}`), {link: 'maillog-delivery'}),
        stat(t('Bounced', '不達 (bounced)'), t('Recipients given up.', '配送をあきらめた宛先の数。'),
          'short', total('', DELIVERIES, `status="bounced", ${REAL}`), {link: 'maillog-delivery'}),
        stat(t('Rejected at the door', '受信拒否'), t('Clients, senders, recipients and mail that the servers refused.',
          'サーバーが断った接続、送信者、宛先、メールの数。'),
        'short', total('', 'maillog_smtp_rejects_total'), {link: 'maillog-front-door'}),
        stat(t('Failed logins', 'ログイン失敗'), t('Failed authentications over SMTP, POP3, IMAP and others.',
          'SMTP、POP3、IMAP などの認証失敗の数。'),
        'short', total('', 'maillog_auth_attempts_total', 'result="failure"'), {link: 'maillog-front-door'}),
        stat(t('Errors in the log', 'ログのエラー'), t('Lines of level error, fatal and panic.', 'error、fatal、panic の行の数。'),
          'short', total('', 'maillog_log_problems_total', 'level=~"error|fatal|panic"'), {steps: rising(1, 20), link: 'maillog-exporter'}),
        stat(t('Logs readable', 'ログの読み取り'), t('The worst source: 1 if every log can be read.', '最も悪いソースの値。すべてのログを読めていれば 1。'),
          'bool_yes_no', 'min(maillog_source_up)', {steps: falling(1, 1), link: 'maillog-exporter'}),
      ],
    },
    {
      title: t('Flow', '流量'),
      panels: [
        table(t('Firing alerts', '発報中のアラート'), t('Alerts of alerts.yml that fire now; empty is good. Needs the rules loaded in this Prometheus.',
          'alerts.yml のうち、いま発報しているもの。空なら正常です。この Prometheus にルールを読み込んでおく必要があります。'),
        'short', 'count by (severity, alertname, instance) (ALERTS{alertname=~"Maillog.*", alertstate="firing"})',
        [['severity', t('Severity', '重要度')], ['alertname', t('Alert', 'アラート')], ['instance', t('Instance', 'インスタンス')]],
        t('Firing', '件数'), {w: 8}),
        lines(t('Mail out', '送信'), t('Recipients delivered to per minute, and the same time a week ago.', '1 分あたりに配送できた宛先の数と、1 週間前の同じ時刻の値。'),
          'cpm', [[sent, t('sent', '送信')], [weekAgo(sent), WEEK]], {w: 8, dashed: WEEK, link: 'maillog-mails'}),
        lines(t('Mail in', '受信'), t('Messages begun over SMTP per minute, and the same time a week ago.', '1 分あたりに SMTP で受け付けたメールの数と、1 週間前の同じ時刻の値。'),
          'mpm', [[messages, t('received', '受信')], [weekAgo(messages), WEEK]], {w: 8, dashed: WEEK, link: 'maillog-mails'}),
        lines(t('Deliveries by status', '配送結果'), t('Attempts per minute to real destinations and those that reached no host, by what became of them.',
          '1 分あたりの配送の試行を結果ごとに。フィルターへの受け渡し (loopback) は除きます。'),
        'cpm', [[perMinute('status', DELIVERIES, `status=~"sent|deferred|bounced", ${REAL}`), '{{status}}']], {stacked: true}),
        lines(t('Rejects by reason', '受信拒否の理由'), t('Refused per minute; the ten most frequent reasons.', '1 分あたりの拒否を理由ごとに。多いものから 10 件。'),
          'cpm', [[`topk(10, ${perMinute('reason', 'maillog_smtp_rejects_total', 'reason!=""')} > 0)`, '{{reason}}']], {stacked: true}),
      ],
    },
    {
      title: t('Why', '理由'),
      panels: [
        bars(t('Why deferred', '遅延の理由'), t('Deferred attempts in the time range by reason; the ten most frequent.', '期間中に遅延になった試行を理由ごとに。多いものから 10 件。'),
          'short', [`topk(10, ${total('reason', 'maillog_delivery_reasons_total', 'status="deferred", reason!=""')} >= 1)`, '{{reason}}'],
          {steps: [{value: null, color: '#f2cc0c'}]}),
        bars(t('Why bounced', '不達の理由'), t('Bounced recipients in the time range by reason; the ten most frequent.', '期間中に不達になった宛先を理由ごとに。多いものから 10 件。'),
          'short', [`topk(10, ${total('reason', 'maillog_delivery_reasons_total', 'status="bounced", reason!=""')} >= 1)`, '{{reason}}'],
          {steps: [{value: null, color: '#e02f44'}]}),
      ],
    },
    {
      title: t('How long delivery takes', '配送にかかる時間'),
      panels: [
        lines(t('Delay of sent mail', '送信できたメールの所要時間'), t('From arrival to delivery, for 50, 95 and 99 of 100 recipients. Logarithmic axis.',
          '受け付けから配送までの時間。宛先 100 のうち 50、95、99 が収まる値です。対数目盛。'),
        's', [[quantile(0.5, '', DELAY, SENT), 'p50'], [quantile(0.95, '', DELAY, SENT), 'p95'], [quantile(0.99, '', DELAY, SENT), 'p99']], {log: true}),
        lines(t('Where the time goes (p95)', '時間の内訳 (p95)'), t('The four parts of the delay: before the queue, in it, setting up the connection, transmission.',
          '所要時間の 4 つの段階: キューに入るまで、キューの中、接続、転送。'),
        's', [[quantile(0.95, 'phase', 'maillog_delivery_phase_seconds', SENT), '{{phase}}']], {log: true}),
        heat(t('Delay, all buckets', '所要時間の分布'), t('Recipients delivered to, by how long it took.', '配送できた宛先の数を、かかった時間ごとに。'),
          's', buckets(DELAY, SENT), {w: 24, h: 9}),
      ],
    },
  ],
};
