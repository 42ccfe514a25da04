// The wire: what goes between the workspace, the app and Ozonetel, as it goes. The server keeps the newest thousand and has
// taken the secrets out.
import {addPanel, el, toast} from './page.js';

const most = 1000; // rows
const kinds = [
  ['envelope', 'Envelopes'], ['acknowledgement', 'Acknowledgements'], ['call', 'Web API'], ['response_url', 'response_url'],
  ['upstream', 'Ozonetel'], ['socket', 'Connections'],
];
const chosen = new Set(kinds.map(([kind]) => kind));
let text = '';

const rows = new Map(); // by id: {entry, li}
let list, count, source, later, coming = [], drawing = false;

addPanel({
  id: 'wire', name: 'Wire', sign: '⇄', about: 'Every envelope, acknowledgement, call and request, in order',
  show(body) {
    style();
    list = el('ol', {className: 'wire-list', 'aria-label': 'What went over the wires, oldest first'});
    count = el('span', {className: 'wire-count'});
    body.append(tools(), list);
    document.addEventListener('visibilitychange', look);
    look();
  },
  hide() {
    document.removeEventListener('visibilitychange', look);
    close();
    rows.clear();
    list = undefined;
  },
});

function style() {
  if (document.getElementById('wire-style')) return;
  document.head.append(el('link', {id: 'wire-style', rel: 'stylesheet', href: '/web/wire.css'}));
}

// tools choose what is listed, and copy it.
function tools() {
  const find = el('input', {type: 'search', id: 'wire-find', className: 'wire-find', placeholder: 'Find in everything', 'aria-label': 'Find in everything', value: text});
  find.addEventListener('input', () => { text = find.value; again(250); });
  const boxes = kinds.map(([kind, name]) => {
    const box = el('input', {type: 'checkbox', checked: chosen.has(kind)});
    box.addEventListener('change', () => { box.checked ? chosen.add(kind) : chosen.delete(kind); again(0); });
    return el('label', {className: 'wire-kind'}, box, name);
  });
  return el('div', {className: 'wire-tools'}, find, el('fieldset', {className: 'wire-kinds'}, el('legend', {className: 'hidden'}, 'Show'), ...boxes),
    el('p', {className: 'wire-foot'}, count, el('button', {
      type: 'button', className: 'wire-button', onclick: () => copy([...rows.values()].sort((a, b) => a.entry.id - b.entry.id).map((r) => r.entry)),
    }, 'Copy all as JSON')));
}

// The stream is open while somebody looks: a browser allows six to one address.
function look() { document.hidden ? close() : open(); }

function open() {
  if (source || !list) return;
  if (!chosen.size) return clear();
  source = new EventSource('/wire?' + new URLSearchParams({kind: chosen.size === kinds.length ? '' : [...chosen].join(','), text}));
  source.addEventListener('reset', clear);
  source.addEventListener('entry', (e) => { coming.push(JSON.parse(e.data)); draw(); });
  source.addEventListener('error', () => {
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    close();
    again(3000);
  });
}

function close() {
  clearTimeout(later);
  source?.close();
  source = undefined;
}

function again(wait) {
  close();
  later = setTimeout(look, wait);
}

function clear() {
  rows.clear();
  coming = [];
  list?.replaceChildren();
  tally();
}

// draw shows what has come since the last picture.
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (!list) return;
    const box = list.closest('.panel-body') || list, atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    coming.forEach(put);
    coming = [];
    while (list.children.length > most) {
      rows.delete(Number(list.firstChild.dataset.id));
      list.firstChild.remove();
    }
    tally();
    if (atEnd) box.scrollTop = box.scrollHeight;
  });
}

function tally() {
  if (count) count.textContent = rows.size === 1 ? '1 line' : rows.size + ' lines';
}

