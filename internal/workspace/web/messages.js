// The list of a conversation's messages, and of a thread's.
import {ask} from './api.js';
import {morph} from './morph.js';
import {$, el, initials, page, say, toast} from './page.js';

const together = 5 * 60e3; // messages of one sender within it stand under one name

let formats = {};
// clocks makes the formats of times, for the zone of who looks.
function clocks() {
  const timeZone = page.state.zone;
  const f = (o) => new Intl.DateTimeFormat(navigator.language, {timeZone, ...o});
  formats = {
    time: f({hour: '2-digit', minute: '2-digit'}), day: f({weekday: 'long', day: 'numeric', month: 'long'}),
    full: f({dateStyle: 'full', timeStyle: 'medium'}), date: new Intl.DateTimeFormat('en-CA', {timeZone}),
  };
}

const dayOf = (m) => formats.date.format(m.at);

function dayName(m) {
  const day = dayOf(m);
  if (day === formats.date.format(Date.now())) return 'Today';
  if (day === formats.date.format(Date.now() - 864e5)) return 'Yesterday';
  return formats.day.format(m.at);
}

// keep notes a message as it stands, unless something newer is known; it returns whether it changed anything.
export function keep(m) {
  const all = page.messages.get(m.channel) || page.messages.set(m.channel, new Map()).get(m.channel);
  const old = all.get(m.ts);
  if (m.threadReplies !== undefined && all.get(m.thread)) all.get(m.thread).replies = m.threadReplies;
  if (m.deleted) return all.delete(m.ts);
  if (old && (old.edited || 0) > (m.edited || 0)) return false;
  all.set(m.ts, m);
  return true;
}

const sorted = (id) => [...(page.messages.get(id)?.values() || [])].sort((a, b) => (a.ts < b.ts ? -1 : 1));

// head is what stands above a message: who, when, for whom.
function head(m, small) {
  const time = el('time', {className: 'time', datetime: new Date(m.at).toISOString(), title: formats.full.format(m.at)}, formats.time.format(m.at));
  if (small) return time;
  const person = page.person(m.user);
  return el('p', {className: 'head'}, el('b', {className: 'name'}, m.name),
    person?.bot ? el('span', {className: 'badge'}, 'app') : person?.title && el('span', {className: 'role'}, person.title), time);
}

function face(m) {
  const person = page.person(m.user);
  const n = Math.max(0, page.state.people.findIndex((p) => p.id === m.user));
  return el('span', {className: 'face face-' + (person?.bot ? 'bot' : n % 5), 'aria-hidden': 'true'}, initials(m.name));
}

// row is a message's element, filled by fill.
function row(m) {
  const out = el('li', {className: 'message', data: {ts: m.ts, channel: m.channel}});
  out.append(el('div', {className: 'gutter'}), el('div', {className: 'content'},
    el('div', {className: 'above'}), el('div', {className: 'body'}), el('div', {className: 'below'})));
  return out;
}

function fill(li, m, before, inThread) {
  const small = before && before.user === m.user && m.at - before.at < together && !!before.private === !!m.private && dayOf(before) === dayOf(m);
  const sign = [m.edited || 0, m.replies || 0, small, inThread, m.html.length].join();
  if (li.dataset.sign === sign && li.dataset.zone === page.state.zone) return;
  Object.assign(li.dataset, {sign, zone: page.state.zone});
  li.classList.toggle('small', !!small);
  li.classList.toggle('private', !!m.private);
  const [gutter, content] = li.children;
  const [above, body, below] = content.children;
  gutter.replaceChildren(small ? head(m, true) : face(m));
  above.replaceChildren(...[
    m.private && el('p', {className: 'only'}, el('span', {'aria-hidden': 'true'}, '◉ '), 'Only visible to you'),
    !small && head(m),
    m.broadcast && !inThread && el('p', {className: 'only'}, 'replied to a thread'),
  ].filter(Boolean));
  morph(body, m.html);
  below.replaceChildren(...[
    m.edited > 0 && m.name !== page.person(page.state.bot)?.name && el('span', {className: 'edited'}, '(edited)'),
    !inThread && !m.private && el('button', {
      type: 'button', className: m.replies ? 'thread-link' : 'thread-link quiet', data: {thread: m.thread || m.ts},
    }, m.replies ? (m.replies === 1 ? '1 reply' : m.replies + ' replies') : 'Reply in thread'),
  ].filter(Boolean));
}

// draw puts messages into a list and keeps what is there.
function draw(list, all, inThread) {
  const now = new Map([...list.children].map((li) => [li.dataset.ts || 'day ' + li.dataset.day, li]));
  let at = list.firstElementChild, before;
  const put = (key, make) => {
    const li = now.get(key) || make();
    now.delete(key);
    if (li === at) at = at.nextElementSibling;
    else list.insertBefore(li, at);
    return li;
  };
  for (const m of all) {
    if (!before || dayOf(before) !== dayOf(m)) {
      const li = put('day ' + dayOf(m), () => el('li', {className: 'day', data: {day: dayOf(m)}}));
      li.textContent = dayName(m);
    }
    fill(put(m.ts, () => row(m)), m, before, inThread);
    before = m;
  }
  for (const li of now.values()) li.remove();
}

const inChannel = (m) => !m.thread || m.broadcast;

// A list whose end is in sight stays there, also when what is above it turns out to be taller.
for (const box of document.querySelectorAll('.scroll')) {
  box.end = true;
  box.addEventListener('scroll', () => { box.end = box.scrollHeight - box.scrollTop - box.clientHeight < 60; }, {passive: true});
  new ResizeObserver(() => { if (box.end) box.scrollTop = box.scrollHeight; }).observe(box.querySelector('.messages'));
}

// drawPlace draws the conversation that is shown; jump: from its end.
export function drawPlace(jump) {
  clocks();
  const box = $('scroll');
  box.end ||= jump;
  const all = sorted(page.place).filter(inChannel);
  draw($('messages'), all, false);
  $('talk').classList.toggle('empty', all.length === 0);
  $('earlier').hidden = !page.channel(page.place)?.more;
  if (box.end) box.scrollTop = box.scrollHeight;
}

// drawThread draws the thread that is open.
export function drawThread() {
  $('thread').hidden = !page.thread;
  if (!page.thread) return;
  const box = $('replies').parentElement;
  draw($('replies'), sorted(page.place).filter((m) => m.ts === page.thread || m.thread === page.thread), true);
  if (box.end) box.scrollTop = box.scrollHeight;
}

// announce says a new message to a screen reader.
export function announce(m) {
  if (m.user === page.me || m.deleted) return;
  const words = el('div', {});
  words.innerHTML = m.html;
  for (const b of words.querySelectorAll('br,div,p,li,tr,h3,h4')) b.append(' ');
  say(`${m.name}${m.private ? ', only visible to you' : ''}${m.edited ? ', edited' : ''}: ${words.textContent.replace(/\s+/g, ' ').trim().slice(0, 400)}`);
}

$('earlier').addEventListener('click', async () => {
  const box = $('scroll'), from = box.scrollHeight - box.scrollTop, place = page.place;
  try {
    const out = await ask('/earlier', {as: page.me, channel: place, before: sorted(place)[0]?.ts || ''});
    out.messages.forEach(keep);
    page.channel(place).more = out.more;
  } catch (e) {
    toast(e.message, 'failed');
  }
  drawPlace();
  box.scrollTop = box.scrollHeight - from;
});
