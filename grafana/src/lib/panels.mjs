// Panels as the dashboards use them. A panel is a function of the language, so that both editions come from one source.
import {PanelBuilder as BarGauge} from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import {DataqueryBuilder, PromQueryFormat} from '@grafana/grafana-foundation-sdk/prometheus';
import {PanelBuilder as Stat} from '@grafana/grafana-foundation-sdk/stat';
import {PanelBuilder as Table} from '@grafana/grafana-foundation-sdk/table';
import {PanelBuilder as TimeSeries} from '@grafana/grafana-foundation-sdk/timeseries';

import {scoped} from './query.mjs';
import {say, t} from './text.mjs';

/** @typedef {import('./text.mjs').Language} Language */
/** @typedef {import('./text.mjs').Text} Text */
/** @typedef {[expr: string, legend: Text | string]} Query */
/** @typedef {{value: number | null, color: string}} Step */
/**
 * @typedef {object} Options
 * @property {number} [w] of 24 columns
 * @property {number} [h] in rows of 30 pixels
 * @property {Step[]} [steps] thresholds
 * @property {Record<string, string>} [colors] by legend
 * @property {boolean} [stacked] areas on top of each other
 * @property {Text | string} [dashed] legend of a series that is compared with
 * @property {number} [max] of the axis
 * @property {number} [decimals]
 * @property {string} [link] uid of the dashboard that tells more
 * @property {dashboard.ValueMapping[]} [mappings]
 * @property {Record<Language, dashboard.ValueMapping[]>} [meanings] mappings of the first column
 * @property {boolean} [log] logarithmic axis
 */
/**
 * @typedef {object} Panel
 * @property {number} w
 * @property {number} h
 * @property {(language: Language) => any} make a builder; each kind of panel has a type of its own
 */

export const SOURCE = {type: 'prometheus', uid: '${datasource}'};

export const GOOD = '#56a64b';
export const WARN = '#f2cc0c';
export const POOR = '#ff9830';
export const BAD = '#e02f44';
export const PAST = '#8e8e8e';

/** What has a colour of its own wherever it is shown. @type {Record<string, string>} */
const COLORS = {
  sent: GOOD, success: GOOD, accepted: GOOD, counted: GOOD, delivered: GOOD, logout: GOOD,
  deferred: WARN, warning: WARN, aborted: WARN, unknown: POOR, error: POOR,
  bounced: BAD, failure: BAD, rejected: BAD, fatal: BAD, malformed: BAD,
  panic: '#8f3bb8', ignored: '#5794f2', foreign: '#8ab8ff', disconnected: '#5794f2',
};

/** Green, then worse from these values on. @param {number} warn @param {number} bad @returns {Step[]} */
export const rising = (warn, bad) => [{value: null, color: GOOD}, {value: warn, color: WARN}, {value: bad, color: BAD}];
/** Red below the first, green from the second on. @param {number} warn @param {number} good @returns {Step[]} */
export const falling = (warn, good) => [{value: null, color: BAD}, {value: warn, color: WARN}, {value: good, color: GOOD}];
/** No value is good or bad. @type {Step[]} */
const PLAIN = [{value: null, color: '#5794f2'}];

/** @param {Step[]} steps */
const thresholds = (steps) =>
  new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute)
    .steps(/** @type {dashboard.Threshold[]} */ (steps));

/** @param {dashboard.FieldColorModeId} mode */
const color = (mode) => new dashboard.FieldColorBuilder().mode(mode);
/** @param {string} hex */
const fixed = (hex) => ({id: 'color', value: {mode: 'fixed', fixedColor: hex}});

/**
 * @param {Query} query
 * @param {number} index
 * @param {Language} language
 */
function target([expr, legend], index, language) {
  return new DataqueryBuilder().datasource(SOURCE).expr(scoped(expr)).legendFormat(say(legend, language))
    .refId(String.fromCharCode(65 + index));
}

/**
 * What all panels have.
 * @template {TimeSeries | Stat | BarGauge | Table | heatmap.PanelBuilder} Builder
 * @param {Builder} builder
 * @param {{title: Text, description: Text, unit: string, options: Options, language: Language}} what
 * @returns {Builder}
 */
