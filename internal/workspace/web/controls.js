// What an app's elements do when they are used: buttons, menus, fields, windows. One listener on the page serves them all.
import {morph} from './morph.js';
import {$, el, page, say} from './page.js';

// where says in which message or view an element is, and which it is.
function where(node) {
  const view = node.closest('[data-view]')?.dataset.view;
  const message = node.closest('.message')?.dataset;
  const own = node.closest('[data-action]')?.dataset || {};
  const place = view ? {view} : {ts: message?.ts, channel: message?.channel};
  return {...place, block: own.block, action: own.action};
}

// confirmed asks first where the app wants so.
function confirmed(node) {
  const d = node.dataset;
  if (!d.confirmTitle) return Promise.resolve(true);
  $('confirm-title').textContent = d.confirmTitle;
  $('confirm-text').textContent = d.confirmText;
  $('confirm-yes').textContent = d.confirmYes;
  $('confirm-no').textContent = d.confirmNo;
  $('confirm-yes').className = 'bk-button bk-' + (d.confirmStyle || 'primary');
  const dialog = $('confirm');
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener('close', () => done(dialog.returnValue === 'yes'), {once: true}));
}

async function used(node) {
  if (node.nodeName === 'A') return page.act({do: 'press', ...where(node)});
  if (!(await confirmed(node))) return;
  const overflow = node.closest('.bk-overflow');
  if (overflow) {
    overflow.open = false;
    return page.act({do: 'select', ...where(overflow), values: [node.dataset.value]});
  }
  node.classList.add('waiting');
  await page.act({do: 'press', ...where(node)});
  setTimeout(() => node.classList.remove('waiting'), 400);
}

document.addEventListener('click', (e) => {
  for (const open of document.querySelectorAll('.bk-overflow[open]')) if (!open.contains(e.target)) open.open = false;
  for (const open of document.querySelectorAll('.bk-select[data-keep]')) if (!open.contains(e.target)) fold(open);
  const remove = e.target.closest('.bk-remove');
  if (remove) return unpick(remove);
  const option = e.target.closest('.bk-option');
  if (option) return pick(option);
  const search = e.target.closest('.bk-search');
  if (search) return unfold(search.closest('.bk-select'), '');
  const shut = e.target.closest('[data-do=close]');
  if (shut) return page.act({do: 'close', view: shut.closest('[data-view]').dataset.view, all: shut.classList.contains('bk-close')});
  const button = e.target.closest('.bk-button[data-action], .bk-item');
  if (button && !button.disabled) used(button);
});

document.addEventListener('submit', (e) => {
  const view = e.target.closest('.bk-view');
  if (!view) return;
  e.preventDefault();
  const fields = {};
  for (const f of view.querySelectorAll('.bk-text')) fields[f.dataset.block + '/' + f.dataset.action] = f.value ? [f.value] : [];
  page.act({do: 'submit', view: view.dataset.view, fields});
});

document.addEventListener('change', async (e) => {
  const choices = e.target.closest('.bk-choices');
  if (choices) {
    if (!(await confirmed(choices))) return;
    const values = [...choices.querySelectorAll('input:checked')].map((i) => i.value);
    return page.act({do: 'select', ...where(choices), values});
  }
  const field = e.target.closest('.bk-text');
  if (field) page.act({do: 'select', ...where(field), values: field.value ? [field.value] : []});
});

document.addEventListener('keydown', async (e) => {
  const field = e.target.closest?.('.bk-text');
  if (field && e.key === 'Enter' && field.nodeName !== 'TEXTAREA' && field.dataset.dispatch?.includes('enter')) {
    e.preventDefault();
    await page.act({do: 'select', ...where(field), values: field.value ? [field.value] : []});
    return page.act({do: 'enter', ...where(field)});
  }
  const search = e.target.closest?.('.bk-search');
  if (search) return searchKey(search, e);
  const overflow = e.target.closest?.('.bk-overflow');
  if (overflow) overflowKey(overflow, e);
});

