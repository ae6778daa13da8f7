// The metric reference: a table that is searched as one types.
import * as format from './format.js';
import {text, translate} from './language.js';
import {byId} from './view.js';

const rows = [...document.querySelectorAll('#metrics tbody tr')].map((row) => ({
  row,
  text: row.textContent.toLowerCase(),
  series: Number(row.lastElementChild.textContent),
}));

/** Rows that have all the words, in any order. */
function search() {
  const words = byId('search').value.toLowerCase().split(/\s+/);
  const found = rows.filter((one) => words.every((word) => one.text.includes(word)));
  for (const one of rows) one.row.hidden = !found.includes(one);
  const series = found.reduce((sum, one) => sum + one.series, 0);
  byId('found').textContent = text('found', format.count(found.length), format.count(rows.length), format.count(series));
}

/** Narrow screens lay the rows out as blocks: titles of columns for them, and roles that stay. */
function prepare(table) {
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  for (const group of [table.tHead, ...table.tBodies]) group.setAttribute('role', 'rowgroup');
  for (const row of table.rows) {
    row.setAttribute('role', 'row');
    for (const cell of row.cells) {
      cell.setAttribute('role', cell.tagName === 'TD' ? 'cell' : cell.scope === 'row' ? 'rowheader' : 'columnheader');
      cell.dataset.title = titles[cell.cellIndex];
      cell.classList.toggle('empty', cell.textContent === '');
    }
  }
}

translate();
for (const table of document.querySelectorAll('table')) prepare(table);
byId('search').addEventListener('input', search);
search();
