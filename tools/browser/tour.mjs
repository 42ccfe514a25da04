// The pictures of README.md and docs/tour.md: the demo plays each scene, as a person would, and the page is photographed into
// docs/tour. Everybody in them is made up. It takes about three minutes, and needs pngquant and a
// font with emoji (Debian's pngquant and fonts-noto-color-emoji). TOUR names another folder.
import {execFileSync} from 'node:child_process';
import {mkdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {newest, quiet, start, type} from './demo.mjs';

const folder = process.env.TOUR || new URL('../../docs/tour', import.meta.url).pathname;
const slowest = 240e3; // ms: until an alert has fired, or is over
mkdirSync(folder, {recursive: true});

const demo = await start();
try {
  const page = await open('U1');
  await opening(page);
  await digest(page);
  await form(page);
  const other = await open('U3'); // who does not see what only Asha does
  await channel(other, 'collections');
  await alert(other);
} finally {
  await demo.stop();
}

// open opens the page as somebody, without the guide.
async function open(as) {
  const page = await demo.open({as});
  await page.getByRole('button', {name: 'Dismiss the guide'}).click();
  return page;
}

// opening is what the README shows: a figure, and how it went in the last week.
async function opening(page) {
  await ask(page, '/aht campaign "Sales Outbound"', /Average handling time/);
  await photograph(page, 'figure', {height: 500});
  await ask(page, '/aht trend campaign "Sales Outbound" 7d', /in the last 7 days/);
  await newest(page).locator('svg').first().waitFor();
  await photograph(page, 'readme-light', {fit: '#scroll'});
  await page.emulateMedia({colorScheme: 'dark'});
  await photograph(page, 'readme-dark', {fit: '#scroll'});
  await page.emulateMedia({colorScheme: 'light'});
}

// digest is one as everybody in the channel sees it.
async function digest(page) {
  await ask(page, '/aht digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00', /posted here/);
  await type(page, '/aht digest send 1');
  const other = await open('U3');
  await other.locator('#messages .message', {hasText: 'Sent by Asha'}).locator('svg').first().waitFor();
  await photograph(other, 'digest', {fit: '#scroll'});
  await other.context().close();
}

// form fills in the form of an alert, down to what the alert would have done, and then has it react at once.
async function form(page) {
  await channel(page, 'collections');
  await ask(page, '/aht campaign "Collections North"', /Average handling time/);
  await newest(page).getByRole('button', {name: 'Watch this'}).click();
  await page.getByLabel('Above how long').fill('5m');
  await page.getByLabel('Above how long').press('Enter'); // the form follows
  await page.locator('#window', {hasText: '/aht alert add'}).waitFor();
  await page.setViewportSize({width: 1200, height: 742}); // the fields begin below a whole one
  await page.evaluate(() => document.querySelectorAll('#window *').forEach((n) => { n.scrollTop = n.scrollHeight; }));
  await photograph(page, 'form', {height: 742});
  await page.getByLabel('For how long').fill('0s');
  await page.getByLabel('Anything else').fill('clear for 0s');
  await page.locator('#window').getByRole('button', {name: 'Start watching'}).click();
  await page.locator('#window', {hasText: /Alert #\d+ tells/}).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#window').waitFor({state: 'hidden'});
}

// alert makes the campaign slow until its alert fires, and quick until it is over.
async function alert(page) {
  await page.setViewportSize({width: 1440, height: 900});
  await page.locator('#open-floor').click();
  await page.getByLabel('60×').check();
  await pace(page, 'Collections North', 8); // five times as long
  await page.locator('#messages .message', {hasText: 'Firing: Collections North'}).waitFor({timeout: slowest});
  await photograph(page, 'alert-fires', {width: 1440, fit: '#scroll'});
  await pace(page, 'Collections North', 0);
  const asha = await open('U1');
  await home(asha);
  await asha.context().close();
  await page.locator('#messages .message', {hasText: 'Back in range: Collections North'}).waitFor({timeout: slowest});
  await pace(page, 'Collections North', 3); // as usual
  await photograph(page, 'alert-over', {width: 1440, fit: '#scroll'});
}

async function home(page) {
  await page.locator('#apps').getByRole('button', {name: 'Home'}).click();
  await page.locator('#home .bk-view', {hasText: 'Collections North'}).waitFor();
  await photograph(page, 'home', {fit: '#home'});
}

async function ask(page, line, pattern) {
  await type(page, line);
  await page.locator('#messages .message', {hasText: pattern}).last().waitFor();
}

async function channel(page, name) {
  await page.locator('#channels').getByRole('button', {name}).click();
  await quiet(page);
}

// pace moves the slider of how long a campaign's calls take to one of its steps.
async function pace(page, campaign, step) {
  await page.getByLabel('How long calls take: ' + campaign, {exact: true}).fill(String(step));
}

// photograph keeps the page in 256 colours at most, which is a third of the bytes. With fit it is as high as the element needs
// to be to show all of what can be scrolled in it.
async function photograph(page, name, {width = 1200, height = 480, fit}) {
  await page.evaluate(() => document.querySelector('#window[open]') || document.activeElement?.blur());
  await page.setViewportSize({width, height});
  await quiet(page);
  if (fit) {
    const more = await page.locator(fit).evaluate((n) => n.scrollHeight - n.clientHeight);
    await page.setViewportSize({width, height: height + more});
    await quiet(page);
  }
  const file = join(folder, name + '.png');
  await page.screenshot({path: file, caret: 'initial', animations: 'allow'});
  execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', file, '256', file], {stdio: 'inherit'});
  console.log(`${file}: ${Math.ceil(statSync(file).size / 1024)} KiB`);
  if (page.complaints.length > 0) throw new Error(page.complaints.join('\n'));
}
