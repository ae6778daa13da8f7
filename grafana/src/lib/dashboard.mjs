// A dashboard from rows of panels: variables, links and layout are the same for all.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';

import {SOURCE} from './panels.mjs';
import {say, t} from './text.mjs';

/** @typedef {import('./text.mjs').Language} Language */
/** @typedef {import('./text.mjs').Text} Text */
/** @typedef {import('./panels.mjs').Panel} Panel */
/** @typedef {{title: Text, panels: Panel[], collapsed?: boolean}} Row */
/** @typedef {{uid: string, title: Text, description: Text, rows: Row[]}} Description */

const COLUMNS = 24;
/** Grafana 10 and later read this version of the model; later ones migrate it when they load it. */
const SCHEMA_VERSION = 39;

/**
 * @param {string} name @param {Text | string} label @param {string} query @param {string} all what "All" means
 * @param {Language} language
 */
function variable(name, label, query, all, language) {
  return new dashboard.QueryVariableBuilder(name).label(say(label, language)).datasource(SOURCE)
    .query({query, refId: `variable-${name}`}).definition(query).multi(true).includeAll(true).allValue(all)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged).sort(dashboard.VariableSort.AlphabeticalAsc)
    .current({selected: true, text: ['All'], value: ['$__all']});
}

/** @param {Language} language */
function variables(language) {
  const here = 'job=~"$job", instance=~"$instance"';
  return [
    new dashboard.DatasourceVariableBuilder('datasource').type('prometheus').label('Data source'),
    variable('job', t('Job', 'ジョブ'), 'label_values(maillog_build_info, job)', '.+', language),
    variable('instance', t('Instance', 'インスタンス'), 'label_values(maillog_build_info{job=~"$job"}, instance)', '.+', language),
    variable('server', t('Server', 'サーバー'), `label_values({__name__=~"maillog_.+", ${here}}, server)`, '.+', language),
    // What others than Postfix say has no syslog_name, so "All" must match the empty one too.
    variable('syslog_name', 'syslog_name', `label_values({__name__=~"maillog_.+", ${here}}, syslog_name)`, '.*', language),
  ];
}

/** @param {Language} language */
const tag = (language) => (language === 'en' ? 'maillog' : `maillog-${language}`);

/**
 * @param {Row[]} rows
 * @param {Language} language
 */
function laidOut(rows, language) {
  const panels = [];
  let id = 0;
  let y = 0;
  for (const row of rows) {
    const header = new dashboard.RowBuilder(say(row.title, language)).collapsed(row.collapsed ?? false).id(++id).build();
    header.gridPos = {x: 0, y: y++, w: COLUMNS, h: 1};
    panels.push(header);
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      if (x + panel.w > COLUMNS) {
        [x, y, height] = [0, y + height, 0];
      }
      const built = panel.make(language).id(++id).gridPos({x, y, w: panel.w, h: panel.h}).build();
      (row.collapsed ? header.panels : panels).push(built);
      x += panel.w;
      height = Math.max(height, panel.h);
    }
    y += height;
  }
  return panels;
}

/**
 * @param {Description} description
 * @param {Language} language
 * @returns {dashboard.Dashboard}
 */
export function build(description, language) {
  const built = new dashboard.DashboardBuilder(say(description.title, language))
    .uid(language === 'en' ? description.uid : `${description.uid}-${language}`)
    .description(say(description.description, language))
    .tags([tag(language), 'mail']).readonly().refresh('1m').time({from: 'now-24h', to: 'now'}).timezone('browser')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables(variables(language))
    .link(new dashboard.DashboardLinkBuilder(say(t('Mail', 'メール'), language))
      .type(dashboard.DashboardLinkType.Dashboards).tags([tag(language)]).asDropdown(false).keepTime(true).includeVars(true))
    .annotation(new dashboard.AnnotationQueryBuilder().name(say(t('Starts, stops, reloads', '起動・停止・再読み込み'), language))
      .datasource(SOURCE).enable(true).iconColor('blue')
      .expr('sum by (instance, server, event) (increase(maillog_service_events_total{job=~"$job", ' +
        'instance=~"$instance", server=~"$server"}[$__rate_interval])) > 0')
      .step('60s').titleFormat('{{instance}}: {{server}} {{event}}'))
    .build();
  built.schemaVersion = SCHEMA_VERSION;
  built.panels = laidOut(description.rows, language);
  return built;
}
