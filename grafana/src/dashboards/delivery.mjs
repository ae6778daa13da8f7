// Mail going out: who delivers, where to, what the answer is, and how long it takes.
import {bars, falling, heat, lines, rising, stat, table} from '../lib/panels.mjs';
import {REAL, buckets, mean, perMinute, quantile, share, total} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';

const DELIVERIES = 'maillog_deliveries_total';
const REASONS = 'maillog_delivery_reasons_total';
const POLICIES = 'maillog_delivery_policies_total';
const RECEIVERS = 'maillog_delivery_receivers_total';
const DELAY = 'maillog_delivery_delay_seconds';
const PHASE = 'maillog_delivery_phase_seconds';
const SENT = `status="sent", ${REAL}`;
const TRIED = 'status=~"sent|deferred|bounced"';

/** @type {[string, import('../lib/text.mjs').Text, import('../lib/text.mjs').Text][]} */
const PHASES = [
  ['before_queue', t('Before the queue', 'キューに入るまで'), t('From arrival until the queue manager has it (the a of delays=a/b/c/d): slow clients, content filters, milters.',
    '受け付けからキューマネージャーに渡るまで (delays=a/b/c/d の a)。遅いクライアント、フィルター、milter の時間です。')],
  ['in_queue', t('In the queue', 'キューの中'), t('Waiting in the queue (b): too few delivery processes, or a slow destination in front.',
    'キューで待った時間 (b)。配送プロセスの不足や、前にある遅い宛先が原因です。')],
  ['connection', t('Setting up the connection', '接続'), t('DNS, connecting, greeting, TLS (c): a slow resolver, or a receiver that does not answer.',
    'DNS、接続、応答、TLS (c)。遅いリゾルバーや、応答しない相手が原因です。')],
  ['transmission', t('Transmission', '転送'), t('Sending the mail and waiting for the answer (d): large mail, slow lines, receivers that check while one waits.',
    'メールを送り応答を待つ時間 (d)。大きなメール、遅い回線、受信側の検査が原因です。')],
];

