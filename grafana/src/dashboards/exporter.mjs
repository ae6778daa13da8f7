// The exporter itself, and trouble that the servers log.
import {bars, falling, lines, rising, stat, table} from '../lib/panels.mjs';
import {perMinute, perSecond, quantile, share, total} from '../lib/query.mjs';
import {t} from '../lib/text.mjs';

const RECORDS = 'maillog_records_total';
const NOT_READ = 'outcome=~"unknown|malformed"';
const PROBLEMS = 'maillog_log_problems_total';
const OURS = ' and on (job, instance) maillog_build_info';

/** @type {import('../lib/dashboard.mjs').Description} */
export const exporter = {
  uid: 'maillog-exporter',
  title: t('Mail / Exporter', 'メール / エクスポーター'),
  description: t('Whether the logs are read and understood, and what the exporter costs; trouble that the servers log.', 'ログを読めているか、解釈できているか、エクスポーターの負荷。サーバーがログに書いた問題。'),
  rows: [
    {
      title: t('At a glance', 'ひと目で'),
      panels: [
        stat(t('Logs readable', 'ログの読み取り'), t('The worst source: yes if every log can be read.', '最も悪いソース。すべて読めていれば Yes。'), 'bool_yes_no', 'min(maillog_source_up)', {steps: falling(1, 1)}),
        stat(t('Caught up', '追いつき'), t('Yes once every source has read all that was there at start, and none is unreadable. While old logs are read, alerts are held off.', '起動時にあった分をすべて読み終え、読めないソースもなければ Yes。古いログを読んでいる間、アラートは止まります。'), 'bool_yes_no', 'min(maillog_source_caught_up)', {steps: falling(1, 1)}),
        stat(t('State saved', '状態の保存'), t('Yes while positions and totals can be saved.', '読み取り位置と合計を保存できていれば Yes。'), 'bool_yes_no', 'min(maillog_state_saved)', {steps: falling(1, 1)}),
        stat(t('Config in force', '設定の反映'), t('Yes if the configuration in force is the one last asked for.', '最後に読み込んだ設定が有効なら Yes。'), 'bool_yes_no', 'min(maillog_config_last_reload_successful)', {steps: falling(1, 1)}),
        stat(t('Lag', '遅れ'), t('Time since the slowest source was last read to its end.', '最も遅いソースが、最後に末尾まで読まれてからの時間。'), 's', 'max(maillog_source_lag_seconds)', {steps: rising(60, 300)}),
        stat(t('Last record', '最後のログ'), t('Age of the last record of the quietest source, by its own stamp.', '最も静かなソースの最後の行の、タイムスタンプからの経過時間。'), 's', 'max(time() - maillog_source_last_record_timestamp_seconds)', {}),
        stat(t('Not understood', '解釈できない行'), t('Lines unknown or malformed, of all in the time range.', '期間中の行のうち unknown または malformed の割合。'), 'percentunit', share(total('', RECORDS, NOT_READ), total('', RECORDS)), {steps: rising(0.01, 0.05), decimals: 2}),
        stat(t('Bytes lost', '失われたバイト'), t('Bytes of log known never to have been read, in the time range.', '期間中に、読まれなかったとわかっているログのバイト数。'), 'bytes', total('', 'maillog_source_lost_bytes_total'), {steps: rising(1, 1)}),
      ],
    },
    {
      title: t('Sources', 'ソース'),
      panels: [
        lines(t('Records by outcome', '行の扱い'), t('Messages read per second.', '1 秒あたりに読まれた行。'), 'recps', [[perSecond('outcome', RECORDS), '{{outcome}}']], {w: 8, stacked: true}),
        lines(t('Share not understood', '解釈できない行の割合'), t('Unknown or malformed, by source. `explain --unknown` shows what they are.', 'ソースごとの unknown と malformed の割合。内容は `explain --unknown` でわかります。'), 'percentunit',
          [[share(perSecond('instance, source', RECORDS, NOT_READ), perSecond('instance, source', RECORDS)), '{{instance}} {{source}}']], {w: 8}),
        lines(t('Read', '読み取り量'), t('Bytes of log per second, by source.', 'ソースごと、1 秒あたりのバイト数。'), 'Bps', [[perSecond('instance, source', 'maillog_source_read_bytes_total'), '{{instance}} {{source}}']], {w: 8}),
        lines(t('Lag', '遅れ'), t('Time since the source was last read to its end.', '最後に末尾まで読まれてからの時間。'), 's', [['max by (instance, source) (maillog_source_lag_seconds)', '{{instance}} {{source}}']], {w: 8}),
        lines(t('Unread', '未読'), t('Bytes of log that are there and not read yet.', 'まだ読まれていないバイト数。'), 'bytes', [['max by (instance, source) (maillog_source_lag_bytes)', '{{instance}} {{source}}']], {w: 8}),
        lines(t('Age of the last record', '最後の行からの時間'), t("By the log's own stamp: a quiet server, a log that is no longer written, or a wrong time zone.", 'ログのタイムスタンプによる。静かなサーバー、書かれなくなったログ、誤ったタイムゾーンがわかります。'), 's', [['time() - max by (instance, source) (maillog_source_last_record_timestamp_seconds)', '{{instance}} {{source}}']], {w: 8}),
        lines(t('Rotations, gaps and losses', 'ローテーションと欠落'), t('Files renamed, truncated, removed; gaps of journal and sockets; per minute.', 'ファイルの改名、切り詰め、削除、ジャーナルとソケットの欠落。1 分あたり。'), 'cpm',
          [[perMinute('kind', 'maillog_source_rotations_total'), '{{kind}}'], [perMinute('kind', 'maillog_source_gaps_total'), '{{kind}}']], {w: 12}),
        lines(t('Over a limit, not a number, not attributed', '上限超過・数値でない値・不明な繰り返し'), t('Label values shown as other, fields that should be numbers, and `last message repeated`; per minute.', 'other とされたラベル値、数値でないフィールド、`last message repeated`。1 分あたり。'), 'cpm',
          [[perMinute('label', 'maillog_label_overflows_total'), '{{label}}'], [perMinute('', 'maillog_bad_values_total'), t('not a number', '数値でない値')], [perMinute('', 'maillog_repeats_unattributed_total'), t('repeats', '繰り返し')]], {w: 12}),
      ],
    },
    {
      title: t('Trouble that the servers log', 'サーバーがログに書いた問題'),
      panels: [
        lines(t('By level', 'レベルごと'), t('Warnings and worse per minute.', 'warning 以上の行、1 分あたり。'), 'cpm', [[perMinute('level', PROBLEMS), '{{level}}']], {w: 8, stacked: true}),
        table(t('Who complains (selected time range)', '問題の多いプログラム (選択した期間)'), t('By server, program and level; the twenty most frequent.', 'サーバー、プログラム、レベルごと。多いものから 20 件。'), 'short',
          `topk(20, ${total('server, daemon, level', PROBLEMS)} >= 1)`, [['server', t('Server', 'サーバー')], ['daemon', t('Program', 'プログラム')], ['level', t('Level', 'レベル')]], t('Lines', '行'), {w: 8}),
        bars(t('Starts, stops, reloads (selected time range)', '起動・停止・再読み込み (選択した期間)'), t('Of the mail servers.', 'メールサーバーの起動、停止、再読み込み。'), 'short',
          [`${total('server, event', 'maillog_service_events_total')} >= 1`, '{{server}} {{event}}'], {w: 8}),
      ],
    },
    {
      title: t('What it costs', '負荷'),
      panels: [
        lines(t('CPU', 'CPU'), t('Of one core.', '1 コアに対する割合。'), 'percentunit', [[`sum by (instance) (rate(process_cpu_seconds_total[$__rate_interval])${OURS})`, '{{instance}}']], {w: 6}),
        lines(t('Memory', 'メモリ'), t('Resident memory.', '常駐メモリ。'), 'bytes', [[`sum by (instance) (process_resident_memory_bytes${OURS})`, '{{instance}}']], {w: 6}),
        lines(t('Commits of the state', '状態の保存時間'), t('Duration of commits, 50 and 99 of 100.', '保存にかかった時間。100 回のうち 50 回、99 回が収まる値。'), 's',
          [[quantile(0.5, '', 'maillog_state_commit_seconds'), 'p50'], [quantile(0.99, '', 'maillog_state_commit_seconds'), 'p99']], {w: 6}),
        lines(t('Scrapes', 'スクレイプ'), t('Duration of scrapes as Prometheus sees them.', 'Prometheus から見たスクレイプの時間。'), 's',
          [['max by (instance) (scrape_duration_seconds{job=~"$job", instance=~"$instance"})', '{{instance}}']], {w: 6}),
        table(t('Versions', 'バージョン'), t('Instances and the version that they run.', 'インスタンスと動いているバージョン。'), 'short',
          'count by (instance, version, compiler) (maillog_build_info)', [['instance', t('Instance', 'インスタンス')], ['version', t('Version', 'バージョン')], ['compiler', t('Compiler', 'コンパイラ')]], t('Count', '数'), {w: 24, h: 5}),
      ],
    },
  ],
};
