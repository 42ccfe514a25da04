// The wire panel: what a developer of Slack apps looks for.
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, test} from 'node:test';
import {barriers, newest, picture, quiet, start, type} from './demo.mjs';

let demo, page;
before(async () => { demo = await start(); });
after(() => demo?.stop());
beforeEach(async () => {
  page = await demo.open();
  await type(page, '/aht agent 42');
  await newest(page).filter({hasText: /Average handling time of agent 42/}).waitFor();
  await page.locator('#panels').getByRole('button', {name: 'Wire'}).click();
  await rows(page).first().waitFor();
});
afterEach(async () => {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
});

const rows = (page) => page.locator('#panel .wire-row');
const asked = (page) => page.locator('.wire-envelope', {hasText: '/aht agent 42'});

test('what has gone over the wires is listed, and what goes comes by itself', async () => {
  for (const [kind, what] of [['envelope', 'slash_commands /aht agent 42'], ['acknowledgement', '/aht agent 42'], ['call', 'auth.test'], ['upstream', 'agent 42'], ['socket', 'hello']]) {
    await page.locator('.wire-' + kind, {hasText: what}).first().waitFor();
  }
  const before = await asked(page).count();
  await type(page, '/aht agent 42');
  await asked(page).nth(before).waitFor();
});

test('a line shows what went, without secrets', async () => {
  const line = asked(page).first();
  await line.locator('summary').focus();
  await page.keyboard.press('Enter');
  const sent = JSON.parse(await line.locator('.wire-json').first().innerText());
  assert.equal(sent.payload.text, 'agent 42');
  assert.match(sent.payload.trigger_id, /^•••[0-9a-f]{4}$/);
  assert.match(sent.payload.response_url, /\/commands\/•••[0-9a-f]{4}$/);
  const all = JSON.stringify(await (await page.request.get(demo.address + 'wire')).json());
  assert.doesNotMatch(all, /xoxb-demo|xapp-1-A0|demo-key|ticket=[A-Z2-7]|eyJ/);
});

test('lines are found by their text and chosen by their kind', async () => {
  await page.getByRole('searchbox', {name: 'Find in everything'}).fill('auth.test');
  await page.waitForFunction(() => [...document.querySelectorAll('.wire-row')].every((r) => r.textContent.includes('auth.test')));
  assert.ok(await rows(page).count() > 0);
  await page.getByRole('searchbox', {name: 'Find in everything'}).fill('');
  await page.getByRole('checkbox', {name: 'Web API'}).uncheck();
  await asked(page).first().waitFor();
  await quiet(page);
  assert.equal(await page.locator('.wire-call').count(), 0);
  await page.getByRole('checkbox', {name: 'Web API'}).check();
  await page.locator('.wire-call').first().waitFor();
});

test('a line is copied as JSON', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const line = asked(page).first();
  await line.locator('summary').click();
  await line.getByRole('button', {name: /^Copy as JSON/}).click();
  await page.locator('.toast', {hasText: 'Copied line'}).waitFor();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.kind, 'envelope');
  assert.equal(copied.body.payload.command, '/aht');
});

test('an envelope is delivered again: it gets the acknowledgement it got, and nothing is asked for it', async () => {
  const wire = async (kind) => (await page.request.get(demo.address + 'wire?kind=' + kind)).json();
  const requests = (await wire('upstream')).length, envelopes = await asked(page).count();
  const first = (await wire('acknowledgement')).at(-1);
  await asked(page).last().locator('summary').click();
  await asked(page).last().getByRole('button', {name: /^Deliver again/}).click();
  await page.locator('.toast', {hasText: 'Delivered again, and acknowledged.'}).waitFor();
  await asked(page).nth(envelopes).waitFor();
  const again = (await wire('acknowledgement')).at(-1);
  assert.notEqual(again.body.envelope_id, first.body.envelope_id);
  assert.deepEqual(again.body.payload, first.body.payload);
  await quiet(page);
  assert.equal((await wire('upstream')).length, requests, 'a redelivery cost a request');
});

test('it has no barriers, light and dark, wide and narrow', async () => {
  const found = [];
  for (const [scheme, width] of [['light', 1440], ['dark', 1440], ['light', 390]]) {
    const one = await demo.open({scheme, width});
    if (width < 700) await one.locator('#menu').click();
    await one.locator('#panels').getByRole('button', {name: 'Wire'}).click();
    await asked(one).first().waitFor();
    await asked(one).first().locator('summary').click();
    await quiet(one);
    found.push(...await barriers(one, `wire, ${scheme}, ${width}`));
    await picture(one, `wire-${scheme}-${width}`);
    assert.deepEqual(one.complaints, []);
    await one.context().close();
  }
  assert.deepEqual(found, []);
});