function overflowKey(overflow, e) {
  const items = [...overflow.querySelectorAll('.bk-item')], at = items.indexOf(document.activeElement);
  if (e.key === 'Escape' && overflow.open) {
    e.preventDefault();
    overflow.open = false;
    overflow.querySelector('summary').focus();
  }
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    e.preventDefault();
    overflow.open = true;
    items.at((at + (e.key === 'ArrowDown' ? 1 : at < 0 ? 0 : -1)) % items.length).focus();
  }
}

// Select menus: a box to type in with a list below. While one is open the page keeps its hands off it (data-keep).

const optionsOf = (select) => [...select.querySelectorAll('.bk-option')];
const shownOf = (select) => optionsOf(select).filter((o) => !o.hidden);
const isMany = (select) => select.classList.contains('bk-many');
const chips = (select) => [...select.querySelectorAll('.bk-chip')].map((c) => c.dataset.value);

async function unfold(select, text) {
  const search = select.querySelector('.bk-search'), list = select.querySelector('.bk-listbox');
  if (search.disabled) return;
  if (select.dataset.keep === undefined) select.dataset.before = search.value;
  select.dataset.keep = '';
  list.hidden = false;
  search.setAttribute('aria-expanded', 'true');
  if (select.dataset.suggest === undefined) return filtered(select, text);
  if (text.length < Number(select.dataset.suggest)) return note(list, `Type ${select.dataset.suggest} or more characters`);
  const turn = (select.turn = (select.turn || 0) + 1);
  const out = await page.act({do: 'suggest', ...where(select), text});
  if (turn !== select.turn || select.dataset.keep === undefined) return; // more was typed meanwhile
  const chosen = isMany(select) ? chips(select) : [select.dataset.value];
  list.replaceChildren(...(out?.options || []).map((o, n) => el('li', {
    className: 'bk-option', role: 'option', id: `${list.id}-o${n}`, 'aria-selected': String(chosen.includes(o.value)), data: {value: o.value},
  }, o.label)));
  if (!out?.options?.length) note(list, 'No results');
  else mark(select, 0);
}

function note(list, text) {
  list.replaceChildren(el('li', {className: 'none', role: 'presentation'}, text));
}

function filtered(select, text) {
  for (const o of optionsOf(select)) o.hidden = !o.textContent.toLowerCase().includes(text.toLowerCase());
  for (const g of select.querySelectorAll('.bk-group')) g.hidden = !g.querySelector('.bk-option:not([hidden])');
  mark(select, Math.max(0, shownOf(select).findIndex((o) => o.getAttribute('aria-selected') === 'true')));
}

function mark(select, n) {
  const shown = shownOf(select);
  optionsOf(select).forEach((o) => o.classList.remove('at'));
  const o = shown[n];
  o?.classList.add('at');
  o?.scrollIntoView({block: 'nearest'});
  const search = select.querySelector('.bk-search');
  if (o) search.setAttribute('aria-activedescendant', o.id);
  else search.removeAttribute('aria-activedescendant');
}

function fold(select) {
  const search = select.querySelector('.bk-search');
  if (select.dataset.keep === undefined) return;
  delete select.dataset.keep;
  search.value = isMany(select) ? '' : select.dataset.before || '';
  select.querySelector('.bk-listbox').hidden = true;
  search.setAttribute('aria-expanded', 'false');
  search.removeAttribute('aria-activedescendant');
}

async function pick(option) {
  const select = option.closest('.bk-select'), value = option.dataset.value;
  if (!(await confirmed(select))) return fold(select);
  if (!isMany(select)) {
    select.dataset.before = option.querySelector('.bk-detail') ? option.firstChild.textContent : option.textContent;
    fold(select);
    return page.act({do: 'select', ...where(select), values: [value]});
  }
  const now = chips(select);
  fold(select);
  page.act({do: 'select', ...where(select), values: now.includes(value) ? now.filter((v) => v !== value) : [...now, value]});
}

