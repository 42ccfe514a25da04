// Tables of messages as Slack shows them: a page of rows at a time, and sorted by the column whose head is pressed: up, down, and then
// in the app's own order again.
import {say} from './page.js';

const rows = (table) => [...table.tBodies[0].rows];

// show shows the page of rows that begins with one, by its place.
function show(table, from) {
  const all = rows(table);
  const until = Math.min(from + Number(table.dataset.pageSize), all.length);
  all.forEach((row, i) => { row.hidden = i < from || i >= until; });
  const pager = table.closest('.bk-data').querySelector('.bk-pager');
  if (!pager) return;
  const words = `${from + 1} to ${until} of ${all.length}`;
  pager.querySelector('.bk-pages').textContent = words;
  const [before, after] = pager.querySelectorAll('.bk-page');
  before.setAttribute('aria-disabled', String(from === 0));
  after.setAttribute('aria-disabled', String(until === all.length));
  say(`Rows ${words}`);
}

function step(table, button) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const first = rows(table).findIndex((row) => !row.hidden);
  show(table, Math.max(first + Number(button.dataset.step) * Number(table.dataset.pageSize), 0));
}

const number = (cell) => cell.querySelector('.bk-number')?.dataset.value;

// comparison says how two rows compare in a column: as numbers where every cell is one, else as words.
function comparison(table, column) {
  if (rows(table).every((row) => number(row.cells[column]) !== undefined)) {
    return (a, b) => Number(number(a.cells[column])) - Number(number(b.cells[column]));
  }
  return (a, b) => a.cells[column].textContent.localeCompare(b.cells[column].textContent, undefined, {numeric: true});
}

const next = {ascending: 'descending', descending: ''};

function sort(table, head) {
  const now = next[head.getAttribute('aria-sort')] ?? 'ascending';
  for (const th of table.tHead.rows[0].cells) th.removeAttribute('aria-sort');
  const all = rows(table).sort((a, b) => a.dataset.row - b.dataset.row);
  if (now) {
    head.setAttribute('aria-sort', now);
    const by = comparison(table, head.cellIndex);
    all.sort((a, b) => now === 'ascending' ? by(a, b) : by(b, a));
  }
  table.tBodies[0].append(...all);
  show(table, 0);
  say(now ? `Sorted by ${head.textContent}, ${now}` : 'In its own order');
}

document.addEventListener('click', (e) => {
  const table = e.target.closest('.bk-data')?.querySelector('.bk-table');
  const head = e.target.closest('.bk-sort')?.closest('th');
  const page = e.target.closest('.bk-page');
  if (table && head) sort(table, head);
  if (table && page) step(table, page);
});
