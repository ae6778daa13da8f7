// Whole mails, each counted once: where they came from and went to, what became of them, how long it took.
import {BAD, GOOD, PAST, POOR, falling, heat, lines, rising, stat, table} from '../lib/panels.mjs';
import {buckets, mean, overall, perMinute, perSecond, quantile, share, sumPerMinute, total, weekAgo, within} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';

const MAILS = 'maillog_mails_total';
const SECONDS = 'maillog_mail_seconds';
const ATTEMPTS = 'maillog_mail_attempts';
const RECIPIENTS = 'maillog_mail_recipients';
const SIZE = 'maillog_mail_size_bytes';
const WAITING = 'maillog_mails_waiting';
const TOP = 'maillog_top_sender_recipients';
const DELIVERED = 'outcome="delivered"';
const ENDED = 'outcome!="forgotten"';
const WEEK = t('a week ago', '1 週間前');
const USER_A_WEEK_AGO = t('user, a week ago', 'user、1 週間前');

const OUTCOMES = {colors: {
  delivered: GOOD, partly: POOR, bounced: BAD, expired: '#8f3bb8', discarded: '#5794f2', removed_by_admin: '#8ab8ff', forgotten: PAST,
}};

/** @param {string} direction */
const delivered = (direction) =>
  share(total('', MAILS, `direction="${direction}", ${DELIVERED}`), total('', MAILS, `direction="${direction}", ${ENDED}`));

const outgoing = sumPerMinute(RECIPIENTS, 'direction=~"outgoing|relayed"');

