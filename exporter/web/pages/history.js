// What the exporter has answered in the last 15 minutes, and rates and differences of it. Times are those of the exporter's
// clock. A reload of the page, or a look at another one, keeps it.

export const SPAN_SECONDS = 900;
const BIN_SECONDS = 15;
const KEY = 'maillog_exporter.history.1';

const byKey = (list, key) => Object.fromEntries(list.map((entry) => [entry[key], entry.count]));

/** What of an answer is compared later. */
export function snapshotOf(status) {
  return {
    at: status.now_seconds,
    totals: status.totals,
    deferred: byKey(status.reasons.deferred, 'reason'),
    bounced: byKey(status.reasons.bounced, 'reason'),
    rejected: byKey(status.reasons.rejected, 'reason'),
    delay: {count: status.delay.count, sum_seconds: status.delay.sum_seconds, buckets: status.delay.buckets.map((bucket) => bucket.count)},
    pop3: status.pop3 ?? {},
    reports: byKey(status.mta_reports, 'code'),
  };
}

export class History {
  /** @param {Storage | null} storage that outlives the page */
  constructor(storage) {
    this.storage = storage;
    this.snapshots = [];
    try {
      this.snapshots = JSON.parse(storage?.getItem(KEY) ?? '[]');
    } catch {
      // Of another version, or not allowed: start afresh.
    }
  }

  save() {
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.snapshots));
    } catch {
      // Full, or not allowed: the charts start afresh with the next page.
    }
  }

  add(status) {
    const snapshot = snapshotOf(status);
    const last = this.snapshots.at(-1);
    // Another exporter, or one that keeps nothing on disk and has been restarted.
    const fell = last && (snapshot.at <= last.at || Object.entries(last.totals).some(([key, total]) => snapshot.totals[key] < total));
    if (fell) this.snapshots = [];
    this.snapshots.push(snapshot);
    // One that is older than the span begins its first interval.
    while (this.snapshots.length > 1 && this.snapshots[1].at <= snapshot.at - SPAN_SECONDS) this.snapshots.shift();
  }

  get first() { return this.snapshots[0]; }
  get last() { return this.snapshots.at(-1); }

  /** Per minute, over the last minute; null while there is but one answer. */
  rate(key) {
    const {last} = this;
    const before = this.snapshots.findLast((one) => one.at <= last.at - 60) ?? this.first;
    return before === last ? null : (last.totals[key] - before.totals[key]) * 60 / (last.at - before.at);
  }

  /** Rates per minute in equal steps of time, the oldest first; null where nothing is known. */
  rates(key, binSeconds = BIN_SECONDS) {
    const bins = SPAN_SECONDS / binSeconds;
    const begin = (Math.floor(this.last.at / binSeconds) + 1 - bins) * binSeconds;
    const known = new Array(bins).fill(0);
    const counted = new Array(bins).fill(0);
    for (let i = 1; i < this.snapshots.length; ++i) {
      const [from, to] = [this.snapshots[i - 1], this.snapshots[i]];
      const perSecond = (to.totals[key] - from.totals[key]) / (to.at - from.at);
      const firstBin = Math.max(0, Math.floor((from.at - begin) / binSeconds));
      for (let bin = firstBin; bin < bins && begin + bin * binSeconds < to.at; ++bin) {
        const start = begin + bin * binSeconds;
        const overlap = Math.min(to.at, start + binSeconds) - Math.max(from.at, start);
        known[bin] += overlap;
        counted[bin] += overlap * perSecond;
      }
    }
    return known.map((seconds, bin) => (seconds > 0 ? counted[bin] * 60 / seconds : null));
  }

  /** What a number of this part has grown by since the oldest answer. */
  growth(part, key) {
    return (this.last[part][key] ?? 0) - (this.first[part][key] ?? 0);
  }

  /** The deliveries since the oldest answer, by bucket. */
  recentDelay() {
    const before = this.first.delay;
    const now = this.last.delay;
    return {
      count: now.count - before.count,
      sum_seconds: now.sum_seconds - before.sum_seconds,
      buckets: now.buckets.map((bucket, i) => bucket - before.buckets[i]),
    };
  }
}

/** As Prometheus's histogram_quantile() has it, and the exporter in its answers. */
export function quantile(share, buckets, bounds) {
  const count = buckets.reduce((sum, bucket) => sum + bucket, 0);
  if (count === 0) return null;
  const rank = share * count;
  let before = 0;
  for (let i = 0; i < bounds.length; ++i) {
    const from = i === 0 ? 0 : bounds[i - 1];
    if (buckets[i] > 0 && before + buckets[i] >= rank) return from + (bounds[i] - from) * (rank - before) / buckets[i];
    before += buckets[i];
  }
  return bounds.at(-1);
}
