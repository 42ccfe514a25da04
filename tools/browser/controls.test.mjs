// Every control that can be seen is pressed, wherever that leads, until there is no new one. Nothing breaks, and nothing is refused.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {quiet, start, type} from './demo.mjs';

const most = 250; // presses: a page that makes new controls for ever is a fault too

let demo;
before(async () => { demo = await start(); });
after(() => demo?.stop());

// next finds a control that was not pressed yet, in the dialog that is open or else on the page: what leads elsewhere last. Its name
// is the same from one message to the next.
const next = ({pressed, panels}) => {
  const root = [...document.querySelectorAll('dialog[open]')].at(-1) || document.body;
  const place = (n) => n.closest('dialog')?.querySelector('h2')?.textContent || n.closest('[id]:not(button, input, textarea, label, li)')?.id;
  const words = (n) => n.getAttribute('aria-label') || (n.labels?.[0] || n).textContent || n.placeholder || n.id;
  const last = (n) => (n.matches('[data-do], dialog [value], dialog [type=submit]') ? 2 : n.closest('.side, .tabs, .end') ? 1 : 0);
  const found = [...root.querySelectorAll('button, summary, a[href], input, textarea, [role=option]')]
    .filter((n) => n.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !n.disabled && !n.matches('.skip, .person') && (panels || !n.closest('#panels, .panel')))
    .sort((a, b) => last(a) - last(b));
  for (const n of found) {
    const name = `${place(n)}: ${words(n).replace(/\d+/g, 'N').trim().slice(0, 60)} (${n.type || n.nodeName.toLowerCase()})`;
    if (!pressed.includes(name)) return {n, name, typed: n.matches('textarea, [type=text]'), link: n.matches('a')};
  }
  return {};
};

// Explorer is somebody who presses everything.
class Explorer {
  pressed = [];
  openers = []; // of the dialogs that are open, with how often each was open
  panels = false; // what is in panels makes trouble: it comes last
  constructor(page) { this.page = page; }

  // goOn presses the next control, or leaves a dialog that has no new one; false: there is nothing left.
  async goOn() {
    const found = await this.page.evaluateHandle(next, {pressed: this.pressed, panels: this.panels});
    const {name, typed, link} = await found.evaluate(({name, typed, link}) => ({name, typed, link}));
    const before = await this.dialogs();
    if (!name) {
      await this.page.keyboard.press('Escape');
      await quiet(this.page, 100);
      return before > 0;
    }
    this.pressed.push(name);
    const control = await found.getProperty('n');
    try {
      await control.click({trial: link, timeout: 20e3}); // a link leads to another site: it could be pressed
      if (typed) await this.page.keyboard.press('ArrowDown');
    } catch (e) {
      if (/not attached|was detached/.test(e.message)) return this.pressed.pop(); // drawn anew meanwhile
      throw new Error(`${name}: ${e.message}`);
    }
    await quiet(this.page, 100);
    await this.followed(name, before, await this.dialogs());
    return true;
  }

  dialogs() { return this.page.locator('dialog[open]').count(); }

  // followed has what opened a dialog pressed again, as long as the dialog that is left has other ways out.
  async followed(name, before, now) {
    if (now > before) this.openers.push(name);
    if (now >= before) return;
    const opener = this.openers.pop();
    if (opener && !this.again?.has(opener + name)) {
      (this.again ||= new Set()).add(opener + name);
      this.pressed = this.pressed.filter((p) => p !== opener);
    }
  }

  async explore() {
    let presses = 0;
    while (await this.goOn()) assert.ok(++presses < most, `there is no end of new controls:\n${this.pressed.join('\n')}`);
  }
}

// refusals notes every toast that says that something failed or that Slack would refuse what the app sent.
async function refusals(page) {
  const refused = [];
  await page.exposeFunction('refused', (text) => refused.push(text));
  await page.evaluate(() => new MutationObserver((changes) => {
    for (const n of changes.flatMap((c) => [...c.addedNodes])) if (n.matches?.('.failed, .violation')) globalThis.refused(n.textContent);
  }).observe(document.getElementById('toasts'), {childList: true}));
  return refused;
}

test('every control of a supervisor', async (t) => {
  const page = await demo.open();
  const refused = await refusals(page);
  const explorer = new Explorer(page);
  for (const line of ['', '/aht campaign "Sales Outbound"', '/aht help', '/aht alert', '/aht digest', '/aht list', '/aht me']) {
    await page.locator('#channels button').first().click();
    if (line) await type(page, line);
    await quiet(page, 300);
    await explorer.explore();
  }
  explorer.panels = true;
  await explorer.explore();
  t.diagnostic(`${explorer.pressed.length} controls`);
  if (process.env.VERBOSE) console.log(explorer.pressed.join('\n'));
  assert.deepEqual(refused, []);
  assert.deepEqual(page.complaints, []);
});

test('one can be everybody, and back', async () => {
  const page = await demo.open();
  const refused = await refusals(page);
  for (const name of ['Ben', 'Chandra Rao', 'Devi', 'Asha']) {
    const person = page.locator('#people').getByRole('button', {name});
    await person.click();
    await page.locator('#people [aria-pressed=true]', {hasText: name}).waitFor();
    for (const row of await page.locator('#channels button, #apps button').all()) await row.click();
    await quiet(page, 200);
  }
  assert.deepEqual(refused, []);
  assert.deepEqual(page.complaints, []);
});
