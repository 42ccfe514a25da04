// The page: who one is, which conversation is shown, and what happens.
import {ask, follow} from './api.js';
import {setUp} from './compose.js';
import {drawScreen} from './controls.js';
import {announce, drawPlace, drawThread, keep} from './messages.js';
import {$, closePanel, el, fold, initials, page, toast} from './page.js';
import './tables.js';

const unread = new Map(); // by channel: how many
let unfollow = () => {};
let atHome = false;

// become makes one another person.
function become(id) {
  unfollow();
  page.me = id;
  unread.clear();
  unfollow = follow(id, happened);
  store('me', id);
}

// load reads anew all that one sees.
async function load() {
  const me = page.me;
  let state;
  try {
    state = await ask('/state', {as: me});
  } catch (e) {
    if (page.state.me) return toast(e.message, 'failed');
    store('me', ''); // somebody of another workspace on this port
    state = await ask('/state');
    page.me = state.me;
  }
  if (me !== page.me && page.me !== state.me) return; // one is somebody else by now
  page.me = state.me;
  const before = page.state.me;
  page.state = state;
  page.messages = new Map();
  state.messages.forEach(keep);
  if (before !== state.me || !page.channel(page.place)) {
    page.place = '';
    page.thread = '';
  }
  page.tell('state', state);
  drawScreen(state);
  show(page.place || read('place-' + state.me) || state.channels.find((c) => !c.direct)?.id || state.channels[0]?.id, before !== state.me);
  document.documentElement.dataset.ready = '';
}

let loading;
function happened(name, what) {
  if (name === 'hello') {
    document.documentElement.classList.remove('lost');
    loading = load();
  } else if (name === 'away') {
    document.documentElement.classList.add('lost');
  } else {
    (loading || Promise.resolve()).then(() => events[name]?.(what));
  }
}

const events = {
  message(m) {
    if (!page.channel(m.channel)) return;
    const fresh = !page.messages.get(m.channel)?.has(m.ts);
    if (!keep(m)) return;
    page.tell('message', m);
    if (m.channel === page.place && !atHome) {
      drawPlace();
      drawThread();
      announce(m);
    } else if (fresh && m.user !== page.me && !m.deleted) {
      unread.set(m.channel, (unread.get(m.channel) || 0) + 1);
      drawSide();
    }
  },
  screen(s) {
    page.tell('screen', s);
    drawScreen(s);
  },
  toast(t) {
    page.tell('toast', t);
    toast(t.text, t.kind);
  },
};

// show shows a conversation.
function show(id, jump = true) {
  const c = page.channel(id) || page.state.channels[0];
  if (!c) return;
  if (c.id !== page.place) {
    page.thread = '';
    page.place = c.id;
  }
  store('place-' + page.me, c.id);
  unread.delete(c.id);
  if (!c.direct) atHome = false;
  $('title').textContent = c.direct ? c.name : '#' + c.name;
  $('about').textContent = c.direct ? 'app' : `${c.members} members${c.bot ? ', ' + page.person(page.state.bot)?.name + ' among them' : ''}`;
  document.title = (c.direct ? c.name : '#' + c.name) + ' · Demo floor';
  $('tabs').hidden = !c.direct;
  tab(atHome);
  page.tell('place', c);
  drawSide();
  drawPlace(jump);
  drawThread();
}

// tab shows Home or the messages of the app.
function tab(home) {
  atHome = home;
  $('home').hidden = !home;
  $('talk').hidden = home;
  $('tab-home').setAttribute('aria-selected', String(home));
  $('tab-messages').setAttribute('aria-selected', String(!home));
}

function openApp(home) {
  atHome = home;
  show(page.state.channels.find((c) => c.direct)?.id);
  page.act({do: home ? 'home' : 'open_direct'});
}

function drawSide() {
  const entry = (sign, name, current, count, onclick) => el('li', {}, el('button', {
    type: 'button', className: 'side-row' + (count ? ' unread' : ''), 'aria-current': current ? 'page' : undefined, onclick: () => { fold(); onclick(); },
  }, el('span', {className: 'sign', 'aria-hidden': 'true'}, sign), name,
  count > 0 && el('span', {className: 'count'}, String(count), el('span', {className: 'hidden'}, ' unread'))));
  const rooms = page.state.channels.filter((c) => !c.direct), direct = page.state.channels.find((c) => c.direct);
  $('channels').replaceChildren(...rooms.map((c) => entry(c.private ? '🔒' : '#', c.name, c.id === page.place, unread.get(c.id), () => show(c.id))));
  $('apps').replaceChildren(...(direct ? [
    entry('⌂', 'Home', page.place === direct.id && atHome, 0, () => openApp(true)),
    entry('✉', direct.name, page.place === direct.id && !atHome, unread.get(direct.id), () => openApp(false)),
  ] : []));
  $('people').replaceChildren(...page.state.people.filter((p) => p.be).map((p, n) => el('li', {}, el('button', {
    type: 'button', className: 'person', 'aria-pressed': String(p.id === page.me), onclick: () => p.id !== page.me && become(p.id),
  }, el('span', {className: 'face face-' + (n % 5), 'aria-hidden': 'true'}, initials(p.name)),
  el('span', {}, el('b', {}, p.name), el('small', {}, p.title || ''))))));
  const all = [...unread.values()].reduce((a, b) => a + b, 0);
  document.title = document.title.replace(/^(\(\d+\) )?/, all ? `(${all}) ` : '');
}

function openThread(ts) {
  page.thread = ts;
  closePanel();
  drawThread();
  if (ts) $('reply').querySelector('textarea').focus();
}

$('menu').addEventListener('click', () => {
  const open = $('page').classList.toggle('unfolded');
  $('menu').setAttribute('aria-expanded', String(open));
  if (open) $('people').querySelector('button')?.focus();
});
$('tab-home').addEventListener('click', () => openApp(true));
$('tab-messages').addEventListener('click', () => openApp(false));
$('thread-close').addEventListener('click', () => openThread(''));
$('panel-close').addEventListener('click', closePanel);
document.addEventListener('click', (e) => {
  const link = e.target.closest('[data-thread]');
  if (link) openThread(link.dataset.thread);
});
document.addEventListener('keydown', (e) => {
  if (e.key !== 'Escape' || e.defaultPrevented || document.querySelector('dialog[open]')) return;
  if ($('page').classList.contains('unfolded')) { fold(); $('menu').focus(); } else if (page.thread) openThread('');
});

// Light and dark: as the system says, until one says otherwise.
const dark = matchMedia('(prefers-color-scheme: dark)');
function paint() {
  document.documentElement.dataset.theme = read('theme') || (dark.matches ? 'dark' : 'light');
}
dark.addEventListener('change', paint);
$('theme').addEventListener('click', () => {
  store('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  paint();
});

// store and read keep what one chose in this browser, where it lets us.
function store(name, value) {
  try { localStorage.setItem('workspace-' + name, value); } catch { /* it is for this tab only then */ }
}
function read(name) {
  try { return localStorage.getItem('workspace-' + name) || ''; } catch { return ''; }
}

paint();
setUp($('compose'));
setUp($('reply'));
page.on('state', once(async () => { // in their order
  for (const name of page.state.panels) await import(`/web/${name}.js`);
}));
become(new URLSearchParams(location.search).get('as') || read('me'));

function once(f) {
  let done = false;
  return () => { if (!done) { done = true; f(); } };
}
