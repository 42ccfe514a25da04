// The guided minute: what to try first. Each step notices by itself that it was done, from what happens on the page.
import {$, el, fold, openPanel, page} from './page.js';
import {ask} from './floor.js';

const steps = [
  {id: 'agent', name: 'Ask for an agent', try: () => write('/aht agent 42')},
  {id: 'campaign', name: 'Ask for a campaign', try: () => write('/aht campaign "Collections North"')},
  {id: 'share', name: 'Press Share below the answer', try: () => $('messages').querySelector('[data-action^=aht_share]')?.focus()},
  {id: 'alert', name: 'Press Watch this and set an alert: above 5m, for how long 0s, anything else “clear for 0s”', try: () => $('messages').querySelector('.message:last-of-type [data-action^=aht_form]')?.focus()},
  {id: 'fires', name: 'Make Collections North slow at 60×, see the alert fire, make it quick, see it clear', try: () => openPanel('floor')},
  {id: 'home', name: 'Open Home', try: () => $('apps').querySelector('button')?.click()},
  {id: 'token', name: 'Take the token away, ask again: nothing breaks', try: () => openPanel('floor')},
];

const soon = 15000; // ms: the answer to what one did comes within
const done = new Set();
let name = ''; // under which this run of the demo is kept in this browser
let waiting = {}; // by step: when one did what the app is to answer yet
let heard = 0; // when the app said something last
let taken = 0; // how many sign-ins there were when the token was taken
let form = ''; // what stands in the window that is open, or was last
let list, box;

page.on('did', (deed) => {
  const said = deed.do === 'type' ? deed.text : '';
  if (/\bagent\b/i.test(said)) asked('agent');
  if (/^\/aht\s+campaign\b|^campaign\b|@\S+\s+campaign\b/i.test(said)) asked('campaign');
  if (deed.do === 'press' && deed.action?.startsWith('aht_share')) asked('share');
  if (deed.do === 'submit' && /alert/i.test(form)) {
    waiting.alert = Date.now();
    formTold();
  }
  if (deed.do === 'home') finish('home');
});

// asked waits for the answer to a step; it may have come before we hear that the step was done.
function asked(step) {
  if (Date.now() - heard < 1500) return finish(step);
  waiting[step] = Date.now();
}

page.on('screen', ({window}) => {
  if (window) form = words(window.html);
  formTold();
});

// formTold sees what became of a form that was submitted.
function formTold() {
  if (Date.now() - waiting.alert < soon && /Alert #\d+ tells/.test(form)) finish('alert');
}

page.on('message', (m) => {
  if (m.user !== page.state.bot || m.deleted) return;
  heard = Date.now();
  for (const [step, since] of Object.entries(waiting)) {
    if (step === 'alert') continue; // its form tells
    if (heard - since < soon) finish(step);
    delete waiting[step];
  }
  alertTold(m);
  if (taken && !done.has('token')) ask().catch(() => {});
});

function words(html) {
  const content = document.createElement('template');
  content.innerHTML = html;
  return content.content.textContent;
}

// alertTold reads the one message that an alert has, which is edited as it goes on: one that cleared has fired.
function alertTold(m) {
  if (m.user === page.state.bot && !m.deleted && /^\s*✅ Back in range: Collections North/.test(words(m.html))) finish('fires');
}

page.on('state', () => page.state.messages.forEach(alertTold)); // it may have cleared while nobody looked

page.on('floor', ({now, change}) => {
  if (change?.trouble === 'token') taken = now.tokens;
  if (taken && now.tokens > taken) finish('token'); // the app signed in anew by itself
});

function finish(step) {
  if (done.has(step)) return;
  done.add(step);
  store();
  draw();
}

function write(line) {
  if ($('talk').hidden) $('channels').querySelector('button')?.click();
  const field = $('compose').querySelector('textarea');
  field.value = line;
  field.focus();
  field.dispatchEvent(new Event('input', {bubbles: true}));
}

function draw() {
  if (!list) return;
  list.replaceChildren(...steps.map((s) => el('li', {className: done.has(s.id) ? 'done' : ''}, el('button', {type: 'button', onclick: () => { fold(); s.try(); }},
    el('span', {className: 'guide-mark', 'aria-hidden': 'true'}, done.has(s.id) ? '✓' : '○'), el('span', {}, s.name, done.has(s.id) && el('span', {className: 'hidden'}, ', done'))))));
  box.querySelector('h2').textContent = done.size === steps.length ? 'That is all of it' : `A guided minute, ${done.size}/${steps.length}`;
}

// begin shows the list, unless it was dismissed in this browser for this run of the demo.
async function begin() {
  const now = await ask();
  name = 'workspace-guide-' + now.began;
  forgetOthers();
  const kept = read();
  if (kept === 'dismissed') return;
  kept.split(' ').filter(Boolean).forEach((step) => done.add(step));
  document.head.append(el('link', {rel: 'stylesheet', href: '/web/guide.css'}));
  list = el('ol', {});
  box = el('section', {className: 'guide', 'aria-label': 'A guided minute'}, el('header', {}, el('h2', {}),
    el('button', {type: 'button', className: 'icon', 'aria-label': 'Dismiss the guide', onclick: dismiss}, '×')), list);
  $('panels').after(box);
  draw();
}

function dismiss() {
  box.remove();
  list = undefined;
  store('dismissed');
}

function store(value = [...done].join(' ')) {
  try { localStorage.setItem(name, value); } catch { /* it is for this tab only then */ }
}

// forgetOthers forgets earlier runs of the demo at this address.
function forgetOthers() {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith('workspace-guide-') && key !== name).forEach((key) => localStorage.removeItem(key));
  } catch { /* nothing is kept then */ }
}

function read() {
  try { return localStorage.getItem(name) || ''; } catch { return ''; }
}

begin().catch(() => {}); // without a floor there is nothing to guide to
