// A supervisor's first minute, with the mouse and the keyboard.
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, test} from 'node:test';
import {newest, quiet, start, type} from './demo.mjs';

// A figure stands alone: 4m 32s, 1h 02m 05s, and now and then 52s.
const figure = /^(\d+h )?(\d+m )?\d+s$/m;

let demo, page;
before(async () => { demo = await start(); });
after(() => demo?.stop());
beforeEach(async () => { page = await demo.open(); });
afterEach(async () => {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
});

// says waits until an element's text is like pattern, and returns the text.
async function says(where, pattern) {
  const that = where.filter({hasText: pattern});
  await that.waitFor();
  await that.scrollIntoViewIfNeeded(); // what is out of sight is not drawn, and has no text as a person reads it
  return that.innerText();
}

test('a campaign is asked for and its figure read', async () => {
  await type(page, '/aht campaign "Sales Outbound"');
  const answer = await says(newest(page), /Average handling time of campaign Sales Outbound/);
  assert.match(answer, figure);
  assert.match(answer, /Only visible to you/);
});

test('a line is taken from what is offered, by keyboard alone', async () => {
  const field = page.locator('#compose textarea');
  await field.focus();
  await page.keyboard.type('/aht ag');
  const offer = page.locator('#compose-list li[aria-selected=true]');
  await page.keyboard.press('ArrowDown');
  assert.match(await offer.innerText(), /\/aht agent 42/);
  await page.keyboard.press('Enter');
  assert.match(await field.inputValue(), /^\/aht agent 42/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  assert.match(await says(newest(page), /Average handling time of agent 42/), figure);
});

test('Share tells everybody in the channel, and somebody else sees it', async () => {
  await page.locator('.message.private', {hasText: 'campaign Sales Outbound'}).getByRole('button', {name: 'Share in channel'}).click();
  await page.locator('#confirm[open] #confirm-yes').click();
  const shared = page.locator('#messages .message:not(.private)', {hasText: /Shared by/});
  assert.match(await says(shared, /Sales Outbound/), figure);
  const ben = await demo.open({as: 'U2'});
  const theirs = ben.locator('#messages .message');
  assert.match(await says(theirs, /Shared by/), figure);
  assert.equal(await ben.locator('.message.private').count(), 0, 'what only Asha may see is shown to Ben');
  assert.deepEqual(ben.complaints, []);
  await ben.context().close();
});

test('a form that is filled in wrongly is refused beside the field, and then taken', async () => {
  await page.locator('#apps').getByRole('button', {name: 'Home'}).click();
  await page.locator('#home').getByRole('button', {name: /^(New alert|Watch a campaign)$/}).click();
  const form = page.locator('#window[open]');
  const campaign = form.getByRole('combobox', {name: 'Campaign'});
  await campaign.fill('north');
  await form.getByRole('option', {name: 'Collections North'}).click();
  await form.getByLabel('Above how long').fill('soon');
  await form.getByRole('button', {name: 'Start watching'}).click();
  const wrong = form.locator('[data-block=line] .bk-error');
  await wrong.waitFor();
  assert.equal(await form.getByLabel('Above how long').getAttribute('aria-invalid'), 'true');
  assert.equal(await form.getByLabel('Above how long').inputValue(), 'soon', 'what was typed is gone');
  assert.equal(await campaign.inputValue(), 'Collections North', 'what was chosen is gone');
  await form.getByLabel('Above how long').fill('5m');
  await form.getByRole('button', {name: 'Start watching'}).click();
  await says(form, /Alert #\d+ tells you .* above 5m 00s/);
  await form.getByRole('button', {name: 'Done'}).click();
  await form.waitFor({state: 'detached'});
  await says(page.locator('#home'), /Collections North/);
});

test('Esc closes a form and leaves nothing behind', async () => {
  await page.locator('#apps').getByRole('button', {name: 'Home'}).click();
  await page.locator('#home').getByRole('button', {name: 'New digest'}).click();
  const form = page.locator('#window[open]');
  await form.waitFor();
  await page.keyboard.press('Escape');
  await form.waitFor({state: 'detached'});
  await quiet(page);
  assert.equal(await page.locator('.toast.failed, .toast.violation').count(), 0);
});

test('what is typed stays text', async () => {
  const line = '<img src=x onerror=alert(1)><script>alert(2)</script> & <b>bold</b>';
  await type(page, line);
  await says(newest(page), /onerror/);
  assert.equal(await newest(page).locator('.body').textContent(), line);
  assert.equal(await page.locator('#messages script, #messages img').count(), 0);
});

test('a line that is no command comes back to be mended, with a word why', async () => {
  await type(page, '/nothing at all');
  await says(page.locator('.toast.failed'), /\/nothing is not a valid command/);
  assert.equal(await page.locator('#compose textarea').inputValue(), '/nothing at all');
  // The browser's own note of a refused request, and nothing else.
  assert.equal(page.complaints.length, 1);
  assert.match(page.complaints.pop(), /status of 409/);
});

test('on a telephone the list of conversations makes room for what is chosen in it', async () => {
  await page.setViewportSize({width: 390, height: 844});
  const side = page.locator('#side');
  const choose = async (where, name) => {
    await page.locator('#menu').click();
    await side.locator(where).getByRole('button', {name}).click();
    await side.waitFor({state: 'hidden'});
  };
  await choose('#channels', 'collections');
  await type(page, '/aht agent 42');
  assert.match(await says(newest(page), /Average handling time of agent 42/), figure);
  await choose('#panels', 'Floor');
  await page.locator('#panel-close').click();
  await choose('#apps', 'Home');
  await page.locator('#home .bk-view').waitFor();
  await choose('.guide', 'Ask for an agent');
  assert.equal(await page.locator('#compose textarea').inputValue(), '/aht agent 42');
  await page.locator('#compose').getByRole('button', {name: 'Send'}).click();
  assert.match(await says(newest(page), /Average handling time of agent 42/), figure);
});
