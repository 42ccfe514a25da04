// Checks manifest.yml and every golden payload of the bot against Slack's published TypeScript types.
//
//   npm ci --prefix tools/slacktypes && node tools/slacktypes/check.mjs [golden-folder [manifest.yml]]
//
// Everything goes into one generated file and one run of the compiler; error lines are mapped back to the
// file and block they came from. The same run holds planted faults that must be refused, so a compiler that
// accepts everything (a missing package, say, types everything as any) fails the check instead of passing it.
//
// newer.json lists what Slack has and the pinned types lack. Exactly that is cut out before the check, and
// slack-go's own validation looks at it in the bot's tests; when the pinned types learn an entry, this fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const goldenDir = resolve(process.argv[2] ?? join(root, 'bot/blocks/testdata/golden'));
const manifestFile = resolve(process.argv[3] ?? join(root, 'manifest.yml'));
const readJSON = (file) => JSON.parse(readFileSync(file, 'utf8'));

const faults = [];
const fault = (text) => faults.push(text);

// ---- the generated file ---------------------------------------------------------------------------------

const MANIFEST = "W.AppsManifestValidateArguments['manifest']";
const BLOCKS = 'S.KnownBlock[]'; // not AnyBlock, whose open arm lets unknown types pass
const HOME = "Omit<S.HomeView, 'blocks'> & { blocks: S.KnownBlock[] }";
const MODAL = "Omit<S.ModalView, 'blocks'> & { blocks: S.KnownBlock[] }";

const lines = [
  "import type * as S from '@slack/types';",
  "import type * as W from '@slack/web-api';",
  // Everything of a message but its blocks, which are checked one by one to name the one at fault.
  `type Message = {
  text: string; blocks?: unknown; attachments?: { color?: string; fallback?: string; text?: string; blocks?: unknown }[];
  channel?: string; user?: string; ts?: string; thread_ts?: string; reply_broadcast?: boolean; username?: string;
  response_type?: 'ephemeral' | 'in_channel'; replace_original?: boolean; delete_original?: boolean;
  mrkdwn?: boolean; link_names?: boolean; parse?: 'none' | 'full'; unfurl_links?: boolean; unfurl_media?: boolean;
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
};`,
].join('\n').split('\n');

// A probe is a piece of the file with a name and a verdict that is expected of the compiler.
const probes = [];
function probe(label, expect, code, why) {
  const first = lines.length + 1;
  lines.push(...code.split('\n'));
  probes.push({ label, expect, why, first, last: lines.length, errors: [] });
}
function satisfies(label, value, type, expect = 'accepted', why = '') {
  probe(label, expect, `export const v${probes.length} = (${JSON.stringify(value, null, 1)}) satisfies ${type};`, why);
}

// ---- newer.json -----------------------------------------------------------------------------------------

const newer = readJSON(join(here, 'newer.json'));
const pinned = readJSON(join(here, 'package.json')).devDependencies;
for (const [name, version] of Object.entries(pinned)) {
  const got = readJSON(join(here, 'node_modules', name, 'package.json')).version;
  if (got !== version) fault(`${name} is ${got} here and ${version} in package.json: run npm ci`);
}

// strip returns a copy of value without the blocks and fields of newer.json, and counts what it cut.
function strip(value, cut = { n: 0 }) {
  if (Array.isArray(value)) {
    const kept = value.filter((v) => !newer.some((e) => !e.field && e.block === v?.type));
    cut.n += value.length - kept.length;
    return kept.map((v) => strip(v, cut));
  }
  if (value === null || typeof value !== 'object') return value;
  const out = {};
  for (const [key, v] of Object.entries(value)) {
    if (newer.some((e) => e.field === key && e.block === value.type)) cut.n++;
    else out[key] = strip(v, cut);
  }
  return out;
}