function dress(builder, {title, description, unit, options, language}) {
  builder.title(say(title, language));
  builder.description(say(description, language));
  builder.datasource(SOURCE);
  builder.unit(unit);
  if (options.decimals !== undefined) builder.decimals(options.decimals);
  if (options.mappings) builder.mappings(options.mappings);
  if (options.link) {
    const uid = language === 'en' ? options.link : `${options.link}-${language}`;
    builder.links([
      new dashboard.DashboardLinkBuilder(say(t('More', '詳しく'), language)).type(dashboard.DashboardLinkType.Link)
        .url(`/d/${uid}?\${__url_time_range}&\${__all_variables}`),
    ]);
  }
  return builder;
}

/** @param {string[]} calcs */
const reduced = (calcs) => new common.ReduceDataOptionsBuilder().calcs(calcs).values(false).fields('');

/** Beside a wide panel a table with figures, under a narrow one names only. @param {boolean} wide */
function legend(wide) {
  const builder = new common.VizLegendOptionsBuilder().showLegend(true);
  return wide
    ? builder.displayMode(common.LegendDisplayMode.Table).placement(common.LegendPlacement.Right)
      .calcs(['mean', 'max']).sortBy('Mean').sortDesc(true)
    : builder.displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom).calcs([]);
}

/** increase() extrapolates to the edges of the range, so that its counts are no whole numbers by themselves.
 * @param {string} expr @param {string} unit @param {Options} options */
const whole = (expr, unit, options) =>
  unit === 'short' && options.decimals === undefined && expr.includes('increase(') ? `round(${expr})` : expr;

/**
 * One number.
 * @param {Text} title @param {Text} description @param {string} unit @param {string} expr @param {Options} options
 * @returns {Panel}
 */
export function stat(title, description, unit, expr, options = {}) {
  return {
    w: options.w ?? 3, h: options.h ?? 4,
    make: (language) =>
      dress(new Stat(), {title, description, unit, options, language})
        .withTarget(target([whole(expr, unit, options), ''], 0, language).instant())
        .thresholds(thresholds(options.steps ?? PLAIN)).colorScheme(color(dashboard.FieldColorModeId.Thresholds))
        .reduceOptions(reduced(['lastNotNull'])).graphMode(common.BigValueGraphMode.None)
        .colorMode(common.BigValueColorMode.Value).noValue('–'),
  };
}

/**
 * Lines over time.
 * @param {Text} title @param {Text} description @param {string} unit @param {Query[]} queries @param {Options} options
 * @returns {Panel}
 */
export function lines(title, description, unit, queries, options = {}) {
  return {
    w: options.w ?? 12, h: options.h ?? 8,
    make: (language) => {
      const builder = dress(new TimeSeries(), {title, description, unit, options, language})
        .lineWidth(1).fillOpacity(options.stacked ? 40 : 8).showPoints(common.VisibilityMode.Never)
        .colorScheme(color(dashboard.FieldColorModeId.PaletteClassic))
        .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending))
        .legend(legend((options.w ?? 12) >= 12));
      if (options.max !== undefined) builder.max(options.max);
      // A logarithmic axis has no 0; with one as its minimum nothing may be drawn at all.
      if (!options.log) builder.min(0);
      if (options.log) {
        builder.scaleDistribution(
          new common.ScaleDistributionConfigBuilder().type(common.ScaleDistribution.Log).log(10));
      }
      if (options.stacked) {
        builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'));
      }
      if (options.steps) {
        builder.thresholds(thresholds(options.steps)).thresholdsStyle(
          new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
      }
      queries.forEach((query, index) => builder.withTarget(target(query, index, language).range()));
      for (const [name, hex] of Object.entries({...COLORS, ...options.colors})) {
        if (options.colors?.[name] || queries.some(([, legend]) => shows(say(legend, language)))) {
          builder.overrideByName(name, [fixed(hex)]);
        }
      }
      if (options.dashed) {
        builder.overrideByName(say(options.dashed, language), [
          fixed(PAST), {id: 'custom.lineStyle', value: {fill: 'dash', dash: [8, 6]}},
          {id: 'custom.fillOpacity', value: 0}, {id: 'custom.stacking', value: {mode: 'none', group: 'A'}},
        ]);
      }
      return builder;
    },
  };
}