function unpick(remove) {
  const select = remove.closest('.bk-select'), value = remove.closest('.bk-chip').dataset.value;
  fold(select);
  select.querySelector('.bk-search').focus();
  page.act({do: 'select', ...where(select), values: chips(select).filter((v) => v !== value)});
}

function searchKey(search, e) {
  const select = search.closest('.bk-select'), open = select.dataset.keep !== undefined;
  const shown = shownOf(select), at = shown.findIndex((o) => o.classList.contains('at'));
  if (e.key === 'Enter') {
    e.preventDefault();
    if (open && shown[at]) pick(shown[at]);
    else unfold(select, '');
  } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    e.preventDefault();
    if (!open) unfold(select, '');
    else if (shown.length) mark(select, (at + (e.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length);
  } else if (e.key === 'Escape' && open) {
    e.preventDefault();
    e.stopPropagation();
    fold(select);
  } else if (e.key === 'Tab') {
    fold(select);
  } else if (e.key === 'Backspace' && !search.value && isMany(select)) {
    const last = [...select.querySelectorAll('.bk-remove')].at(-1);
    if (last) unpick(last);
  }
}

let pause, typed;
document.addEventListener('input', (e) => {
  const field = e.target.closest('.bk-text');
  if (field?.dataset.dispatch?.includes('character')) {
    clearTimeout(typed);
    typed = setTimeout(() => page.act({do: 'select', ...where(field), values: field.value ? [field.value] : []}), 120);
  }
  const search = e.target.closest('.bk-search');
  if (search) {
    clearTimeout(pause);
    const select = search.closest('.bk-select');
    if (!search.value && !isMany(select) && select.dataset.value) { // emptied
      select.dataset.before = '';
      delete select.dataset.value;
      page.act({do: 'select', ...where(select), values: []});
    }
    pause = setTimeout(() => unfold(select, search.value), select.dataset.suggest === undefined ? 0 : 150);
  }
});

// Windows and Home.

let shown = '';

// drawScreen shows the window that is open, and Home.
export function drawScreen(screen) {
  page.home = screen.home;
  if (screen.home) morph($('home-view'), screen.home);
  else $('home-view').replaceChildren(el('p', {className: 'nothing'}, 'Nothing here yet. Opening Home asks the app for it.'));
  const dialog = $('window');
  if (!screen.window) {
    shown = '';
    if (dialog.open) dialog.close();
    return;
  }
  const fresh = shown !== screen.window.id;
  morph(dialog, screen.window.html);
  const title = dialog.querySelector('.bk-title');
  if (title) dialog.setAttribute('aria-labelledby', title.id);
  if (!dialog.open) dialog.showModal();
  if (fresh || !dialog.contains(document.activeElement)) {
    (dialog.querySelector('[data-focus]') || dialog.querySelector('.bk-text, .bk-search') || dialog.querySelector('.bk-body button, .bk-foot button'))?.focus();
    dialog.querySelector('.bk-body')?.scrollTo(0, 0);
  }
  shown = screen.window.id;
  const wrong = dialog.querySelector('.bk-error');
  if (wrong && wrong.textContent !== said) {
    wrong.closest('.bk-input')?.querySelector('input, textarea')?.focus();
    wrong.scrollIntoView({block: 'nearest'});
    say(wrong.textContent);
  }
  said = wrong?.textContent;
}
let said;

$('window').addEventListener('cancel', (e) => { // Esc
  e.preventDefault();
  if (shown) page.act({do: 'close', view: shown});
});
$('window').addEventListener('close', () => { // a browser may close it without asking
  if (shown) page.act({do: 'close', view: shown, all: true});
  if (!document.activeElement || document.activeElement === document.body) $('compose').querySelector('textarea').focus();
});
