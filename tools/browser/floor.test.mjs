// The floor beside the conversation, and the guided minute: an alert's whole life, seen by who makes a campaign slow.
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, test} from 'node:test';
import {barriers, newest, picture, start, type} from './demo.mjs';

let demo, page;
before(async () => { demo = await start(); });
after(() => demo?.stop());
beforeEach(async () => { page = await demo.open(); });
afterEach(async () => {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
});

// step is one of the guide's, which is done when it says so.
const step = (name) => page.locator('.guide li', {hasText: name});
const done = (name) => page.locator('.guide li.done', {hasText: name}).waitFor({timeout: 240e3});

// slide moves how long the calls of a campaign take to an end of its slider.
async function slide(campaign, key) {
  const slider = page.getByLabel('How long calls take: ' + campaign, {exact: true});
  await slider.focus();
  await slider.press(key);
}

test('the guided minute: each step notices that it was done', async () => {
  await page.locator('.guide li').nth(6).waitFor();
  await step('Ask for an agent').getByRole('button').click();
  await page.locator('#compose textarea').press('Escape');
  await page.locator('#compose textarea').press('Enter');
  await done('Ask for an agent');
  await type(page, '/aht campaign "Collections North"');
  await done('Ask for a campaign');
  await newest(page).getByRole('button', {name: 'Watch this'}).click();
  await page.getByLabel('Above how long').fill('5m');
  await page.getByLabel('For how long').fill('0s');
  await page.getByLabel('Anything else').fill('clear for 0s');
  await page.locator('#window').getByRole('button', {name: 'Start watching'}).click();
  await done('Press Watch this');
  await page.keyboard.press('Escape');
  await page.locator('#window').waitFor({state: 'hidden'});
  await page.locator('.message.private', {hasText: 'campaign Collections North'}).getByRole('button', {name: 'Share in channel'}).click();
  await page.locator('#confirm[open] #confirm-yes').click();
  await done('Press Share');

  await page.locator('#open-floor').click();
  await page.getByLabel('60×').check();
  await slide('Collections North', 'End');
  await page.locator('#messages .message', {hasText: 'Firing: Collections North'}).waitFor({timeout: 120e3});
  await picture(page, 'floor-alert-fires');
  await slide('Collections North', 'Home');

  await page.locator('#trouble-token').click();
  await type(page, '/aht campaign "Sales Outbound"');
  await done('Take the token');
  assert.match(await newest(page).innerText(), /Average handling time of campaign Sales Outbound/);
  await done('see it clear');
  await page.locator('#messages .message', {hasText: 'Back in range: Collections North'}).waitFor();
  await page.locator('#apps').getByRole('button', {name: 'Home'}).click();
  await done('Open Home');
  assert.match(await page.locator('.guide h2').innerText(), /all of it/);

  await page.reload();
  await page.locator('.guide li.done').nth(6).waitFor(); // it is remembered
  await page.getByRole('button', {name: 'Dismiss the guide'}).click();
  await page.reload();
  await page.locator('#open-floor').waitFor();
  assert.equal(await page.locator('.guide').count(), 0);
});

test('trouble is switched on and off, and shown to everybody who looks', async () => {
  await page.locator('#open-floor').click();
  const shared = page.getByRole('switch', {name: 'Limit shared'});
  await shared.check();
  await page.getByText('of 10 a minute').waitFor();
  const other = await demo.open({as: 'U2'});
  await other.locator('#open-floor').click();
  await other.locator('#trouble-limit:checked').waitFor();
  await shared.uncheck();
  await other.getByText('of 50 a minute').waitFor();
  await other.context().close();
  const idle = page.getByLabel('Idle: Winter Trial');
  await idle.check();
  await page.locator('.floor-list li.changed', {hasText: 'Winter Trial'}).waitFor();
  await idle.uncheck();
  assert.deepEqual(other.complaints, []);
});

test('the network is cut, and the bot is back', async () => {
  await page.locator('#open-floor').click();
  await page.getByRole('button', {name: 'Cut the network'}).click();
  await page.locator('.floor p', {hasText: /Connections to Slack: [1-9]/}).waitFor();
  await type(page, '/aht campaign "Survey_2026"');
  await newest(page).filter({hasText: 'Average handling time of campaign Survey_2026'}).waitFor();
});

for (const [width, scheme] of [[1440, 'light'], [1440, 'dark'], [390, 'light']]) {
  test(`the floor has no barriers at ${width} px, ${scheme}`, async () => {
    const one = await demo.open({width, scheme});
    if (width < 768) await one.locator('#menu').click();
    await one.locator('#open-floor').click();
    await one.locator('.floor-troubles li').nth(6).waitFor();
    await one.locator('.floor summary').click();
    assert.deepEqual(await barriers(one, 'the floor'), []);
    await picture(one, `floor-${width}-${scheme}`);
    assert.deepEqual(one.complaints, []);
    await one.context().close();
  });
}
