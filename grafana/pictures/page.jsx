// One dashboard on one page, for a picture. Panels, lines, numbers, bars, legends, units and colours are Grafana's own
// components; tables and heat maps are drawn here, since Grafana keeps those in its application.
//
// page.html?dashboard=/en/maillog-overview.json&prometheus=http://127.0.0.1:9090&from=SECONDS&to=SECONDS
import React from 'react';
import {createRoot} from 'react-dom/client';
import {
  FieldType, ThemeContext, VizOrientation, createTheme, dateTime, getDisplayProcessor, getDisplayValueAlignmentFactors,
  getValueFormat, formattedValueToString,
} from '@grafana/data';
import {BarGauge, BigValue, BigValueGraphMode, PanelChrome, PanelContextProvider, TimeSeries, VizLegend} from '@grafana/ui';

const theme = createTheme({colors: {mode: 'light'}});
const WIDTH = 1600;
const GAP = 8;
const CELL = (WIDTH - GAP) / 24;
const ROW = 38;

const query = new URLSearchParams(window.location.search);
const from = Number(query.get('from'));
const to = Number(query.get('to'));
const timeRange = {from: dateTime(from * 1000), to: dateTime(to * 1000), raw: {from: 'now-24h', to: 'now'}};

// ---- what Grafana's server does

const SCRAPE = 300;
const step = (panel) => Math.max(SCRAPE, Math.ceil((to - from) / (panel.type === 'heatmap' ? 72 : 288) / SCRAPE) * SCRAPE);

function filledIn(expr, panel) {
  const every = Math.max(step(panel) + SCRAPE, 4 * SCRAPE);
  const values = {
    __rate_interval: `${every}s`, __range: `${to - from}s`, job: '.+', instance: '.+', server: '.+', syslog_name: '.*',
  };
  return expr.replace(/\$(\w+)/g, (all, name) => values[name] ?? all);
}

async function ask(target, panel) {
  // Rules are evaluated now; the past ends some seconds before.
  const moment = target.expr.includes('ALERTS') ? Date.now() / 1000 : to;
  const path = target.instant ? `query?time=${moment}` : `query_range?start=${from}&end=${to}&step=${step(panel)}`;
  const url = `${query.get('prometheus')}/api/v1/${path}&query=${encodeURIComponent(filledIn(target.expr, panel))}`;
  const answer = await (await fetch(url)).json();
  if (answer.status !== 'success') throw new Error(answer.error);
  return answer.data.result;
}

const legendOf = (target, metric) =>
  target.legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? '') ||
  Object.values(metric).join(' ');

// ---- field configuration: defaults, then what is said of a series by its name

function configOf(panel, name) {
  const config = structuredClone(panel.fieldConfig.defaults);
  config.custom ??= {};
  for (const override of panel.fieldConfig.overrides ?? []) {
    if (override.matcher.id !== 'byName' || override.matcher.options !== name) continue;
    for (const {id, value} of override.properties) {
      if (id.startsWith('custom.')) config.custom[id.slice(7)] = value;
      else config[id] = value;
    }
  }
  for (const step of config.thresholds?.steps ?? []) step.value ??= -Infinity;
  return config;
}

function field(panel, name, values, index) {
  const made = {name, type: FieldType.number, values, config: {...configOf(panel, name), displayName: name}, state: {seriesIndex: index}};
  made.display = getDisplayProcessor({field: made, theme, timeZone: 'utc'});
  return made;
}

// ---- the kinds of panels

function Lines({panel, series, width, height}) {
  const times = [];
  for (let time = from; time <= to; time += step(panel)) times.push(time * 1000);
  const frames = series.map(({name, values}, index) => {
    const known = new Map(values.map(([time, value]) => [Math.round(time * 1000), Number(value)]));
    const numbers = times.map((time) => (Number.isFinite(known.get(time)) ? known.get(time) : null));
    const time = {name: 'time', type: FieldType.time, values: times, config: {}};
    return {refId: String(index), length: times.length, fields: [time, field(panel, name, numbers, index)]};
  });
  return (
    <TimeSeries frames={frames} width={width} height={height} timeRange={timeRange} timeZone="utc"
      legend={{...panel.options.legend, showLegend: true}} options={panel.options} />
  );
}

