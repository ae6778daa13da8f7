// The metrics that there are, from METRICS.md, which the program writes itself.
import {readFileSync} from 'node:fs';

const METRICS = new URL('../../../METRICS.md', import.meta.url);
const ROW = /^\| `(\w+)` \| (counter|gauge|histogram) \| ([^|]*) \|/gm;

/** @typedef {{type: string, labels: string[]}} Row */

/** @returns {Map<string, Row>} */
function read() {
  const rows = new Map();
  for (const [, name, type, labels] of readFileSync(METRICS, 'utf8').matchAll(ROW)) {
    rows.set(name, {type, labels: labels.split(',').map((label) => label.trim()).filter(Boolean)});
  }
  return rows;
}

export const CATALOG = read();

/**
 * The row that a series belongs to; `x_bucket` belongs to the histogram `x`.
 * @param {string} series
 * @returns {Row}
 */
export function rowOf(series) {
  const row = CATALOG.get(series) ?? CATALOG.get(series.replace(/_(bucket|sum|count)$/, ''));
  if (!row) throw new Error(`METRICS.md has no ${series}`);
  return row;
}
