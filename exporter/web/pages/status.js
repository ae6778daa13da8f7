// The status page: asks the exporter every five seconds, and shows what it says.
import * as format from './format.js';
import {History, quantile} from './history.js';
import {text, translate} from './language.js';
import {byId, draw, make, makeChart, show, table} from './view.js';

const INTERVAL_MS = 5000;
const PATIENCE_MS = 10000;
const MOST_REASONS = 8;
const MINUTE_SECONDS = 60;
const MANY_SOURCES = 20; // more than these scroll in a place of their own, so that what is below stays in reach
const RATES = ['sent', 'deferred', 'bounced', 'expired', 'rejected', 'logins_ok', 'logins_failed'];
const FIRST = ['unreadable', 'waiting', 'catching_up', 'reading']; // of hundreds of sources, those that are not well
const COLOURS = {reading: 'good', waiting: 'busy', catching_up: 'busy', unreadable: 'bad'};
const PERCENTILES = [['p50', 0.5], ['p90', 0.9], ['p95', 0.95], ['p99', 0.99]];

function storage() {
  try {
    return sessionStorage;
  } catch {
    return null; // not allowed
  }
}
const history = new History(storage());

// ---- the head of the page

function showReadiness(status) {
  const pill = byId('ready');
  pill.className = `pill ${status.ready ? 'good' : 'bad'}`;
  show(pill, status.ready, () => [text(status.ready ? 'ready' : 'not_ready')]);
  byId('version').textContent = status.version;
  byId('since').textContent = text('since', format.date(status.started_seconds), text(status.state.durable ? 'durable' : 'in_memory'));
  const trouble = status.waiting_for.map(({source, state, message}) =>
    (state === 'unreadable' ? text('waiting_unreadable', source, message) : text('waiting_reading', source)));
  if (!status.state.saved) trouble.push(text('unsaved'));
  byId('trouble').hidden = trouble.length === 0;
  show(byId('trouble'), trouble, () => trouble.map((line) => make('li', '', line)));
}

let lastAnswer = Date.now() / 1000;

function showSilence() {
  const pill = byId('ready');
  pill.className = 'pill bad';
  show(pill, lastAnswer, () => [text('unreachable', format.time(lastAnswer))]);
}

// ---- rates

function makeCards() {
  byId('rates').replaceChildren(...RATES.map((key) => {
    const card = make('li', `card rate ${key}`,
      make('h3', '', text(key)),
      make('p', 'now', make('strong', ''), ' ', make('span', 'muted', text('per_minute'))),
      makeChart(),
      make('p', 'muted sums', make('span', 'total'), make('span', 'peak')));
    card.id = `rate-${key}`;
    return card;
  }));
}

function showRates(status) {
  for (const key of RATES) {
    const card = byId(`rate-${key}`);
    const rates = history.rates(key);
    const now = format.rate(history.rate(key));
    const peak = format.rate(Math.max(0, ...rates));
    card.querySelector('strong').textContent = now;
    card.querySelector('.total').textContent = text('total_of', format.count(status.totals[key]));
    card.querySelector('.peak').textContent = text('peak', peak);
    draw(card.querySelector('svg'), rates, text('chart', text(key), now, peak));
  }
  const minutes = RATES.map((key) => history.rates(key, MINUTE_SECONDS).reverse());
  const rows = minutes[0].map((_, i) => [format.count(i), ...minutes.map((rates) => format.rate(rates[i]))]);
  table(byId('minutes'), [text('minutes_ago'), ...RATES.map((key) => text(key))], rows);
}

// ---- sources

function sourceName(source) {
  const words = [text(`kind.${source.kind}`)];
  if (source.files?.count > 1) words.push(text('several_files', format.count(source.files.count)));
  const paths = source.paths.filter((path) => path !== source.name);
  return make('span', 'source', make('span', 'name', source.name), make('span', 'muted', [...words, ...paths].join(' · ')));
}

function sourceRow(source, now) {
  const {files} = source;
  const unknown = make('span', source.unknown_lines ? 'warn' : '', format.count(source.unknown_lines));
  if (source.unknown_lines) unknown.append(` (${format.share(source.unknown_share)})`);
  return [
    sourceName(source),
    make('span', `pill small ${COLOURS[source.state]}`, text(`state.${source.state}`)),
    files ? text('of_bytes', format.bytes(files.position_bytes), format.bytes(files.size_bytes)) : '–',
    `${format.bytes(source.lag_bytes)} · ${format.duration(Math.round(source.lag_seconds))}`,
    format.count(source.lines),
    unknown,
    source.last_record_seconds === null ? text('never') : format.ago(now - source.last_record_seconds),
    source.last_read_seconds === null ? text('never') : format.ago(now - source.last_read_seconds),
  ];
}