function Number1({panel, series, width, height}) {
  const value = series[0] ? Number(series[0].value[1]) : null;
  const shown = value === null ? {text: '–', numeric: NaN} : field(panel, '', [value], 0).display(value);
  return <BigValue value={{...shown, title: undefined}} width={width} height={height} theme={theme} colorMode="value"
    graphMode={BigValueGraphMode.None} justifyMode="auto" textMode="auto" />;
}

function Bars({panel, series, width, height}) {
  const sorted = [...series].sort((a, b) => Number(b.value[1]) - Number(a.value[1]));
  const max = Math.max(...sorted.map(({value}) => Number(value[1])));
  const each = Math.min(34, Math.floor(height / Math.max(sorted.length, 1)));
  const shown = sorted.map(({name, value}) => ({display: {...field(panel, name, [], 0).display(Number(value[1])), title: name}}));
  const alignmentFactors = getDisplayValueAlignmentFactors(shown);
  return sorted.map(({name, value}) => {
    const one = field(panel, name, [Number(value[1])], 0);
    one.config.max = max;
    one.display = getDisplayProcessor({field: one, theme});
    return <BarGauge key={name} field={one.config} display={one.display} value={{...one.display(Number(value[1])), title: name}}
      width={width} height={each - 4} itemSpacing={4} orientation={VizOrientation.Horizontal} displayMode="basic" theme={theme} showUnfilled
      alignmentFactors={alignmentFactors} />;
  });
}

function Table({panel, series, height}) {
  const {indexByName, renameByName} = panel.transformations[0].options;
  const columns = Object.entries(indexByName).sort((a, b) => a[1] - b[1]).map(([name]) => name);
  const sorted = [...series].sort((a, b) => Number(b.value[1]) - Number(a.value[1]));
  const cell = (row, name) => {
    const heading = renameByName[name];
    if (name === 'Value') {
      const one = field(panel, heading, [Number(row.value[1])], 0);
      return formattedValueToString(one.display(Number(row.value[1])));
    }
    const mapping = configOf(panel, heading).mappings?.[0]?.options[row.metric[name]];
    return mapping?.text ?? row.metric[name];
  };
  return (
    <div style={{height, overflow: 'hidden'}}>
      <table style={{width: '100%', borderCollapse: 'collapse', fontSize: 13}}>
        <thead><tr>{columns.map((name) => <th key={name} style={{textAlign: name === 'Value' ? 'right' : 'left', padding: '5px 8px', color: theme.colors.text.link, fontWeight: 500}}>{renameByName[name]}</th>)}</tr></thead>
        <tbody>{sorted.map((row, i) => (
          <tr key={i} style={{borderTop: `1px solid ${theme.colors.border.weak}`}}>
            {columns.map((name) => <td key={name} style={{textAlign: name === 'Value' ? 'right' : 'left', padding: '5px 8px'}}>{cell(row, name)}</td>)}
          </tr>))}</tbody>
      </table>
    </div>
  );
}

const limit = (le) => (le === '+Inf' ? Infinity : Number(le));