/** @type {import('../lib/dashboard.mjs').Description} */
export const delivery = {
  uid: 'maillog-delivery',
  title: t('Mail / Delivery', 'メール / 配送'),
  description: t('Delivery attempts: agents, transports, next hops, receivers, status codes, reasons and phases.',
    '配送の試行: エージェント、transport、転送先の種類、受信側の事業者、ステータスコード、理由、段階。'),
  rows: [
    {
      title: t('At a glance (selected time range)', 'ひと目で (選択した期間)'),
      panels: [
        stat(t('Sent', '送信'), t('Recipients delivered to.', '配送できた宛先の数。'), 'short', total('', DELIVERIES, SENT), {w: 4}),
        stat(t('Success ratio', '成功率'), t('sent / (sent + bounced), of real destinations.', 'sent / (sent + bounced)。本当の行き先だけ。'), 'percentunit',
          share(total('', DELIVERIES, SENT), total('', DELIVERIES, `status=~"sent|bounced", ${REAL}`)), {w: 4, steps: falling(0.9, 0.97), decimals: 1}),
        stat(t('Deferred ratio', '遅延率'), t('Attempts that were deferred, of all attempts to real destinations.', '本当の行き先への試行のうち、遅延になった割合。'), 'percentunit',
          share(total('', DELIVERIES, `status="deferred", ${REAL}`), total('', DELIVERIES, `${TRIED}, ${REAL}`)), {w: 4, steps: rising(0.1, 0.3), decimals: 1}),
        stat(t('Connections that failed', '接続の失敗'), t('Connections to other mail servers that could not be made or were lost.', 'ほかのメールサーバーへの接続の失敗と切断。'), 'short',
          total('', 'maillog_connection_failures_total'), {w: 4}),
        stat(t('Given up after retries', '期限切れ'), t('Messages returned to their sender after too long a time in the queue.', 'キューでの保管期限が過ぎ、送信者に戻されたメール。'), 'short',
          total('', 'maillog_queue_expired_total'), {w: 4, steps: rising(1, 50)}),
        stat(t('Retries per message', '1 通あたりの配送回数'), t('How often a message entered the active queue until it left the queue; 1 is the best.',
          'キューを出るまでにアクティブキューに入った回数。1 が最良です。'), 'short',
        share(total('', 'maillog_queue_activations_total'), total('', 'maillog_queue_removed_total')), {w: 4, steps: rising(2, 5), decimals: 2}),
      ],
    },
    {
      title: t('Attempts', '配送の試行'),
      panels: [
        lines(t('By status', '結果ごと'), t('Attempts per minute to real destinations.', '本当の行き先への 1 分あたりの試行。'), 'cpm',
          [[perMinute('status', DELIVERIES, `${TRIED}, ${REAL}`), '{{status}}']], {w: 8, stacked: true}),
        lines(t('By agent', '配送エージェントごと'), t('Attempts per minute by delivery agent (smtp, lmtp, local, virtual, pipe, …).', '1 分あたりの試行を配送エージェント (smtp、lmtp、local、virtual、pipe など) ごとに。'), 'cpm',
          [[perMinute('agent', DELIVERIES), '{{agent}}']], {w: 8}),
        lines(t('By transport', 'transport ごと'), t('Attempts per minute by the name of the service in master.cf; of pipe, by its relay.', '1 分あたりの試行を master.cf のサービス名ごとに (pipe は relay= の名前)。'), 'cpm',
          [[perMinute('transport', DELIVERIES, 'transport!=""'), '{{transport}}']], {w: 8}),
        lines(t('By next hop', '転送先の種類ごと'), t('Attempts per minute by where they went: remote, socket and local are destinations, loopback is a filter on the same host, none reached no host.',
          '1 分あたりの試行を行き先ごとに。remote、socket、local は本当の行き先、loopback は同じホストのフィルター、none はどのホストにも届かなかったもの。'), 'cpm',
        [[perMinute('next_hop', DELIVERIES), '{{next_hop}}']], {w: 8}),
        lines(t('Attempts that reached no host', 'どのホストにも届かなかった試行'), t('Deferred or bounced per minute without any host: DNS, a refused connection, a destination put off.', 'DNS、接続拒否、抑制中の宛先などで、どのホストにも届かず遅延・不達になったもの。'), 'cpm',
          [[perMinute('agent, status', DELIVERIES, 'next_hop="none", status=~"deferred|bounced"'), '{{agent}} {{status}}']], {w: 8}),
        lines(t('Connections that failed', '接続の失敗'), t('Per minute, by reason.', '1 分あたりの数を理由ごとに。'), 'cpm',
          [[perMinute('reason', 'maillog_connection_failures_total'), '{{reason}}']], {w: 8}),
      ],
    },
    {
      title: t('Receivers', '受信側の事業者'),
      panels: [
        lines(t('Attempts by receiver', '事業者ごとの試行'), t("Per minute, by whose servers answered (from the relay's name).", '応答したサーバーの事業者ごとに、1 分あたりの試行。'), 'cpm',
          [[perMinute('receiver', RECEIVERS, TRIED), '{{receiver}}']], {}),
        lines(t('Share not accepted', '受け取られなかった割合'), t('Deferred or bounced, of all attempts at this receiver.', 'その事業者への試行のうち、遅延または不達になった割合。'), 'percentunit',
          [[share(perMinute('receiver', RECEIVERS, 'status=~"deferred|bounced"'), perMinute('receiver', RECEIVERS, TRIED)), '{{receiver}}']], {max: 1}),
        table(t('Receivers (selected time range)', '事業者 (選択した期間)'), t('Attempts by receiver and status.', '事業者と結果ごとの試行の数。'), 'short',
          `${total('receiver, status', RECEIVERS, TRIED)} >= 1`, [['receiver', t('Receiver', '事業者')], ['status', t('Status', '結果')]], t('Attempts', '試行'), {w: 24, h: 9}),
      ],
    },
    {
      title: t('Answers and reasons', '応答と理由'),
      panels: [
        lines(t('Reasons', '理由'), t('Deferred and bounced per minute; the ten most frequent reasons.', '遅延と不達を理由ごとに、1 分あたり。多いものから 10 件。'), 'cpm',
          [[`topk(10, ${perMinute('reason', REASONS, 'reason!=""')} > 0)`, '{{reason}}']], {}),
        lines(t('Status codes that are not 2.x', '2.x 以外のステータスコード'), t('Enhanced status codes (RFC 3463) per minute; the ten most frequent.', '拡張ステータスコード (RFC 3463)、1 分あたり。多いものから 10 件。'), 'cpm',
          [[`topk(10, ${perMinute('dsn', 'maillog_delivery_dsn_total', 'status=~"deferred|bounced", dsn!=""')} > 0)`, '{{dsn}}']], {}),
        lines(t('Refusals by policy', 'ポリシーごとの拒否'), t('Attempts refused per minute for a policy that the receiver or a block list names; the ten most frequent. What to do about each is in docs/policies.',
          '受信側やブロックリストが名指ししたポリシーによる拒否、1 分あたり。多いものから 10 件。対処は docs/policies にあります。'), 'cpm',
        [[`topk(10, ${perMinute('policy', POLICIES)} > 0)`, '{{policy}}']], {}),
        table(t('Refusals by policy (selected time range)', 'ポリシーごとの拒否 (選択した期間)'), t('By whom and for what mail was refused; the page in docs/policies has the name before the first _ of the policy.',
          '誰に、何を理由に断られたか。docs/policies のページ名は、ポリシーの最初の _ より前の部分です。'), 'short',
        `topk(30, ${total('policy, receiver, reason, status', POLICIES)} >= 1)`,
        [['policy', t('Policy', 'ポリシー')], ['receiver', t('Receiver', '事業者')], ['reason', t('Reason', '理由')], ['status', t('Status', '結果')]], t('Attempts', '試行'), {}),
        bars(t('Reasons (selected time range)', '理由 (選択した期間)'), t('By status and reason; the fifteen most frequent.', '結果と理由ごと。多いものから 15 件。'), 'short',
          [`topk(15, ${total('status, reason', REASONS, 'reason!=""')} >= 1)`, '{{status}} {{reason}}'], {h: 11}),
        table(t('Status codes (selected time range)', 'ステータスコード (選択した期間)'), t('Enhanced status codes by agent and status.', '拡張ステータスコードをエージェントと結果ごとに。'), 'short',
          `topk(30, ${total('dsn, status, agent', 'maillog_delivery_dsn_total', 'status=~"deferred|bounced"')} >= 1)`,
          [['dsn', t('Code', 'コード')], ['status', t('Status', '結果')], ['agent', t('Agent', 'エージェント')]], t('Attempts', '試行'), {h: 11}),
        lines(t('Notices', '通知'), t('Bounces, delay warnings and notices to postmaster per minute.', '不達通知、遅延通知、postmaster への通知、1 分あたり。'), 'cpm',
          [[perMinute('kind', 'maillog_bounce_notices_total'), '{{kind}}']], {}),
        lines(t('Classes of status codes', 'ステータスコードの級'), t('2 is success, 4 a failure for now, 5 for good; per minute.', '2 は成功、4 は一時的な失敗、5 は恒久的な失敗。1 分あたり。'), 'cpm',
          [[perMinute('dsn_class', DELIVERIES, 'dsn_class!=""'), '{{dsn_class}}']], {colors: {2: '#56a64b', 4: '#f2cc0c', 5: '#e02f44'}}),
      ],
    },
    {
      title: t('The queue', 'キュー'),
      panels: [
        lines(t('Into and out of the queue', 'キューの出入り'), t('Messages per minute that entered the active queue (again at each retry), left the queue, or expired.', 'アクティブキューに入った (再送のたびに数えます)、キューを出た、期限が切れたメール、1 分あたり。'), 'mpm',
          [[perMinute('', 'maillog_queue_activations_total'), t('activated', '配送開始')], [perMinute('', 'maillog_queue_removed_total'), t('left', '完了')], [perMinute('', 'maillog_queue_expired_total'), t('expired', '期限切れ')]], {w: 8}),
        heat(t('Message size', 'メールの大きさ'), t('Size at each entry into the active queue.', 'アクティブキューに入るときの大きさの分布。'), 'bytes', buckets('maillog_message_size_bytes'), {w: 8}),
        lines(t('Recipients per message', '1 通の宛先数'), t('Mean, and 99 of 100 messages.', '平均と、100 通のうち 99 通が収まる値。'), 'short',
          [[mean('', 'maillog_message_recipients'), t('mean', '平均')], [quantile(0.99, '', 'maillog_message_recipients'), 'p99']], {w: 8}),
        lines(t('What administrators did', '管理者の操作'), t('postsuper per minute: removed, held, released, requeued, expired.', 'postsuper による削除、保留、保留解除、再投入、期限切れ。1 分あたり。'), 'cpm',
          [[perMinute('action', 'maillog_queue_admin_total'), '{{action}}']], {w: 24, h: 6}),
      ],
    },
    {
      title: t('What lies in the queue (where it is read: --queue.showq)', 'キューの中身 (--queue.showq を付けた場合)'),
      panels: [
        lines(t('Messages', 'メールの数'), t('By queue, as last read.', 'キューごとの数。最後に読んだときの値です。'), 'short',
          [['sum by (queue) (maillog_queue_messages)', '{{queue}}']], {w: 8, stacked: true}),
        lines(t('Oldest message', '最も古いメール'), t('Time since its arrival. Mail to dead domains stays for days.', '受け付けからの時間。応答しないドメイン宛てのメールは何日も残ります。'), 's',
          [['max by (queue) (maillog_queue_oldest_seconds)', '{{queue}}']], {w: 8}),
        lines(t('Size', '大きさ'), t('Of the messages in each queue.', '各キューにあるメールの合計。'), 'bytes',
          [['sum by (queue) (maillog_queue_bytes)', '{{queue}}']], {w: 8, stacked: true}),
        bars(t('Why it waits now', 'いま待っている理由'), t('Recipients of deferred mail by reason and receiver; the fifteen most frequent.', '遅延中の宛先を理由と事業者ごとに。多いものから 15 件。'), 'short',
          ['topk(15, sum by (reason, receiver) (maillog_queue_deferred) > 0)', '{{reason}} {{receiver}}'], {h: 11}),
        table(t('Receivers by age', '事業者と経過時間'), t('Recipients in the queue, by receiver and by the age of the mail: at most so long, and longer than the column of qshape before it.', 'キューにある宛先を事業者と経過時間ごとに (qshape の区切り)。'), 'short',
          'sum by (receiver, age) (maillog_queue_recipients) > 0', [['receiver', t('Receiver', '事業者')], ['age', t('Age up to', '経過時間')]], t('Recipients', '宛先'), {h: 11}),
        lines(t('Age of the mail', 'メールの経過時間'), t('Recipients in the queue by the age of the mail; a hill that moves to older ages is an outage.', 'キューにある宛先を経過時間ごとに。山が古いほうへ動いていれば障害です。'), 'short',
          [['sum by (age) (maillog_queue_recipients)', '{{age}}']], {stacked: true}),
        lines(t('Age of these figures', 'この値の古さ'), t('Time since the queue was last read, and how long that took.', '最後にキューを読んでからの時間と、読むのにかかった時間。'), 's',
          [['time() - min by (syslog_name) (maillog_queue_last_success_timestamp_seconds)', '{{syslog_name}}'],
            ['max by (syslog_name) (maillog_queue_read_seconds)', t('{{syslog_name}}, to read', '{{syslog_name}} の読み取り')]], {w: 6, h: 9}),
        lines(t('Readings that failed', '読めなかった回数'), t('Per minute, by what went wrong.', '1 分あたりの回数を原因ごとに。'), 'cpm',
          [[perMinute('fault', 'maillog_queue_read_faults_total'), '{{fault}}']], {w: 6, h: 9}),
      ],
    },
    {
      title: t('How long it takes', '所要時間'),
      panels: [
        lines(t('Delay by agent (p95)', 'エージェントごとの所要時間 (p95)'), t('Sent mail: 95 of 100 recipients were faster.', '送信できたもの。宛先 100 のうち 95 がこれより速い値です。'), 's',
          [[quantile(0.95, 'agent', DELAY, SENT), '{{agent}}']], {log: true}),
        lines(t('Age of what is deferred', '遅延になったメールの経過時間'), t('Time since arrival at attempts that were deferred: the median is about the age of the waiting mail.', '遅延になった試行の、受け付けからの時間。中央値が、待っているメールの古さの目安になります。'), 's',
          [[quantile(0.5, '', DELAY, 'status="deferred"'), 'p50'], [quantile(0.95, '', DELAY, 'status="deferred"'), 'p95']], {log: true}),
        lines(t('Phases (mean)', '段階 (平均)'), t('Mean time of sent mail in each phase.', '送信できたメールの段階ごとの平均時間。'), 's',
          [[mean('phase', PHASE, SENT), '{{phase}}']], {stacked: true}),
        lines(t('Phases (p95)', '段階 (p95)'), t('95 of 100 recipients were faster in this phase.', '宛先 100 のうち 95 がこれより速い値です。'), 's',
          [[quantile(0.95, 'phase', PHASE, SENT), '{{phase}}']], {log: true}),
        ...PHASES.map(([phase, title, description]) =>
          heat(title, description, 's', buckets(PHASE, `phase="${phase}", ${SENT}`), {w: 12})),
      ],
    },
  ],
};