// put adds a line where it belongs, or says anew what has changed of it.
function put(entry) {
  const there = rows.get(entry.id);
  if (there) {
    there.entry = entry;
    dress(there.li, entry);
    return;
  }
  const body = el('div', {className: 'wire-body'});
  const details = el('details', {}, el('summary', {className: 'wire-line'}), body);
  const li = el('li', {data: {id: entry.id}}, details);
  details.addEventListener('toggle', () => fill(li));
  let after = list.lastElementChild;
  while (after && Number(after.dataset.id) > entry.id) after = after.previousElementSibling;
  after ? after.after(li) : list.prepend(li);
  rows.set(entry.id, {entry, li});
  dress(li, entry);
}

// dress writes the line itself.
function dress(li, e) {
  li.className = 'wire-row wire-' + e.kind + (e.trouble ? ' wire-trouble' : '') + (e.pending ? ' wire-pending' : '');
  li.querySelector('summary').replaceChildren(
    el('time', {className: 'wire-at', datetime: e.at}, clock(e.at)),
    el('span', {className: 'wire-way', title: e.from_app ? 'from the app' : 'to the app'}, el('span', {'aria-hidden': 'true'}, e.from_app ? '←' : '→'), el('span', {className: 'hidden'}, e.from_app ? 'from the app' : 'to the app')),
    el('span', {className: 'wire-name'}, kindName(e.kind)),
    el('span', {className: 'wire-what'}, e.what),
    el('span', {className: 'wire-took'}, took(e)));
  fill(li);
}

const kindName = (kind) => ({envelope: 'envelope', acknowledgement: 'ack', call: 'call', response_url: 'answer', upstream: 'Ozonetel', socket: 'socket'})[kind] || kind;

function took(e) {
  if (e.pending) return 'waiting…';
  const ms = e.took_ms === undefined ? '' : e.took_ms < 10 ? e.took_ms.toFixed(1) + ' ms' : e.took_ms < 1000 ? Math.round(e.took_ms) + ' ms' : (e.took_ms / 1000).toFixed(2) + ' s';
  return [e.trouble || (e.status && e.status !== 200 ? e.status : ''), ms].filter(Boolean).join(' · ');
}

// fill writes what is folded into a line, when somebody looks.
function fill(li) {
  const {entry: e} = rows.get(Number(li.dataset.id)) || {};
  const details = li.querySelector('details');
  if (!e || !details.open) return;
  const part = (name, value) => value !== undefined && el('div', {}, el('h3', {className: 'wire-part'}, name),
    el('pre', {className: 'wire-json', tabindex: '0', 'aria-label': name}, typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
  const some = (h) => (h && Object.keys(h).length ? h : undefined);
  details.querySelector('.wire-body').replaceChildren(...[
    el('p', {className: 'wire-deeds'},
      el('button', {type: 'button', className: 'wire-button', 'aria-label': `Copy as JSON, line ${e.id}`, onclick: () => copy(e)}, 'Copy as JSON'),
      e.kind === 'envelope' && el('button', {type: 'button', className: 'wire-button', 'aria-label': `Deliver again, line ${e.id}`, onclick: (event) => replay(e.id, event.target)}, 'Deliver again'),
      e.connection && el('span', {}, 'connection ' + e.connection)),
    part('Headers', some(e.headers)), part(e.kind === 'envelope' || e.kind === 'socket' ? 'Sent' : 'Asked', e.body),
    part('Headers of the answer', some(e.answer_headers)), part('Answer', e.answer),
  ].filter(Boolean));
}

// replay has an envelope delivered once more: what the app makes of a redelivery is seen at once.
async function replay(id, button) {
  button.disabled = true;
  try {
    const response = await fetch('/wire/replay', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({id})});
    const said = await response.json();
    toast(said.said || said.error, response.ok ? '' : 'failed');
  } catch {
    toast('The workspace did not answer. Is it still running?', 'failed');
  }
  button.disabled = false;
}

async function copy(what) {
  try {
    await navigator.clipboard.writeText(JSON.stringify(what, null, 2));
    toast(Array.isArray(what) ? 'Copied.' : 'Copied line ' + what.id + '.');
  } catch {
    toast('The browser does not let this page copy. Allow it, or open /wire.', 'failed');
  }
}

function clock(at) {
  const d = new Date(at), two = (n) => String(n).padStart(2, '0');
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, '0')}`;
}
