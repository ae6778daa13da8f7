// PMailServer and E-Post Mail Server: what only their logs have.
import {bars, lines, rising, stat, table} from '../lib/panels.mjs';
import {perMinute, share, total} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';
import {CODES} from './report_codes.mjs';

const REPORTS = 'maillog_mta_reports_total';
const REPLIES = 'maillog_smtp_replies_total';
const REJECTS = 'maillog_smtp_rejects_total';
const DELIVERIES = 'maillog_deliveries_total';
const WINDOWS = 'server=~"pmailserver|epost"';

/** @param {import('../lib/text.mjs').Language} language */
const meanings = (language) => [{
  type: /** @type {any} */ ('value'),
  options: Object.fromEntries(CODES.map(([code, meaning], index) => [code, {text: `${code}  ${meaning[language]}`, index}])),
}];

/** @type {import('../lib/dashboard.mjs').Description} */
export const windows = {
  uid: 'maillog-windows',
  title: t('Mail / PMailServer and E-Post', 'メール / PMailServer・E-Post'),
  description: t("PMailServer's report codes with their meaning, replies of and to receivers, filters; E-Post's sessions, rejects and retries.",
    'PMailServer の MTA レポートのコードとその意味、相手の応答、フィルター。E-Post のセッション、拒否、再送。'),
  rows: [
    {
      title: t('PMailServer: MTA report', 'PMailServer: MTA レポート'),
      panels: [
        stat(t('Reported', 'レポート数'), t('Deliveries that succeeded or were given up.', '成功した、またはあきらめた配送。'), 'short', total('', REPORTS), {w: 4}),
        stat(t('Failed', '失敗率'), t('Reports with another code than 0.', '0 以外のコードの割合。'), 'percentunit', share(total('', REPORTS, 'result!="delivered"'), total('', REPORTS)), {w: 4, h: 4, steps: rising(0.05, 0.2), decimals: 1}),
        lines(t('Reports by result', '結果ごとのレポート'), t('Per minute.', '1 分あたり。'), 'cpm', [[perMinute('result', REPORTS), '{{result}}']], {w: 16, h: 9}),
        table(t('Codes with their meaning (selected time range)', 'コードと意味 (選択した期間)'), t('Reports by code.', 'コードごとのレポート数。'), 'short',
          `${total('code, result', REPORTS)} >= 1`, [['code', t('Code', 'コード')], ['result', t('Value of the label result', 'ラベル result の値')]], t('Reports', '件数'),
          {w: 24, h: 10, meanings: {en: meanings('en'), ja: meanings('ja')}}),
      ],
    },
    {
      title: t('Deliveries', '配送'),
      panels: [
        lines(t('Deliveries by status', '配送結果'), t('Both servers, per minute.', '両サーバー、1 分あたり。'), 'cpm', [[perMinute('server, status', DELIVERIES, WINDOWS), '{{server}} {{status}}']], {w: 8}),
        bars(t('Why given up (selected time range)', '不達の理由 (選択した期間)'), t('Reasons of bounced deliveries.', '不達になった配送の理由。'), 'short',
          [`topk(12, ${total('server, reason', 'maillog_delivery_reasons_total', WINDOWS)} >= 1)`, '{{server}} {{reason}}'], {w: 8}),
        lines(t('Retries', '再送'), t("Mails put back into E-Post's queue, and connections that failed; per minute.", 'E-Post のキューに戻されたメールと、接続の失敗。1 分あたり。'), 'cpm',
          [[perMinute('server', 'maillog_delivery_retries_total'), t('{{server}} retries', '{{server}} 再送')], [perMinute('server, reason', 'maillog_connection_failures_total', WINDOWS), '{{server}} {{reason}}']], {w: 8}),
      ],
    },
    {
      title: t('SMTP', 'SMTP'),
      panels: [
        lines(t('Connections', '接続'), t('Begun per minute.', '1 分あたりの接続。'), 'cpm', [[perMinute('server', 'maillog_smtp_connections_total', WINDOWS), '{{server}}']], {w: 8}),
        lines(t('Replies', '応答'), t('Replies by class, per minute: 2 and 3 success, 4 failure for now, 5 for good.', '応答コードの級ごと、1 分あたり。2 と 3 は成功、4 は一時的な失敗、5 は恒久的な失敗。'), 'cpm', [[perMinute('server, class', REPLIES), '{{server}} {{class}}xx']], {w: 8}),
        lines(t('Sessions of E-Post', 'E-Post のセッション'), t('How sessions ended, by acceptlog; per minute.', 'acceptlog によるセッションの終わり方。1 分あたり。'), 'cpm', [[perMinute('result', 'maillog_smtp_sessions_total'), '{{result}}']], {w: 8}),
        lines(t('Messages and recipients of E-Post', 'E-Post のメールと宛先'), t('Accepted, by inlog; per minute.', 'inlog による受け付けの数。1 分あたり。'), 'cpm',
          [[perMinute('', 'maillog_smtp_messages_total', 'server="epost"'), t('messages', 'メール')], [perMinute('', 'maillog_smtp_recipients_total'), t('recipients', '宛先')]], {w: 8}),
        lines(t('Rejects', '拒否'), t('By reason, per minute.', '理由ごと、1 分あたり。'), 'cpm', [[perMinute('server, reason', REJECTS, `${WINDOWS}, reason!=""`), '{{server}} {{reason}}']], {w: 8}),
        lines(t('Filters and access lists', 'フィルターとアクセスリスト'), t('Mail that filters refused, what access lists allowed, answers of block lists; per minute.', 'フィルターが断ったメール、アクセスリストの許可、ブロックリストの回答。1 分あたり。'), 'cpm',
          [[perMinute('server, reason', REJECTS, `${WINDOWS}, reason=~"content|spam|virus|blocklist"`), '{{server}} {{reason}}'], [perMinute('decision', 'maillog_access_decisions_total'), '{{decision}}'], [perMinute('result', 'maillog_dnsbl_lookups_total', WINDOWS), 'DNSBL {{result}}']], {w: 8}),
      ],
    },
    {
      title: t('Mailboxes', 'メールボックス'),
      panels: [
        lines(t('POP3 commands', 'POP3 コマンド'), t('The eight most frequent, per minute.', '多いものから 8 つ。1 分あたり。'), 'cpm', [[`topk(8, ${perMinute('server, command', 'maillog_pop3_commands_total')})`, '{{server}} {{command}}']], {w: 8}),
        lines(t('IMAP commands', 'IMAP コマンド'), t('The eight most frequent, per minute.', '多いものから 8 つ。1 分あたり。'), 'cpm', [[`topk(8, ${perMinute('server, command', 'maillog_imap_commands_total')})`, '{{server}} {{command}}']], {w: 8}),
        lines(t('Logins', 'ログイン'), t('By protocol and result, per minute.', 'プロトコルと成否ごと、1 分あたり。'), 'cpm', [[perMinute('server, protocol, result', 'maillog_auth_attempts_total', WINDOWS), '{{server}} {{protocol}} {{result}}']], {w: 8}),
      ],
    },
  ],
};
