// PromQL. Queries are written without the dashboard's variables; scoped() adds those that each metric has labels for.
import {rowOf} from './catalog.mjs';

/** @type {Record<string, string>} */
const VARIABLES = {server: '$server', syslog_name: '$syslog_name'};

const SELECTOR = /\b((?:maillog|process)_\w+|ALERTS)(?:\{([^}]*)\})?/g;

/**
 * Narrows every selector to what the variables choose.
 * @param {string} expr
 */
export function scoped(expr) {
  return expr.replace(SELECTOR, (_, series, matchers = '') => {
    const labels = series === 'ALERTS' ? [] : rowOf(series).labels;
    const scope = ['job=~"$job"', 'instance=~"$instance"'];
    for (const label of labels) {
      if (VARIABLES[label]) scope.push(`${label}=~"${VARIABLES[label]}"`);
    }
    if (matchers) scope.push(matchers);
    return `${series}{${scope.join(', ')}}`;
  });
}

/**
 * Deliveries of mails to their destinations: not those to a content filter on the same host. Attempts that reached no host
 * (`none`: no address found, connection refused) are among them: most of what is deferred in an outage.
 */
export const REAL = 'next_hop!="loopback"';

/** @param {string} by */
const grouped = (by) => (by ? `sum by (${by}) ` : 'sum');

/**
 * How many a minute.
 * @param {string} by labels, or '' for one series
 * @param {string} metric
 * @param {string} [matchers]
 */
export const perMinute = (by, metric, matchers = '') =>
  `60 * ${grouped(by)}(rate(${metric}{${matchers}}[$__rate_interval]))`;

/**
 * How many a second.
 * @param {string} by
 * @param {string} metric
 * @param {string} [matchers]
 */
export const perSecond = (by, metric, matchers = '') =>
  `${grouped(by)}(rate(${metric}{${matchers}}[$__rate_interval]))`;

/**
 * How many in the time range shown; for instant queries.
 * @param {string} by
 * @param {string} metric
 * @param {string} [matchers]
 */
export const total = (by, metric, matchers = '') => `${grouped(by)}(increase(${metric}{${matchers}}[$__range]))`;

/**
 * The part of all that the first has; nothing where there is nothing.
 * @param {string} part
 * @param {string} all
 */
export const share = (part, all) => `${part} / (${all} > 0)`;

/**
 * The same over the time range shown; for instant queries.
 * @param {string} expr
 */
export const overall = (expr) => expr.replaceAll('$__rate_interval', '$__range');

/**
 * The same query as it was a week ago.
 * @param {string} expr
 */
export const weekAgo = (expr) => expr.replaceAll('[$__rate_interval]', '[$__rate_interval] offset 1w');

// Prometheus 3 can turn classic histograms into native ones while scraping; then there is no `_bucket`, `_sum` and
// `_count`, but one series of histograms. Each query asks for both, and only one of them has data.

/**
 * @param {number} q
 * @param {string} by labels beside le, or ''
 * @param {string} metric
 * @param {string} [matchers]
 */
export const quantile = (q, by, metric, matchers = '') =>
  `histogram_quantile(${q}, sum by (${['le', by].filter(Boolean).join(', ')}) ` +
  `(rate(${metric}_bucket{${matchers}}[$__rate_interval])))` +
  ` or histogram_quantile(${q}, ${grouped(by)}(rate(${metric}{${matchers}}[$__rate_interval])))`;

/**
 * Mean of what was observed.
 * @param {string} by
 * @param {string} metric
 * @param {string} [matchers]
 */
export function mean(by, metric, matchers = '') {
  const classic = share(perSecond(by, `${metric}_sum`, matchers), perSecond(by, `${metric}_count`, matchers));
  const native = perSecond(by, metric, matchers);
  return `${classic} or histogram_sum(${native}) / (histogram_count(${native}) > 0)`;
}

/**
 * The sum of what was observed in a minute.
 * @param {string} metric
 * @param {string} matchers
 */
export const sumPerMinute = (metric, matchers) =>
  `${perMinute('', `${metric}_sum`, matchers)} or 60 * histogram_sum(${perSecond('', metric, matchers)})`;

/**
 * The part of what was observed that is at most so much. Of classic histograms this must be one of the bounds.
 * @param {number} bound
 * @param {string} by
 * @param {string} metric
 * @param {string} [matchers]
 */
export function within(bound, by, metric, matchers = '') {
  const upTo = [`le=~"${bound}|${bound}.0"`, matchers].filter(Boolean).join(', ');
  const classic = share(perSecond(by, `${metric}_bucket`, upTo), perSecond(by, `${metric}_count`, matchers));
  return `${classic} or histogram_fraction(0, ${bound}, ${perSecond(by, metric, matchers)})`;
}

/**
 * For a heat map.
 * @param {string} metric
 * @param {string} [matchers]
 */
export const buckets = (metric, matchers = '') =>
  `sum by (le) (increase(${metric}_bucket{${matchers}}[$__rate_interval]))` +
  ` or sum(increase(${metric}{${matchers}}[$__rate_interval]))`;