/** Whether a legend is the value of one of the labels that have colours of their own. @param {string} legend */
const shows = (legend) => /^\{\{(status|result|level|outcome|end)\}\}$/.test(legend);

/**
 * The greatest of the time range, as bars.
 * @param {Text} title @param {Text} description @param {string} unit @param {Query} query @param {Options} options
 * @returns {Panel}
 */
export function bars(title, description, unit, query, options = {}) {
  return {
    w: options.w ?? 12, h: options.h ?? 8,
    make: (language) =>
      dress(new BarGauge(), {title, description, unit, options, language})
        .withTarget(target([whole(query[0], unit, options), query[1]], 0, language).instant()).min(0)
        .thresholds(thresholds(options.steps ?? PLAIN)).colorScheme(color(dashboard.FieldColorModeId.Thresholds))
        .displayMode(common.BarGaugeDisplayMode.Basic).orientation(common.VizOrientation.Horizontal)
        .showUnfilled(true).reduceOptions(reduced(['lastNotNull'])),
  };
}

/**
 * The buckets of a histogram over time.
 * @param {Text} title @param {Text} description @param {string} unit of the values @param {string} expr @param {Options} options
 * @returns {Panel}
 */
export function heat(title, description, unit, expr, options = {}) {
  return {
    w: options.w ?? 12, h: options.h ?? 8,
    make: (language) =>
      dress(new heatmap.PanelBuilder(), {title, description, unit: 'short', options, language})
        .withTarget(target([expr, '{{le}}'], 0, language).range().format(PromQueryFormat.Heatmap))
        .calculate(false).maxDataPoints(60)
        .yAxis(new heatmap.YAxisConfigBuilder().unit(unit))
        .color(new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme).scheme('Oranges')
          .fill('dark-orange').exponent(0.5).steps(64).reverse(false).scale(heatmap.HeatmapColorScale.Exponential))
        .filterValues(new heatmap.FilterValueRangeBuilder().le(1e-9)).cellGap(1)
        .tooltip(new heatmap.HeatmapTooltipBuilder().mode(common.TooltipDisplayMode.Single).yHistogram(false)
          .showColorScale(false))
        .showLegend(),
  };
}

/**
 * A table of the time range: the labels as columns, the value last.
 * @param {Text} title @param {Text} description @param {string} unit @param {string} expr
 * @param {[label: string, heading: Text][]} columns @param {Text} value heading of the value @param {Options} options
 * @returns {Panel}
 */
export function table(title, description, unit, expr, columns, value, options = {}) {
  return {
    w: options.w ?? 12, h: options.h ?? 8,
    make: (language) => {
      const headings = columns.map(([label, heading]) => [label, say(heading, language)]);
      const builder = dress(new Table(), {title, description, unit, options, language})
        .withTarget(target([whole(expr, unit, options), ''], 0, language).instant().format(PromQueryFormat.Table))
        .showHeader(true)
        .transformations([{
          id: 'organize',
          options: {
            excludeByName: {Time: true},
            indexByName: Object.fromEntries([...columns.map(([label]) => label), 'Value'].map((name, i) => [name, i])),
            renameByName: {...Object.fromEntries(headings), Value: say(value, language)},
          },
        }])
        .sortBy([new common.TableSortByFieldStateBuilder().displayName(say(value, language)).desc(true)]);
      if (options.steps) {
        builder.thresholds(thresholds(options.steps));
        builder.overrideByName(say(value, language), [
          {id: 'custom.cellOptions', value: {type: 'color-text'}}, {id: 'color', value: {mode: 'thresholds'}}]);
      }
      if (options.meanings) {
        builder.overrideByName(headings[0][1], [{id: 'mappings', value: options.meanings[language]}]);
      }
      return builder;
    },
  };
}
