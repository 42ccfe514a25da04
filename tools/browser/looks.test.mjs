// What the page looks like at three widths, light and dark: no barrier that axe-core finds, nothing that sticks out sideways, and a
// picture of each.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {barriers, newest, picture, quiet, start, type} from './demo.mjs';

const widths = [[1440, 900], [768, 1024], [390, 844]];
const schemes = ['light', 'dark'];

let demo, page;
before(async () => { demo = await start(); page = await demo.open(); });
after(() => demo?.stop());

// ask types a line and waits for its answer.
async function ask(line, pattern) {
  await type(page, line);
  await page.locator('#messages .message', {hasText: pattern}).last().waitFor();
}

// fits reports what is wider than the page, but for what can be scrolled in a box of its own.
const sticksOut = () => [...document.querySelectorAll('body *')].filter((n) => {
  const box = n.getBoundingClientRect();
  const clipped = n.closest('.bk-scroll, .hidden, pre, .side, [hidden], svg');
  return !clipped && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && getComputedStyle(n).visibility === 'visible';
}).map((n) => n.outerHTML.slice(0, 120));

// looks looks at what is shown in every width and colour.
async function looks(name, arrange = async () => {}, restore = async () => {}) {
  const wrong = [];
  for (const [width, height] of widths) {
    await page.setViewportSize({width, height});
    await arrange(width);
    for (const scheme of schemes) {
      await page.emulateMedia({colorScheme: scheme});
      await quiet(page, 60);
      const what = `${name}-${width}-${scheme}`;
      await picture(page, what);
      wrong.push(...(await barriers(page, what)));
    }
    wrong.push(...(await page.evaluate(sticksOut)).map((n) => `${name}-${width}: wider than the page: ${n}`));
    await restore(width);
  }
  await page.setViewportSize({width: 1440, height: 900});
  assert.equal(wrong.join('\n'), '');
  assert.deepEqual(page.complaints, []);
}

test('a conversation', async () => {
  await ask('/aht campaign "Sales Outbound"', /Average handling time/);
  await newest(page).getByRole('button', {name: 'Share in channel'}).click();
  await page.locator('#confirm-yes').click();
  await page.locator('.message:not(.private)', {hasText: 'Shared by'}).waitFor();
  await ask('What about the agents?', /agents/);
  await ask('/aht campaign', /campaign/);
  await ask('/aht alert', /alert/i);
  await quiet(page);
  await looks('conversation');
});

test('tables, charts and lists', async () => {
  await page.locator('#channels').getByRole('button', {name: 'collections'}).click();
  await ask('/aht alert add campaign "Collections North" above 5m for 15m', /tells this channel/);
  await ask('/aht digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00', /posted here/);
  await ask('/aht list', /Watched by/);
  await page.locator('#messages table').first().waitFor();
  await quiet(page);
  await looks('tables');
  await page.locator('#channels').getByRole('button', {name: 'floor'}).click();
});

test('what is offered while one types', () => looks('offers', async () => {
  await page.locator('#compose textarea').fill('');
  await page.locator('#compose textarea').pressSequentially('/aht ');
  await page.locator('#compose-list').waitFor();
}, () => page.locator('#compose textarea').fill('')));

test('a thread', () => looks('thread', async () => {
  await page.locator('.message', {hasText: 'Shared by'}).locator('[data-thread]').first().dispatchEvent('click');
  await page.locator('#thread').waitFor();
}, () => page.locator('#thread-close').click()));

test('Home', async () => {
  await page.locator('#apps').getByRole('button', {name: 'Home'}).click();
  await page.locator('#home .bk-view').waitFor();
  await quiet(page);
  await looks('home');
});

test('the list of conversations', () => looks('side', async (width) => {
  if (width <= 720) await page.locator('#menu').click();
}, async (width) => {
  if (width <= 720) await page.keyboard.press('Escape');
}));

test('the panels beside it', async () => {
  const names = await page.locator('#panels button').allInnerTexts();
  assert.ok(names.length > 0, 'there is no panel');
  for (const [n, name] of names.entries()) {
    const open = page.locator('#panels button').nth(n);
    await open.click();
    await page.locator('#panel').waitFor();
    await quiet(page);
    await looks('panel-' + name.replace(/[^a-z]/gi, '').toLowerCase());
    await page.locator('#panel-close').click();
  }
});

test('a form with a mistake in it', async () => {
  await page.locator('#home').getByRole('button', {name: /^(New alert|Watch a campaign)$/}).click();
  const form = page.locator('#window[open]');
  await form.getByLabel('Above how long').fill('soon');
  await form.getByRole('button', {name: 'Start watching'}).click();
  await form.locator('.bk-error').first().waitFor();
  await looks('form');
});

test('a list that is open in a form', () => looks('menu', async () => {
  await page.locator('#window[open]').getByRole('combobox', {name: 'Tell when'}).click();
  await page.locator('#window .bk-listbox:not([hidden])').waitFor();
}, () => page.keyboard.press('Escape')));
