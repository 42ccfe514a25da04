// What the parts of the page share: who one is, what is known, and a word when something happens.
import {act} from './api.js';

export const $ = (id) => document.getElementById(id);

// el makes an element: properties, then children.
export function el(tag, props = {}, ...children) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (name === 'data') Object.assign(out.dataset, value);
    else if (name.startsWith('on')) out.addEventListener(name.slice(2), value);
    else if (name in out && typeof value !== 'string') out[name] = value;
    else out.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : value);
  }
  out.append(...children.filter((c) => c !== undefined && c !== null && c !== false));
  return out;
}

// page tells its listeners: 'state' after all was read anew, 'message' and 'screen' of each event, 'place' when another
// conversation is shown, 'did' with each deed that was done.
export const page = Object.assign(new EventTarget(), {
  me: '', // id of the person one is
  state: {people: [], channels: [], app: {commands: null, shortcuts: []}, panels: []},
  messages: new Map(), // by channel: messages by ts
  place: '', // id of the conversation shown
  thread: '', // ts of the message whose thread is shown
  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, {detail})); },
  on(name, f) { this.addEventListener(name, (e) => f(e.detail)); },
  person(id) { return this.state.people.find((p) => p.id === id); },
  channel(id) { return this.state.channels.find((c) => c.id === id); },
  // act does something as who one is. What goes wrong is said; the answer is undefined then.
  async act(deed) {
    const all = {as: this.me, ...deed};
    try {
      // What is done in a row is done in that order; who types into a menu need not wait for it.
      const before = deed.do === 'suggest' ? undefined : last;
      const out = await (before ? (last = before.then(() => act(all), () => act(all))) : act(all));
      this.tell('did', deed);
      return out;
    } catch (e) {
      toast(e.message, 'failed');
    }
  },
});

let last = Promise.resolve();

// toast shows a word that passes.
export function toast(text, kind = '') {
  const one = el('div', {className: 'toast ' + kind}, el('p', {}, text),
    el('button', {type: 'button', className: 'icon', 'aria-label': 'Dismiss', onclick: () => one.remove()}, '×'));
  $('toasts').append(one);
  while ($('toasts').children.length > 4) $('toasts').firstChild.remove();
  setTimeout(() => one.remove(), 9000);
}

// say has a screen reader say something.
export function say(text) {
  $('spoken').textContent = text;
}

// initials are what stands in a person's picture.
export const initials = (name) => name.split(/[\s.]+/).map((w) => w[0]).join('').slice(0, 2).toUpperCase();

// fold takes the list of conversations away, where it lies over everything.
export function fold() {
  $('page').classList.remove('unfolded');
  $('menu').setAttribute('aria-expanded', 'false');
}

const panels = new Map();

// addPanel puts a panel beside the conversation: {id, name, about, show(body), hide()}.
export function addPanel(panel) {
  panels.set(panel.id, panel);
  $('panels').append(el('button', {
    type: 'button', className: 'side-row', id: 'open-' + panel.id, 'aria-expanded': 'false', 'aria-controls': 'panel', title: panel.about || '',
    onclick: () => (shown === panel.id ? closePanel() : openPanel(panel.id)),
  }, el('span', {className: 'sign', 'aria-hidden': 'true'}, panel.sign || '▤'), panel.name));
}

let shown = '';

export function openPanel(id) {
  closePanel();
  const panel = panels.get(id);
  if (!panel) return;
  shown = id;
  $('panel-title').textContent = panel.name;
  fold();
  $('panel').hidden = false;
  $('panel').dataset.panel = id;
  $('open-' + id).setAttribute('aria-expanded', 'true');
  panel.show($('panel-body'));
}

export function closePanel() {
  if (!shown) return;
  panels.get(shown).hide?.();
  $('open-' + shown).setAttribute('aria-expanded', 'false');
  $('panel-body').replaceChildren();
  $('panel').hidden = true;
  shown = '';
}