function Heat({panel, series, width, height}) {
  const canvas = React.useRef(null);
  React.useEffect(() => {
    const rows = [...series].filter(({metric}) => metric.le).sort((a, b) => limit(a.metric.le) - limit(b.metric.le));
    const times = [];
    for (let time = from; time <= to; time += step(panel)) times.push(time);
    const cumulative = rows.map(({values}) => {
      const known = new Map(values.map(([time, value]) => [Math.round(time), Number(value)]));
      return times.map((time) => known.get(time) ?? 0);
    });
    let cells = cumulative.map((row, y) => row.map((value, x) => Math.max(0, value - (y ? cumulative[y - 1][x] : 0))));
    const used = cells.map((row) => row.some((value) => value > 0.01));
    const low = Math.max(0, used.indexOf(true) - 1);
    const high = used.lastIndexOf(true) + 1;
    cells = cells.slice(low, high + 1);
    const names = rows.slice(low, high + 1).map(({metric}) => metric.le);
    const max = Math.max(...cells.flat(), 1e-9);
    const unit = getValueFormat(panel.options.yAxis.unit);
    const ratio = window.devicePixelRatio || 1;
    const element = canvas.current;
    element.width = width * ratio;
    element.height = height * ratio;
    const pen = element.getContext('2d');
    pen.scale(ratio, ratio);
    pen.font = '12px Inter, sans-serif';
    const left = 64;
    const bottom = 22;
    const w = (width - left - 8) / times.length;
    const h = (height - bottom - 8) / names.length;
    cells.forEach((row, y) => {
      const top = height - bottom - (y + 1) * h;
      row.forEach((value, x) => {
        if (value <= 1e-9) return;
        const strength = (value / max) ** 0.5;
        pen.fillStyle = `hsl(${40 - 24 * strength}, 95%, ${92 - 52 * strength}%)`;
        pen.fillRect(left + x * w + 0.5, top + 0.5, w - 1, h - 1);
      });
      pen.fillStyle = theme.colors.text.secondary;
      pen.textAlign = 'right';
      pen.textBaseline = 'middle';
      const text = names[y] === '+Inf' ? '+Inf' : formattedValueToString(unit(Number(names[y])));
      if (y % Math.ceil(14 / h) === 0) pen.fillText(text, left - 6, top + h / 2);
    });
    pen.textAlign = 'center';
    const labels = Math.floor(width / 130);
    for (let i = 1; i < labels; i++) {
      const time = dateTime((from + ((to - from) * i) / labels) * 1000).utc().format('HH:mm');
      pen.fillText(time, left + ((width - left) * i) / labels, height - 8);
    }
  });
  return <canvas ref={canvas} style={{width, height}} />;
}

const KINDS = {timeseries: Lines, stat: Number1, bargauge: Bars, table: Table, heatmap: Heat};

function Panel({panel}) {
  const [series, setSeries] = React.useState(null);
  React.useEffect(() => {
    Promise.all(panel.targets.map(async (target) =>
      (await ask(target, panel)).map((one) => ({...one, name: legendOf(target, one.metric)}))))
      .then((lists) => {
        setSeries(lists.flat());
        window.arrived = (window.arrived ?? 0) + 1;
      });
  }, [panel]);
  const {x, y, w, h} = panel.gridPos;
  const Kind = KINDS[panel.type];
  return (
    <div style={{position: 'absolute', left: GAP + x * CELL, top: 56 + y * ROW}}>
      <PanelChrome title={panel.title} width={w * CELL - GAP} height={h * ROW - GAP} padding="md">
        {(width, height) => series === null ? null : series.length === 0
          ? <div style={{color: theme.colors.text.secondary, textAlign: 'center', paddingTop: height / 2 - 10}}>No data</div>
          : <Kind panel={panel} series={series} width={width} height={height} />}
      </PanelChrome>
    </div>
  );
}

function Page({dashboard}) {
  const panels = dashboard.panels.filter(({type}) => type !== 'row');
  const rows = dashboard.panels.filter(({type}) => type === 'row');
  return (
    <ThemeContext.Provider value={theme}>
      <div style={{position: 'absolute', left: 14, top: 14, fontSize: 20, fontWeight: 500}}>{dashboard.title}</div>
      {rows.map((row) => (
        <div key={row.id} style={{position: 'absolute', left: 14, top: 56 + row.gridPos.y * ROW + 6, fontSize: 15, fontWeight: 500}}>⌄ {row.title}</div>
      ))}
      {panels.map((panel) => <Panel key={panel.id} panel={panel} />)}
    </ThemeContext.Provider>
  );
}

document.body.style.cssText = `margin:0;background:${theme.colors.background.canvas};color:${theme.colors.text.primary};font-family:Inter,"Noto Sans CJK JP",sans-serif;font-size:14px`;
fetch(query.get('dashboard')).then((answer) => answer.json())
  .then((dashboard) => createRoot(document.getElementById('root')).render(<Page dashboard={dashboard} />));
