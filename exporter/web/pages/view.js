// Elements, tables and charts.
const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 240;
const HEIGHT = 48;

export const byId = (id) => document.getElementById(id);

/** An element with a class, and what is in it: texts and elements. */
export function make(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

const shownIn = new WeakMap();

/** Shows what `build` makes; leaves all as it is while `facts` are the same, so that nothing that is selected is lost. */
export function show(element, facts, build) {
  const shown = JSON.stringify(facts);
  if (shownIn.get(element) === shown) return;
  shownIn.set(element, shown);
  element.replaceChildren(...build());
}

/**
 * A table: titles of columns, then rows of cells, each a text or an element; the first cell of a row is its heading, all
 * columns but the first `left` ones are numbers. Roles are said, since narrow screens lay the rows out as blocks.
 */
export function table(element, titles, rows, left = 1) {
  show(element, [titles, rows.map((row) => row.map((cell) => cell?.outerHTML ?? cell))], () => {
    const say = (tag, role, className, content) => {
      const made = make(tag, className, content);
      made.setAttribute('role', role);
      return made;
    };
    const header = make('tr', '', ...titles.map((title, i) => {
      const cell = say('th', 'columnheader', i < left ? '' : 'number', title);
      cell.scope = 'col';
      return cell;
    }));
    header.setAttribute('role', 'row');
    const body = rows.map((row) => {
      const line = make('tr', '', ...row.map((content, i) => {
        const cell = say(i ? 'td' : 'th', i ? 'cell' : 'rowheader', i < left ? '' : 'number', content);
        if (i === 0) cell.scope = 'row';
        cell.dataset.title = titles[i];
        return cell;
      }));
      line.setAttribute('role', 'row');
      return line;
    });
    const groups = [make('thead', '', header), make('tbody', '', ...body)];
    for (const group of groups) group.setAttribute('role', 'rowgroup');
    return groups;
  });
}

/** An empty chart; to be filled by draw(). */
export function makeChart() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  for (const name of ['base', 'bars']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    svg.append(path);
  }
  svg.querySelector('.base').setAttribute('d', `M0 ${HEIGHT - 0.5}H${WIDTH}`);
  return svg;
}

/** Bars of rates, the newest at the right; nothing where a rate is null. The scale begins at 1 a minute. */
export function draw(svg, rates, label) {
  const largest = Math.max(1, ...rates.map((rate) => rate ?? 0));
  const step = WIDTH / rates.length;
  const bars = rates.map((rate, i) => {
    if (!rate) return '';
    const height = Math.max(1.5, rate / largest * (HEIGHT - 4));
    return `M${(i * step + step / 8).toFixed(1)} ${HEIGHT}v${(-height).toFixed(2)}h${(step * 3 / 4).toFixed(1)}v${height.toFixed(2)}z`;
  });
  svg.querySelector('.bars').setAttribute('d', bars.join(''));
  svg.setAttribute('aria-label', label);
}