for (const e of newer) {
  const name = e.field ? `${e.block}.${e.field}` : e.block;
  const learnt = `the pinned types know ${name} now: delete its entry from tools/slacktypes/newer.json`;
  if (e.lacking !== `@slack/types ${pinned['@slack/types']}`) {
    fault(`newer.json: ${name} is said to be lacking in "${e.lacking}", and ${pinned['@slack/types']} is pinned: look again`);
  }
  if (!e.slackgo) fault(`newer.json: ${name} has no slackgo: since which version does slack-go have it?`);
  if (e.sample?.type !== e.block || (e.field && !(e.field in e.sample))) fault(`newer.json: ${name} has no sample of itself`);
  satisfies(`newer.json: ${name}`, [e.sample], BLOCKS, 'refused', learnt);
  // A sample can also be refused for a fault of its own, so the types are asked by name as well …
  const known = `Extract<S.KnownBlock, { type: '${e.block}' }>`;
  probe(`newer.json: ${name}, by name`, 'accepted', e.field
    ? `export const v${probes.length}: '${e.field}' extends keyof ${known} ? 'known' : 'lacking' = 'lacking';`
    : `export const v${probes.length}: [${known}] extends [never] ? 'lacking' : 'known' = 'lacking';`, learnt);
  // … and with the cut made nothing else may be wrong with it.
  satisfies(`newer.json: ${name}, cut`, strip([e.sample]), BLOCKS);
}

// ---- the manifest ---------------------------------------------------------------------------------------

const manifest = load(readFileSync(manifestFile, 'utf8'));
satisfies(basename(manifestFile), manifest, MANIFEST);
manifestRules(manifest).forEach((text) => fault(`${basename(manifestFile)}: ${text}`));

// What Slack's JSON Schema says (slackapi/manifest-schema 0.5.0) and the types cannot: lengths and patterns;
// and that the two event switches need each other.
function manifestRules(m) {
  const out = [];
  const length = (path, min, max) => {
    const v = path.split('.').reduce((o, k) => o?.[k], m);
    if (typeof v !== 'string' || v.length < min || v.length > max) out.push(`${path} must have ${min} to ${max} characters, has ${v?.length}`);
  };
  // The type is open at the top, so a misspelt section would pass it.
  for (const key of Object.keys(m)) {
    if (!['_metadata', 'display_information', 'features', 'oauth_config', 'settings'].includes(key)) out.push(`unknown section ${key}`);
  }
  length('display_information.name', 1, 35);
  length('display_information.description', 1, 140);
  length('display_information.long_description', 175, 4000);
  if (!/^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(m.display_information?.background_color)) out.push('background_color must be #rgb or #rrggbb');
  if (!/^[a-z0-9._-]{1,80}$/.test(m.features?.bot_user?.display_name)) out.push('bot_user.display_name: a-z, 0-9, - _ . only');
  (m.features?.slash_commands ?? []).forEach((c, i) => {
    length(`features.slash_commands.${i}.command`, 2, 32);
    length(`features.slash_commands.${i}.description`, 1, 2000);
    length(`features.slash_commands.${i}.usage_hint`, 1, 1000);
    if (c.should_escape !== true) out.push(`${c.command} must have should_escape: true, the parser relies on it`);
  });
  if (m.settings?.socket_mode_enabled !== true) out.push('socket_mode_enabled must be true: events have no request URL');
  if (m.settings?.interactivity?.is_enabled !== true) out.push('interactivity must be enabled: the answers have buttons');
  return out;
}

// ---- the golden payloads --------------------------------------------------------------------------------

const golden = existsSync(goldenDir) ? readdirSync(goldenDir).filter((f) => f.endsWith('.json')).sort() : [];
if (golden.length === 0) fault(`no golden payloads in ${goldenDir}`);
const cut = { n: 0 };
for (const file of golden) {
  try {
    payload(file, readJSON(join(goldenDir, file)));
  } catch (e) {
    fault(`${file}: ${e.message}`);
  }
}

