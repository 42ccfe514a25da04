// The floor: the simulated contact centre and its Ozonetel account, as they are now, and what can be changed there. It is asked
// once a second while somebody looks.
import {addPanel, el, page, toast} from './page.js';

const factors = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5]; // on handling times: the steps of a slider
const speeds = [[1, '1×'], [10, '10×'], [60, '60×']];

let parts, timer; // what of the panel changes; unset: it is not shown

addPanel({
  id: 'floor', name: 'Floor', sign: '☎', about: 'The contact centre: make a campaign slow, make trouble',
  show(body) {
    style();
    parts = build(body);
    document.addEventListener('visibilitychange', look);
    look();
  },
  hide() {
    document.removeEventListener('visibilitychange', look);
    clearInterval(timer);
    parts = undefined;
  },
});

function style() {
  if (document.getElementById('floor-style')) return;
  document.head.append(el('link', {id: 'floor-style', rel: 'stylesheet', href: '/web/floor.css'}));
}

function look() {
  clearInterval(timer);
  if (document.hidden) return;
  timer = setInterval(refresh, 1000);
  refresh();
}

async function refresh() {
  try {
    draw(await ask());
  } catch { /* the page itself says when the workspace is away */ }
}

// ask answers how things stand, after a change where there is one.
export async function ask(change) {
  const response = await fetch('/floor', change && {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(change),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  page.tell('floor', {now: body, change});
  return body;
}

async function set(change) {
  try {
    draw(await ask(change));
  } catch (e) {
    toast(e.message || 'The floor did not answer. Try again.', 'failed');
    refresh();
  }
}

// build makes the panel, without figures.
function build(body) {
  const p = {
    clock: el('b', {}), speeds: new Map(), campaigns: new Map(), agents: new Map(), troubles: new Map(),
    list: el('ul', {className: 'floor-list'}), people: el('ul', {className: 'floor-list'}), switches: el('ul', {className: 'floor-troubles'}),
    strip: svgEl('svg', {viewBox: '0 0 600 56', class: 'floor-strip', preserveAspectRatio: 'none', role: 'img'}), used: el('b', {}), meter: el('meter', {min: '0', 'aria-label': 'Requests of the last 60 seconds'}),
    limit: el('span', {}), tokens: el('b', {}), sockets: el('b', {}),
  };
  const choice = el('fieldset', {className: 'floor-speeds'}, el('legend', {}, 'Speed of the floor'), ...speeds.map(([times, words]) => {
    const radio = el('input', {type: 'radio', name: 'floor-speed', value: String(times), onchange: () => set({do: 'speed', speed: times})});
    p.speeds.set(times, radio);
    return el('label', {}, radio, words);
  }));
  body.append(el('div', {className: 'floor'},
    el('p', {className: 'floor-clock'}, 'On the floor it is ', p.clock), choice,
    el('p', {className: 'floor-note'}, 'At 60×, two hours of calls pass in two minutes. The app keeps real time.'),
    el('h3', {}, 'Requests of the last minute'), p.strip,
    el('p', {className: 'floor-line'}, p.used, p.meter, p.limit),
    el('p', {}, 'Sign-ins this hour: ', p.tokens), el('p', {}, 'Connections to Slack: ', p.sockets),
    el('h3', {}, 'Campaigns'), p.list,
    el('h3', {}, 'Trouble'), p.switches,
    el('details', {}, el('summary', {}, 'Agents'), p.people)));
  return p;
}

function svgEl(tag, attributes) {
  const out = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  return out;
}

// draw puts what is so now into the panel.
function draw(now) {
  if (!parts) return;
  parts.clock.textContent = now.clock;
  for (const [times, radio] of parts.speeds) radio.checked = times === now.speed;
  for (const c of now.campaigns) campaign(c);
  for (const a of now.agents) agent(a);
  for (const t of now.troubles) trouble(t);
  strip(now);
  parts.tokens.textContent = `${now.tokens} of ${now.mostTokens}`;
  parts.sockets.textContent = String(now.connections);
}

const words = (seconds) => (seconds >= 60 ? `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s` : `${seconds}s`);
const figure = (f) => (f.calls ? `${words(f.aht)} · ${f.calls} call${f.calls === 1 ? '' : 's'}` : 'no calls');
const slower = (factor) => (factor === 1 ? 'as usual' : `${factor}× as long`);

function campaign(c) {
  let row = parts.campaigns.get(c.id);
  if (!row) {
    row = campaignRow(c.id);
    parts.campaigns.set(c.id, row);
    parts.list.append(row.li);
  }
  row.figure.textContent = figure(c);
  row.idle.checked = c.idle;
  row.li.classList.toggle('changed', c.idle || c.factor !== 1);
  if (row.moved) return; // somebody is moving it
  row.slider.value = String(factors.indexOf(c.factor));
  row.slider.disabled = c.idle;
  label(row);
}

function campaignRow(id) {
  const row = {
    figure: el('span', {className: 'floor-figure'}), pace: el('span', {className: 'floor-pace', 'aria-hidden': 'true'}),
    slider: el('input', {type: 'range', min: '0', max: String(factors.length - 1), step: '1', 'aria-label': 'How long calls take: ' + id}),
    idle: el('input', {type: 'checkbox', 'aria-label': 'Idle: ' + id}), moved: false,
  };
  const send = () => {
    row.moved = false;
    set({do: 'pace', campaign: id, factor: factors[row.slider.value], idle: row.idle.checked});
  };
  row.slider.addEventListener('input', () => { row.moved = true; label(row); });
  row.slider.addEventListener('change', send);
  row.idle.addEventListener('change', send);
  row.li = el('li', {}, el('span', {className: 'floor-name'}, id), row.figure, row.slider, row.pace, el('label', {className: 'floor-idle'}, row.idle, 'idle'));
  return row;
}

function label(row) {
  const text = slower(factors[row.slider.value]);
  row.pace.textContent = text;
  row.slider.setAttribute('aria-valuetext', text);
}

function agent(a) {
  let shown = parts.agents.get(a.id);
  if (!shown) {
    shown = el('span', {className: 'floor-figure'});
    parts.agents.set(a.id, shown);
    parts.people.append(el('li', {}, el('span', {className: 'floor-name'}, `${a.name} (${a.id})`), shown));
  }
  shown.textContent = figure(a);
}

function trouble(t) {
  let control = parts.troubles.get(t.id);
  if (!control) {
    const id = 'trouble-' + t.id;
    control = t.once
      ? el('button', {type: 'button', id, className: 'floor-once', 'aria-describedby': id + '-about', onclick: () => set({do: 'trouble', trouble: t.id, on: true})}, t.name)
      : el('input', {type: 'checkbox', id, role: 'switch', 'aria-describedby': id + '-about', onchange: (e) => set({do: 'trouble', trouble: t.id, on: e.target.checked})});
    parts.troubles.set(t.id, control);
    parts.switches.append(el('li', {}, t.once ? control : el('label', {}, control, t.name), el('small', {id: id + '-about'}, t.about)));
  }
  if (!t.once) control.checked = t.on;
}

// strip draws each request of the last minute where it was, newest at the right, and how many of the limit they are.
function strip(now) {
  const asked = now.requests.filter((r) => r.kind === 'AHT'), refused = asked.filter((r) => r.refused);
  parts.strip.replaceChildren(...now.requests.map((r) => svgEl('rect', {
    x: String(600 - r.ago / 100 - 2), width: '3', class: r.refused ? 'refused' : r.kind, y: r.kind === 'AHT' ? '8' : '24', height: r.kind === 'AHT' ? '40' : '24',
  })), svgEl('rect', {x: '0', y: '48', width: '600', height: '1', class: 'ground'}));
  const others = now.requests.length - asked.length;
  parts.strip.setAttribute('aria-label', `${asked.length} questions for AHT in the last 60 seconds, ${refused.length} refused, and ${others} other requests`);
  parts.used.textContent = `${asked.length - refused.length}`;
  parts.limit.textContent = `of ${now.limit} a minute` + (refused.length ? `, ${refused.length} refused` : '');
  parts.meter.max = Math.max(1, now.limit);
  parts.meter.high = now.limit * 0.8;
  parts.meter.value = asked.length - refused.length;
}