function showSources(status) {
  const titles = ['source', 'state', 'position', 'lag', 'lines', 'unknown', 'last_record', 'last_read'];
  const sources = [...status.sources].sort((a, b) => FIRST.indexOf(a.state) - FIRST.indexOf(b.state));
  const place = byId('sources').parentElement;
  const many = sources.length > MANY_SOURCES;
  place.classList.toggle('tall', many);
  if (many) place.tabIndex = 0; // for the keyboard
  else place.removeAttribute('tabindex');
  table(byId('sources'), titles.map((key) => text(key)), sources.map((source) => sourceRow(source, status.now_seconds)), 2);
}

// ---- tables with two columns of numbers: recent, and total

function twoColumns(element, title, rows, left = 1) {
  const titles = [...(Array.isArray(title) ? title : [title]), 'recent', 'total'];
  table(element, titles.map((key) => text(key)), rows, left);
}

function showReasons(status) {
  for (const part of ['deferred', 'bounced', 'rejected']) {
    const reasons = status.reasons[part]
      .map(({reason, count}) => ({reason, count, recent: history.growth(part, reason)}))
      .sort((a, b) => b.recent - a.recent || b.count - a.count)
      .slice(0, MOST_REASONS);
    const element = byId(part);
    if (reasons.length) {
      twoColumns(element, 'reason', reasons.map(({reason, count, recent}) => [text(`reason.${reason}`), format.count(recent), format.count(count)]));
    } else {
      show(element, 'none', () => [make('caption', 'muted', text('none'))]);
    }
  }
}

function showDelay(status) {
  const bounds = status.delay.buckets.slice(0, -1).map((bucket) => bucket.up_to_seconds);
  const recent = history.recentDelay();
  const seconds = (number) => (number === null ? '–' : format.duration(number));
  const mean = ({count, sum_seconds: sum}) => (count ? sum / count : null);
  twoColumns(byId('delay'), 'percentile', [
    ...PERCENTILES.map(([key, share]) => [
      text('within', share * 100), seconds(quantile(share, recent.buckets, bounds)), seconds(status.delay.percentiles[key])]),
    [text('mean'), seconds(mean(recent)), seconds(mean(status.delay))],
    [text('deliveries'), format.count(recent.count), format.count(status.delay.count)],
  ]);
}

function showPop3({pop3}) {
  byId('pop3-section').hidden = !pop3;
  if (!pop3) return;
  const both = (what, shown) => [(key) => history.growth('pop3', key), (key) => pop3[key]].map((of) => shown(of)(what));
  // Many logs do not say the size of what is deleted.
  const sizes = (of) => (what) => {
    const messages = format.count(of(`${what}_messages`));
    return pop3[`${what}_bytes`] ? `${messages} · ${format.bytes(of(`${what}_bytes`))}` : messages;
  };
  const plain = (of) => (what) => format.count(of(what));
  twoColumns(byId('pop3'), 'what_pop3', [
    [text('sessions'), ...both('sessions', plain)],
    ...['retrieved', 'top', 'deleted'].map((what) => [text(what), ...both(what, sizes)]),
  ]);
}

function showReports({mta_reports: reports}) {
  byId('reports-section').hidden = reports.length === 0;
  const rows = reports.filter(({count}) => count > 0)
    .map(({code, count}) => [code, text(`report.${code}`), format.count(history.growth('reports', code)), format.count(count)]);
  twoColumns(byId('reports'), ['code', 'meaning'], rows, 2);
}

// ---- the loop

async function ask() {
  try {
    const answer = await fetch('api/v1/status', {cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS)});
    if (!answer.ok) throw new Error(answer.statusText);
    const status = await answer.json();
    lastAnswer = Date.now() / 1000;
    history.add(status);
    for (const part of [showReadiness, showRates, showSources, showReasons, showDelay, showPop3, showReports]) part(status);
    document.body.dataset.answers = Number(document.body.dataset.answers ?? 0) + 1;
  } catch (error) {
    if (error instanceof TypeError || error.name === 'TimeoutError' || error.name === 'Error') showSilence();
    else throw error;
  } finally {
    setTimeout(ask, INTERVAL_MS);
  }
}

translate();
makeCards();
addEventListener('pagehide', () => history.save());
ask();