function payload(label, value, expect = 'accepted') {
  const kind = value?.type;
  if (basename(label).startsWith('home') && kind !== 'home') throw new Error('named home… and not a Home view');
  if (kind === 'home' || kind === 'modal') {
    const { blocks, ...rest } = strip(value, cut);
    if (!Array.isArray(blocks)) throw new Error('a view without blocks');
    satisfies(label, { ...rest, blocks: [] }, kind === 'home' ? HOME : MODAL, expect === 'refused' ? 'accepted' : expect);
    return blocksOf(label, blocks, expect);
  }
  if (kind !== undefined) throw new Error(`neither a message nor a view: type ${JSON.stringify(kind)}`);
  if (typeof value?.text !== 'string' || value.text.trim() === '') throw new Error('no top-level text: screen readers read nothing else');
  const { blocks, ...rest } = strip(value, cut);
  satisfies(label, rest, 'Message');
  blocksOf(label, blocks ?? [], expect);
  (rest.attachments ?? []).forEach((a, i) => blocksOf(`${label} attachments[${i}]`, a.blocks ?? [], expect));
}
function blocksOf(label, blocks, expect) {
  blocks.forEach((b, i) => satisfies(`${label} blocks[${i}] (${b?.type})`, [b], BLOCKS, expect));
}

// ---- planted faults: the check checks itself ------------------------------------------------------------

const text = (type, s) => ({ type, text: s });
const refused = (what, value, type) => satisfies(`planted: ${what}`, value, type, 'refused', 'a planted fault was accepted: the types are not looked at');
refused('mrkdwn in a header', [{ type: 'header', text: text('mrkdwn', 'x') }], BLOCKS);
refused('a misspelt field', [{ type: 'section', txet: text('mrkdwn', 'x') }], BLOCKS);
refused('an unknown block', [{ type: 'sektion', text: text('mrkdwn', 'x') }], BLOCKS);
refused('an unknown style', [{ type: 'actions', elements: [{ type: 'button', text: text('plain_text', 'x'), style: 'blue' }] }], BLOCKS);
refused('a button in a context', [{ type: 'context', elements: [{ type: 'button', text: text('plain_text', 'x') }] }], BLOCKS);
refused('a Home view with an unknown block', { type: 'home', blocks: [{ type: 'sektion' }] }, HOME);
refused('a modal without a title', { type: 'modal', blocks: [] }, MODAL);
refused('a modal with a title in mrkdwn', { type: 'modal', title: text('mrkdwn', 'x'), blocks: [] }, MODAL);
refused('a Home view that is submitted', { type: 'home', submit: text('plain_text', 'x'), blocks: [] }, HOME);
const input = (element, more) => [{ type: 'input', label: text('plain_text', 'x'), element: { action_id: 'a', ...element }, ...more }];
refused('an input with a button', input({ type: 'button', text: text('plain_text', 'x') }), BLOCKS);
refused('an input that is required', input({ type: 'plain_text_input' }, { required: true }), BLOCKS);
refused('an external select with options', input({ type: 'external_select', options: [] }), BLOCKS);
refused('a filter of channels', input({ type: 'conversations_select', filter: { include: ['channel'] } }), BLOCKS);
refused('an option in mrkdwn', input({ type: 'static_select', options: [{ text: text('mrkdwn', 'x'), value: '1' }] }), BLOCKS);
refused('a dispatch on leaving', input({ type: 'plain_text_input', dispatch_action_config: { trigger_actions_on: ['on_blur'] } }), BLOCKS);
refused('a misspelt key of a message', { text: 'x', respnse_type: 'ephemeral' }, 'Message');
const wrong = (what, change) => {
  const m = structuredClone(manifest);
  change(m);
  return [what, m];
};
refused(...wrong('the scope chat:wrote', (m) => m.oauth_config.scopes.bot.push('chat:wrote')), MANIFEST);
refused(...wrong('the event app_mentioned', (m) => m.settings.event_subscriptions.bot_events.push('app_mentioned')), MANIFEST);
refused(...wrong('the key usagehint', (m) => (m.features.slash_commands[0].usagehint = 'x')), MANIFEST);
satisfies('good blocks', [
  { type: 'header', text: text('plain_text', 'x') },
  { type: 'section', text: { type: 'mrkdwn', text: 'x', verbatim: true } },
  { type: 'actions', elements: [{ type: 'button', action_id: 'a', text: text('plain_text', 'x') }] },
], BLOCKS);
payload('good form', { type: 'modal', title: text('plain_text', 'x'), submit: text('plain_text', 'x'), private_metadata: '{}', notify_on_close: true, blocks: [
  ...input({ type: 'plain_text_input', initial_value: 'x', dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } }, { dispatch_action: true, optional: true }),
  ...input({ type: 'external_select', min_query_length: 0, initial_option: { text: text('plain_text', 'x'), value: '1' } }),
  ...input({ type: 'conversations_select', filter: { include: ['public', 'private', 'im'], exclude_bot_users: true, exclude_external_shared_channels: true } }),
] });