/** @type {import('../lib/dashboard.mjs').Description} */
export const mails = {
  uid: 'maillog-mails',
  title: t('Mail / Whole mails', 'メール / 1 通ごと'),
  description: t('Whole mails of Postfix, each counted once when it leaves the queue, content filter and retries included: direction, outcome, time, attempts, recipients, size; how much the busiest sender sends; and those still in the queue.',
    'Postfix のメールを、キューを出たときに 1 通として数えたもの (コンテンツフィルターと再送を含む)。方向、結果、所要時間、試行回数、宛先数、大きさ、最も多く送った送信者の宛先数と、まだキューにあるメール。'),
  rows: [
    {
      title: t('At a glance (selected time range)', 'ひと目で (選択した期間)'),
      panels: [
        stat(t('Mails', 'メール'), t('Mails that left the queue, whatever became of them. One that passes through a content filter is one. For a report with names: maillog_exporter report.',
          'キューを出たメールの数 (結果は問いません)。コンテンツフィルターを通っても 1 通です。名前入りの集計は maillog_exporter report で見られます。'),
        'short', total('', MAILS, ENDED)),
        stat(t('Incoming delivered', '受信の配送率'), t('Mails from outside that reached all of their recipients here. If it falls, look at the reasons in the dashboard Delivery.',
          '外から届いたメールのうち、すべての宛先に届いた割合。下がったら、ダッシュボード「配送」の理由を見ます。'),
        'percentunit', delivered('incoming'), {steps: falling(0.9, 0.97), decimals: 1, link: 'maillog-delivery'}),
        stat(t('Outgoing delivered', '送信の配送率'), t('Mails of our users and hosts that reached all of their recipients outside. If it falls: maillog_exporter top users, docs/runbooks/MaillogOutgoingFailing.md.',
          '自分の利用者やホストのメールのうち、外のすべての宛先に届いた割合。下がったら maillog_exporter top users と docs/runbooks/ja/MaillogOutgoingFailing.md。'),
        'percentunit', delivered('outgoing'), {steps: falling(0.8, 0.95), decimals: 1, link: 'maillog-delivery'}),
        stat(t('Incoming in 1 min', '1 分以内の受信'), t('Of the mails from outside that were delivered: those that took at most a minute from arrival to the mailbox. If it falls, a content filter or the storage is slow: docs/runbooks/MaillogIncomingSlow.md.',
          '届いた外からのメールのうち、受け付けからメールボックスまで 1 分以内だった割合。下がったら、フィルターかストレージが遅くなっています: docs/runbooks/ja/MaillogIncomingSlow.md。'),
        'percentunit', overall(within(60, '', SECONDS, `direction="incoming", ${DELIVERED}`)), {steps: falling(0.8, 0.95), decimals: 1}),
        stat(t('Median incoming', '受信の中央値'), t('Half of the mails from outside took less from arrival to the mailbox.', '外からのメールの半分が、この時間より早くメールボックスに届きました。'),
          's', overall(quantile(0.5, '', SECONDS, `direction="incoming", ${DELIVERED}`)), {decimals: 2}),
        stat(t('In the queue now', 'いまキューに'), t('Active and deferred mails by what the log says of them, once two hours of it have been seen. Which ones: maillog_exporter queue.',
          'ログから見た、配送中と遅延中のメールの数。ログを 2 時間分見てから表示されます。内容は maillog_exporter queue で見られます。'),
        'short', `sum(${WAITING}{state=~"active|deferred"})`),
        stat(t('Oldest', '最も古いメール'), t('Time since the oldest mail in the queue was first seen. Postfix returns mail after five days (maximal_queue_lifetime); what is older is on hold, or was removed with postsuper -d ALL, which logs no ids.',
          'キューにある最も古いメールを最初に見てからの時間。Postfix は 5 日で送信者に戻します (maximal_queue_lifetime)。それより古ければ hold のメールか、ID を記録しない postsuper -d ALL で削除されたものです。'),
        's', 'max(maillog_mails_waiting_oldest_seconds)', {steps: rising(86400, 518400), decimals: 1}),
        stat(t('Forgotten', '忘れたメール'), t('More mails were in the queue than are remembered. Raise mail_limit in the configuration: docs/runbooks/MaillogMailsForgotten.md.',
          '覚えておける数を超えたメール。設定の mail_limit を増やします: docs/runbooks/ja/MaillogMailsForgotten.md。'),
        'short', total('', 'maillog_mails_forgotten_total'), {steps: rising(1, 1000)}),
      ],
    },
    {
      title: t('Where from and to, and what became of them', '方向と結果'),
      panels: [
        lines(t('By direction', '方向ごと'), t('Mails per minute: incoming (from outside to here), outgoing (ours to outside), internal (ours to here), relayed (outside to outside; much of it that nobody knows of may be an open relay), notice (bounces and the like), unknown (the beginning was not seen).',
          '1 分あたりの通数。incoming は外からここへ、outgoing は自分の利用者から外へ、internal は内部どうし、relayed は外から外へ (心当たりなく多ければオープンリレーを疑います)、notice は不達通知など、unknown は始まりを見ていないもの。'),
        'mpm', [[perMinute('direction', MAILS, ENDED), '{{direction}}']], {w: 8, stacked: true}),
        lines(t('By outcome', '結果ごと'), t('Mails per minute by what became of them; partly: delivered to some recipients and bounced or expired for others. Reasons are in the dashboard Delivery; of one mail, maillog_exporter trace tells them.',
          '1 分あたりの通数を結果ごとに。partly は一部の宛先にだけ届いたもの。理由はダッシュボード「配送」に、1 通ずつの経過は maillog_exporter trace に出ます。'),
        'mpm', [[perMinute('outcome', MAILS), '{{outcome}}']], {w: 8, stacked: true, ...OUTCOMES}),
        lines(t('Share delivered', '配送できた割合'), t('Mails that reached all of their recipients, by direction. Notices often go to addresses that do not exist: a low share of them is ordinary.',
          'すべての宛先に届いたメールの割合を方向ごとに。notice は存在しない宛先に向かうことが多く、低くても普通です。'),
        'percentunit', [[share(perMinute('direction', MAILS, DELIVERED), perMinute('direction', MAILS, ENDED)), '{{direction}}']], {w: 8, max: 1}),
        lines(t('Recipients outside', '外への宛先数'), t('Recipients per minute of outgoing and relayed mail, and the same time a week ago. A hill that nobody knows of is a stolen account, a web form or an open relay: maillog_exporter top users --from=1h, docs/runbooks/MaillogOutgoingHigh.md.',
          'outgoing と relayed のメールの宛先の数 (1 分あたり) と、1 週間前の同じ時刻の値。心当たりのない山は、乗っ取られたアカウント、ウェブフォーム、オープンリレーです: maillog_exporter top users --from=1h、docs/runbooks/ja/MaillogOutgoingHigh.md。'),
        'cpm', [[outgoing, t('recipients', '宛先')], [weekAgo(outgoing), WEEK]], {w: 8, dashed: WEEK}),
        lines(t('Not delivered', '届かなかったメール'), t('Mails per minute that did not reach all of their recipients, by direction and outcome. outgoing bounced: maillog_exporter top users; incoming bounced: unknown recipients should be refused at the door instead.',
          'すべての宛先には届かなかったメール (1 分あたり) を方向と結果ごとに。outgoing bounced は maillog_exporter top users で調べます。incoming bounced があれば、存在しない宛先は入口で断るべきです。'),
        'mpm', [[`${perMinute('direction, outcome', MAILS, 'outcome=~"bounced|partly|expired|discarded|removed_by_admin"')} > 0`, '{{direction}} {{outcome}}']], {w: 8}),
        table(t('Mails (selected time range)', 'メール (選択した期間)'), t('By instance of Postfix, direction and outcome; forgotten: its end was not seen.', 'Postfix のインスタンス、方向、結果ごと。forgotten は終わりを見ていないもの。'),
          'short', `${total('syslog_name, direction, outcome', MAILS)} >= 1`,
          [['syslog_name', t('Instance', 'インスタンス')], ['direction', t('Direction', '方向')], ['outcome', t('Outcome', '結果')]],
          t('Mails', '通数'), {w: 8}),
      ],
    },
    {
      title: t('The busiest sender (sliding windows of an hour and a day)', '最も多く送った送信者 (直近の 1 時間と 1 日)'),
      panels: [
        lines(t('Recipients in an hour', '1 時間の宛先数'), t('Recipients of the one sender that wrote to the most: user (has logged in), client (of a private network, without a login), local (a program of the host: a web form, cron), and the busiest user a week ago. The busiest source counts, they are not added up. A user far above the usual is a newsletter or a stolen account: maillog_exporter top users --from=1h, docs/runbooks/MaillogSenderHigh.md.',
          '最も多くの宛先に送った送信者ひとりの宛先数。user はログインした利用者、client はログインなしのプライベートネットワークのクライアント、local はこのホストのプログラム (ウェブフォーム、cron など)。破線は 1 週間前の user の値です。ソースどうしは足さず、最も多いものを示します。user がふだんより大幅に多ければ、一斉配信か乗っ取られたアカウントです: maillog_exporter top users --from=1h、docs/runbooks/ja/MaillogSenderHigh.md。'),
        'short', [[`max by (sender) (${TOP}{window="1h"})`, '{{sender}}'], [`max(${TOP}{window="1h", sender="user"} offset 1w)`, USER_A_WEEK_AGO]], {dashed: USER_A_WEEK_AGO}),
        lines(t('Recipients in a day', '1 日の宛先数'), t('The same over 24 hours: shows who sends a little all the time, below every limit of an hour. Compare it with what one user may send in a day where you limit that. Who it is: maillog_exporter top users --from=24h; of local and client, top senders and top clients.',
          '同じものを 24 時間で。1 時間あたりの制限にかからないように少しずつ送り続けるものが見えます。1 日の上限を決めているなら、それと比べます。だれかは maillog_exporter top users --from=24h、local と client は top senders と top clients。'),
        'short', [[`max by (sender) (${TOP}{window="24h"})`, '{{sender}}'], [`max(${TOP}{window="24h", sender="user"} offset 1w)`, USER_A_WEEK_AGO]], {dashed: USER_A_WEEK_AGO}),
      ],
    },
    {
      title: t('From arrival to the last delivery', '受け付けから最後の配送まで'),
      panels: [
        lines(t('Median', '中央値'), t('Half of the delivered mails took less, by direction; content filter and all retries included. Logarithmic axis.',
          '届いたメールの半分がこれより早い時間を、方向ごとに。コンテンツフィルターとすべての再送を含みます。対数目盛。'),
        's', [[quantile(0.5, 'direction', SECONDS, DELIVERED), '{{direction}}']], {w: 8, log: true}),
        lines(t('95 of 100 (p95)', '100 通のうち 95 通 (p95)'), t('95 of 100 delivered mails took less, by direction. incoming: filter and storage (docs/runbooks/MaillogIncomingSlow.md); outgoing: mostly retries, whose reasons are in the dashboard Delivery.',
          '届いたメール 100 通のうち 95 通がこれより早い時間を、方向ごとに。incoming はフィルターとストレージ (docs/runbooks/ja/MaillogIncomingSlow.md)、outgoing は主に再送で、理由はダッシュボード「配送」にあります。'),
        's', [[quantile(0.95, 'direction', SECONDS, DELIVERED), '{{direction}}']], {w: 8, log: true, link: 'maillog-delivery'}),
        lines(t('Within five minutes', '5 分以内に届いた割合'), t('Of the delivered mails, by direction: what users notice. Mails still in the queue are not in it.',
          '届いたメールのうち 5 分以内だった割合を方向ごとに。利用者が気付く目安です。まだキューにあるメールは含みません。'),
        'percentunit', [[within(300, 'direction', SECONDS, DELIVERED), '{{direction}}']], {w: 8, max: 1}),
        heat(t('Incoming', '受信'), t('Mails from outside that were delivered, by how long it took. A second band high above the first is a filter or a mailbox that is slow for some: maillog_exporter trace.',
          '届いた外からのメールを、かかった時間ごとに。離れた上のほうに帯があれば、一部のメールだけフィルターやメールボックスが遅くなっています: maillog_exporter trace。'),
        's', buckets(SECONDS, `direction="incoming", ${DELIVERED}`)),
        heat(t('Outgoing', '送信'), t('Mails of our users and hosts that were delivered, by how long it took. Bands at 5, 15 and 60 minutes are retries, after greylisting for example.',
          '届いた自分の利用者やホストのメールを、かかった時間ごとに。5 分、15 分、60 分あたりの帯は、グレイリストなどのあとの再送です。'),
        's', buckets(SECONDS, `direction="outgoing", ${DELIVERED}`)),
      ],
    },
    {
      title: t('Attempts, recipients, size', '試行、宛先、大きさ'),
      panels: [
        lines(t('Tried more than once', '2 回以上試したメール'), t('Share of the mails that were in the active queue more than once, by direction. If it rises, receivers put our mail off: see Reasons in the dashboard Delivery.',
          'アクティブキューに 2 回以上入ったメールの割合を方向ごとに。増えたら、相手に後回しにされています。ダッシュボード「配送」の理由を見ます。'),
        'percentunit', [[`1 - (${within(1, 'direction', ATTEMPTS)})`, '{{direction}}']], {w: 8, max: 1, link: 'maillog-delivery'}),
        lines(t('Attempts', '試行回数'), t('How often mails were in the active queue until they left it: mean by direction; 1 is the best.', 'キューを出るまでにアクティブキューに入った回数の平均を方向ごとに。1 が最良です。'),
          'short', [[mean('direction', ATTEMPTS), '{{direction}}']], {w: 8, decimals: 2}),
        lines(t('Recipients of a mail', '1 通の宛先数'), t('99 of 100 mails had no more recipients, by direction. Outgoing mails with hundreds are mailings, or spam from a stolen account: maillog_exporter top senders.',
          '100 通のうち 99 通が収まる宛先数を方向ごとに。数百の宛先がある送信は、一斉配信か、乗っ取られたアカウントの迷惑メールです: maillog_exporter top senders。'),
        'short', [[quantile(0.99, 'direction', RECIPIENTS), '{{direction}}']], {w: 8, decimals: 1}),
        heat(t('Size', '大きさ'), t('Each mail once, by its size. Those near message_size_limit will soon be refused.', 'メールの大きさの分布 (1 通につき 1 回)。message_size_limit に近いものは、まもなく断られます。'),
          'bytes', buckets(SIZE), {w: 8}),
        lines(t('Size by direction (p95)', '方向ごとの大きさ (p95)'), t('95 of 100 mails were no larger. If outgoing mail grows, somebody sends large attachments: maillog_exporter top senders.', '100 通のうち 95 通が収まる大きさ。outgoing が増えたら、大きな添付を送っている人がいます: maillog_exporter top senders。'),
          'bytes', [[quantile(0.95, 'direction', SIZE), '{{direction}}']], {w: 8, log: true}),
        lines(t('Bytes', 'バイト数'), t('Size of the mails that left the queue, by direction: what the line, and the disks of the mailboxes, have to take.', 'キューを出たメールの合計の大きさを方向ごとに。回線とメールボックスのディスクが受け止める量です。'),
          'Bps', [[`${perSecond('direction', `${SIZE}_sum`)} or histogram_sum(${perSecond('direction', SIZE)})`, '{{direction}}']], {w: 8}),
      ],
    },
    {
      title: t('In the queue, by what the log says', 'ログから見たキュー'),
      panels: [
        lines(t('Mails by state', '状態ごとの数'), t('active: being delivered; deferred: waits for the next attempt; hold: seen to be put on hold. If it grows and nothing leaves: docs/runbooks/MaillogMailStuck.md. No data until two hours of the log have been seen.',
          'active は配送中、deferred は次の試行を待っているもの、hold は保留の操作を見たもの。増え続けて何も出ないなら docs/runbooks/ja/MaillogMailStuck.md。ログを 2 時間分見るまでは値がありません。'),
        'short', [[`sum by (state) (${WAITING})`, '{{state}}']], {w: 8, stacked: true, colors: {active: GOOD, deferred: POOR, hold: '#5794f2'}}),
        lines(t('Mails by log and Postfix instance', 'ログと Postfix のインスタンスごとの数'), t('Active and deferred, by source and instance of Postfix: which of them the mail waits in. What it is: maillog_exporter queue.',
          '配送中と遅延中の数を、ソースと Postfix のインスタンスごとに。どこで待っているかがわかります。内容は maillog_exporter queue で見られます。'),
        'short', [[`sum by (instance, source, syslog_name) (${WAITING}{state=~"active|deferred"})`, '{{instance}} {{source}} {{syslog_name}}']], {w: 8}),
        lines(t('Oldest mail', '最も古いメール'), t('Time since the oldest mail in the queue was first seen, by source. It rises to five days with mail to dead domains and then falls; maillog_exporter trace QUEUEID tells what a mail has been through.',
          'キューにある最も古いメールを最初に見てからの時間をソースごとに。応答しないドメイン宛てがあると 5 日まで上がって下がります。1 通の経過は maillog_exporter trace QUEUEID で見られます。'),
        's', [['max by (instance, source) (maillog_mails_waiting_oldest_seconds)', '{{instance}} {{source}}']], {w: 8}),
        lines(t('Lost track of', '見失ったメール'), t('Per minute: forgotten since there were more than mail_limit (docs/runbooks/MaillogMailsForgotten.md); without an end, such as an id that came again; without a beginning, as after the first start. The latter two should be near 0 on a log that is read in full.',
          '1 分あたり。mail_limit を超えて忘れたもの (docs/runbooks/ja/MaillogMailsForgotten.md)、終わりを見ていないもの (同じ ID の再使用など)、始まりを見ていないもの (最初の起動の直後など)。後の 2 つは、ログを全部読んでいればほぼ 0 です。'),
        'mpm', [[perMinute('', 'maillog_mails_forgotten_total'), t('over the limit', '上限を超えた')],
          [perMinute('', MAILS, 'outcome="forgotten"'), t('no end', '終わりがない')], [perMinute('', MAILS, 'direction="unknown"'), t('no beginning', '始まりがない')]], {w: 24, h: 6}),
      ],
    },
  ],
};
