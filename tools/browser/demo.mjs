// The demo's page in headless Chromium: the program itself, as `ahtbot demo` starts it, a browser of its own, and what the page
// must never do. AHTBOT_TEST_BINARY names the program, CHROMIUM the browser, and SCREENSHOTS a folder for pictures.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {accessSync, constants, mkdirSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import axe from 'axe-core';
import {chromium} from 'playwright-core';

const binary = process.env.AHTBOT_TEST_BINARY || new URL('../../bin/ahtbot', import.meta.url).pathname;
export const pictures = process.env.SCREENSHOTS || '';
if (pictures) mkdirSync(pictures, {recursive: true});

// found is where a program is; without it the suite fails, and skips nothing.
function found(...names) {
  for (const folder of (process.env.PATH || '').split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch { /* the next one */ }
    }
  }
  throw new Error(`no ${names.join(' or ')} on this machine: apt-get install chromium`);
}

// startDemo starts the program with its page on a free port.
async function startDemo() {
  const program = spawn(binary, ['demo', '--addr', '127.0.0.1:0'], {stdio: ['ignore', 'pipe', 'pipe']});
  const ended = new Promise((done) => program.on('exit', (code, signal) => done(code ?? signal)));
  process.on('exit', () => program.kill('SIGKILL')); // whatever went wrong
  let said = '';
  const address = await new Promise((done, fail) => {
    const read = (data) => {
      said += data;
      const at = said.match(/http:\/\/127\.0\.0\.1:\d+\//);
      if (at) done(at[0]);
    };
    program.stdout.on('data', read);
    program.stderr.on('data', read);
    program.on('error', (e) => fail(new Error(`${binary} does not start: ${e.message}. Try make browser`)));
    ended.then((how) => fail(new Error(`the demo ended (${how}) before its page was there:\n${said}`)));
  });
  return {address, async stop() {
    program.kill('SIGINT');
    assert.equal(await ended, 0, `the demo did not end well:\n${said}`);
  }};
}

// start starts the program and a browser. open gives a page on which everything that must not happen is a complaint.
export async function start() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || found('chromium', 'chromium-browser', 'google-chrome'),
    args: ['--no-sandbox', '--disable-dev-shm-usage'], // as root, in a container
  });
  let demo;
  try {
    demo = await startDemo();
  } catch (e) {
    await browser.close();
    throw e;
  }
  return {
    address: demo.address,
    async open({width = 1440, height = 900, scheme = 'light', as = 'U1'} = {}) {
      const context = await browser.newContext({viewport: {width, height}, colorScheme: scheme, reducedMotion: 'reduce', locale: 'en-GB'});
      const page = await context.newPage();
      page.setDefaultTimeout(30e3);
      page.complaints = watch(page, demo.address);
      await page.goto(demo.address + '?as=' + as);
      await page.locator('html[data-ready]').waitFor().catch((e) => { throw new Error([e.message, ...page.complaints].join('\n')); });
      return page;
    },
    async stop() {
      await browser.close();
      await demo.stop();
    },
  };
}

// watch notes whatever a page says on its console, breaks, is refused by its own policy, or asks of another machine.
function watch(page, address) {
  const complaints = [];
  page.on('console', (m) => complaints.push(`console ${m.type()}: ${m.text()} (${m.location().url})`));
  page.on('pageerror', (e) => complaints.push(`error: ${e.stack}`));
  page.on('request', (r) => { if (!r.url().startsWith(address) && !r.url().startsWith('data:')) complaints.push(`asks ${r.url()}`); });
  page.addInitScript(() => addEventListener('securitypolicyviolation', (e) => {
    console.error(`content security policy: ${e.violatedDirective} refused ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`);
  }));
  return complaints;
}

// quiet waits until a page has not changed for a while (ms), ten times that at most.
export async function quiet(page, ms = 250) {
  await page.evaluate((ms) => new Promise((done) => {
    let timer = setTimeout(done, ms);
    const watcher = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, ms); });
    watcher.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    setTimeout(done, 10 * ms);
  }), ms);
}

// type writes a line where one writes to the conversation, and sends it.
export async function type(page, line) {
  const field = page.locator('#compose textarea');
  await field.fill(line);
  await field.press('Escape'); // what is offered
  await field.press('Enter');
}

// newest is the last message of the conversation that is shown.
export const newest = (page) => page.locator('#messages .message').last();

// barriers are what axe-core finds on a page: one line for each rule and element.
export async function barriers(page, what) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  return found.violations.flatMap((v) => v.nodes.map((n) =>
    `${what}: ${v.id} (${v.impact}): ${n.html.slice(0, 160)}: ${(n.any[0] || n.all[0] || n.none[0])?.message || v.help}`));
}

// picture keeps what a page looks like. Nothing is added to the page for it: its policy would refuse the style.
export async function picture(page, name) {
  if (pictures) await page.screenshot({path: join(pictures, name + '.png'), caret: 'initial', animations: 'allow'});
}