// Rules that are ours, not the compiler's.
const throws = (f) => { try { f(); return false; } catch { return true; } };
const before = JSON.stringify({ text: 'x', blocks: [{ type: 'divider' }, newer[0]?.sample, newer[1]?.sample], level: 1, x: [{ type: 'section', level: 1 }] });
const sieve = [
  ['a message without text', throws(() => payload('planted', { blocks: [] }))],
  ['a payload of an unknown type', throws(() => payload('planted', { type: 'hmoe', blocks: [] }))],
  ['a view without blocks', throws(() => payload('planted', { type: 'modal', title: text('plain_text', 'x') }))],
  ['a home file that is a message', throws(() => payload('home_planted.json', { text: 'x' }))],
  ['a long_description of 174 characters', manifestRules(wrong('', (m) => (m.display_information.long_description = 'x'.repeat(174)))[1]).length > 0],
  ['a misspelt section of the manifest', manifestRules(wrong('', (m) => (m.setings = {}))[1]).length > 0],
  ['Socket Mode off', manifestRules(wrong('', (m) => (m.settings.socket_mode_enabled = false))[1]).length > 0],
  ['cutting too much or too little', !newer.some((e) => e.field === 'level') || JSON.stringify(strip(JSON.parse(before))) ===
    '{"text":"x","blocks":[{"type":"divider"},{"type":"header","text":{"type":"plain_text","text":"4m 32s"}}],"level":1,"x":[{"type":"section","level":1}]}'],
];
for (const [what, seen] of sieve) if (!seen) fault(`planted: ${what} went unseen`);

// ---- one run of the compiler ----------------------------------------------------------------------------

const dir = mkdtempSync(join(tmpdir(), 'slacktypes-'));
try {
  symlinkSync(join(here, 'node_modules'), join(dir, 'node_modules'));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  writeFileSync(join(dir, 'check.ts'), lines.join('\n') + '\n');
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', skipLibCheck: true, types: [] },
    files: ['check.ts'],
  }));
  const tsc = spawnSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false'], { cwd: dir, encoding: 'utf8' });
  if (tsc.error || tsc.signal || (tsc.status !== 0 && tsc.stdout === '')) fault(`tsc did not run: ${tsc.error ?? tsc.signal ?? tsc.stderr}`);
  let current;
  for (const line of tsc.stdout.split('\n')) {
    const at = /^check\.ts\((\d+),\d+\): (error .*)$/.exec(line);
    if (at) {
      current = probes.find((p) => p.first <= at[1] && at[1] <= p.last);
      if (!current) fault(`the generated file itself: ${line}`);
      current?.errors.push(at[2]);
    } else if (/^\s+\S/.test(line) && current) current.errors.push(line); // the rest of a message
    else if (line.trim() !== '') fault(`tsc: ${line}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

for (const p of probes) {
  if (p.expect === 'accepted' && p.errors.length > 0) fault(`${p.label}: ${p.why ? p.why + '\n    ' : ''}${p.errors.join('\n    ')}`);
  if (p.expect === 'refused' && p.errors.length === 0) fault(`${p.label}: ${p.why}`);
}
const refusals = probes.filter((p) => p.expect === 'refused').length + sieve.length;
if (faults.length > 0) {
  console.error(faults.map((f) => `slacktypes: ${f}`).join('\n'));
  process.exit(1);
}
console.log(`slacktypes: ${basename(manifestFile)} and ${golden.length} golden payloads agree with @slack/types ${pinned['@slack/types']} ` +
  `and @slack/web-api ${pinned['@slack/web-api']}; ${cut.n} newer blocks and fields set aside, ${refusals} planted faults refused`);
