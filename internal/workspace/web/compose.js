// Where one writes: a field that grows, with commands, people and channels offered while one types.
import {$, el, page} from './page.js';

// setUp makes a composer of a form.
export function setUp(form) {
  const inThread = form.dataset.in === 'thread';
  const id = form.id + '-text';
  const field = el('textarea', {
    id, rows: 1, 'aria-autocomplete': 'list', 'aria-controls': form.id + '-list', // no combobox: one writes lines of any kind
    enterkeyhint: 'send', spellcheck: false,
  });
  const list = el('ul', {id: form.id + '-list', className: 'offers', role: 'listbox', 'aria-label': 'Suggestions', hidden: true});
  const hint = el('p', {className: 'hint', id: form.id + '-hint'});
  const send = el('button', {type: 'submit', className: 'send', 'aria-label': 'Send', disabled: true}, '➤');
  const bolt = !inThread && el('button', {
    type: 'button', className: 'icon', 'aria-label': 'Shortcuts', title: 'Shortcuts', 'aria-haspopup': 'menu', 'aria-expanded': 'false',
  }, '⚡');
  const menu = el('div', {className: 'menu', role: 'menu', 'aria-label': 'Shortcuts', hidden: true});
  form.append(list, menu, el('label', {className: 'hidden', for: id}, 'Message'),
    el('div', {className: 'box'}, field, el('div', {className: 'tools'}, bolt || '', hint, send)));
  const c = {form, field, list, hint, send, inThread, at: -1, offers: []};
  field.addEventListener('input', () => refresh(c));
  field.addEventListener('keydown', (e) => onKey(c, e));
  field.addEventListener('blur', () => setTimeout(() => hide(c), 150));
  list.addEventListener('mousedown', (e) => {
    const li = e.target.closest('li');
    if (!li) return;
    e.preventDefault();
    take(c, c.offers[li.dataset.n]);
  });
  form.addEventListener('submit', (e) => { e.preventDefault(); submit(c); });
  if (bolt) shortcuts(bolt, menu);
  page.on('state', () => name(c));
  page.on('place', () => name(c));
  return c;
}

function name(c) {
  const place = page.channel(page.place);
  if (!place) return;
  const to = c.inThread ? 'Reply…' : 'Message ' + (place.direct ? place.name : '#' + place.name);
  c.field.placeholder = to;
  c.form.querySelector('label').textContent = to;
}

async function submit(c) {
  const text = c.field.value.trim();
  if (!text || c.inThread && !page.thread) return;
  c.field.value = '';
  refresh(c);
  const done = await page.act({do: 'type', channel: page.place, thread: c.inThread ? page.thread : '', text});
  if (!done && !c.field.value) { c.field.value = text; refresh(c); } // it stays to be mended
}

function onKey(c, e) {
  const open = !c.list.hidden;
  if (e.isComposing) return;
  if (open && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
    e.preventDefault();
    const step = e.key === 'ArrowDown' ? 1 : -1;
    mark(c, (c.at + step + c.offers.length) % c.offers.length);
  } else if (open && e.key === 'Escape') {
    e.preventDefault();
    e.stopPropagation();
    hide(c);
  } else if (open && (e.key === 'Tab' && !e.shiftKey || e.key === 'Enter' && c.at >= 0)) {
    e.preventDefault();
    take(c, c.offers[Math.max(0, c.at)]);
  } else if (e.key === 'Enter' && !e.shiftKey) {
    e.preventDefault();
    submit(c);
  }
}

// refresh offers what fits what is typed, and says what may follow a command.
function refresh(c) {
  const text = c.field.value;
  c.field.style.height = 'auto';
  c.field.style.height = Math.min(c.field.scrollHeight, 160) + 'px';
  c.send.disabled = !text.trim();
  const command = (page.state.app.commands || []).find((k) => text === k.name || text.startsWith(k.name + ' '));
  c.hint.textContent = command && !c.inThread ? command.hint : '';
  c.offers = offered(text, c.inThread).slice(0, 8);
  c.at = -1;
  c.list.replaceChildren(...c.offers.map((o, n) => el('li', {
    role: 'option', id: `${c.list.id}-${n}`, 'aria-selected': 'false', data: {n},
  }, el('b', {}, o.name), el('span', {}, o.about || ''))));
  const any = c.offers.length > 0;
  c.list.hidden = !any;
  c.field.removeAttribute('aria-activedescendant');
  if (any && c.offers[0].first) mark(c, 0);
}

// offered are the commands, people or channels that what is typed may become.
function offered(text, inThread) {
  const commands = page.state.app.commands || [];
  if (text.startsWith('/') && !inThread) {
    const fits = commands.filter((k) => k.name.startsWith(text)).map((k) => ({name: k.name, about: k.description, becomes: k.name + ' ', first: text !== k.name}));
    const lines = commands.filter((k) => text.startsWith(k.name)).flatMap((k) => k.lines || [])
      .filter((l) => l.toLowerCase().startsWith(text.toLowerCase()) && l !== text).map((l) => ({name: l, becomes: l}));
    return [...fits.filter((f) => f.name !== text.trim()), ...lines];
  }
  const word = /(^|\s)([@#])(\S*)$/.exec(text);
  if (!word) return [];
  const [, , sign, part] = word;
  const from = text.slice(0, text.length - part.length - 1);
  const names = sign === '@'
    ? page.state.people.map((p) => ({name: '@' + p.name.toLowerCase().replaceAll(' ', '.'), about: p.bot ? 'app' : p.title}))
    : page.state.channels.filter((k) => !k.direct).map((k) => ({name: '#' + k.name, about: ''}));
  return names.filter((n) => n.name.startsWith(sign + part.toLowerCase())).map((n) => ({...n, becomes: from + n.name + ' ', first: true}));
}

function mark(c, n) {
  c.at = n;
  [...c.list.children].forEach((li, i) => li.setAttribute('aria-selected', String(i === n)));
  c.list.children[n]?.scrollIntoView({block: 'nearest'});
  c.field.setAttribute('aria-activedescendant', c.list.children[n].id);
}

function take(c, offer) {
  c.field.value = offer.becomes;
  c.field.focus();
  refresh(c);
}

function hide(c) {
  c.list.hidden = true;
  c.field.removeAttribute('aria-activedescendant');
}

// shortcuts makes the menu of the app's global shortcuts.
function shortcuts(button, menu) {
  const shut = (back) => { menu.hidden = true; button.setAttribute('aria-expanded', 'false'); if (back) button.focus(); };
  page.on('state', () => {
    button.hidden = !page.state.app.shortcuts?.length;
    menu.replaceChildren(...(page.state.app.shortcuts || []).map((s) => el('button', {
      type: 'button', role: 'menuitem', onclick: () => { shut(true); page.act({do: 'shortcut', id: s.id}); },
    }, el('b', {}, s.name), el('span', {}, s.description))));
  });
  button.addEventListener('click', () => {
    if (!menu.hidden) return shut();
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    menu.querySelector('button')?.focus();
  });
  menu.addEventListener('keydown', (e) => {
    const all = [...menu.children], at = all.indexOf(document.activeElement);
    if (e.key === 'Escape') { e.stopPropagation(); shut(true); }
    if (e.key === 'ArrowDown') all[(at + 1) % all.length].focus();
    if (e.key === 'ArrowUp') all[(at + all.length - 1) % all.length].focus();
  });
  document.addEventListener('click', (e) => { if (!menu.contains(e.target) && !button.contains(e.target)) shut(); });
}
