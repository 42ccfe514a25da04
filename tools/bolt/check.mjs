// An app on Bolt, Slack's own JavaScript SDK, in the workspace that `ahtbot workspace` starts: it connects with the environment
// that is printed, and is used through the page alone. Whatever it does not get or is not shown fails the run.
//
//     node tools/bolt/check.mjs [AHTBOT]      AHTBOT is the program; built from the sources when it is not named
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import bolt from '@slack/bolt';

const root = new URL('../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'bolt-'));
let ahtbot = process.argv[2];
if (!ahtbot) {
  ahtbot = join(scratch, 'ahtbot');
  execFileSync('go', ['build', '-o', ahtbot, './cmd/ahtbot'], {cwd: root, stdio: 'inherit'});
}

// start runs the workspace, and returns what it printed.
async function start() {
  const child = spawn(ahtbot, ['workspace', '--addr', '127.0.0.1:0'], {cwd: scratch, stdio: ['ignore', 'pipe', 'inherit']});
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.includes('# There:')) break;
  }
  const env = Object.fromEntries([...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const page = printed.match(/The page: (\S+)/)?.[1];
  assert.ok(page && env.SLACK_API_URL, 'nothing to export was printed:\n' + printed);
  return {child, env, page};
}

// soon asks until there is an answer.
async function soon(what, find) {
  for (const late = Date.now() + 20_000; Date.now() < late; await new Promise((go) => setTimeout(go, 20))) {
    const found = await find();
    if (found) return found;
  }
  assert.fail('not seen: ' + what);
}

const {child, env, page} = await start();
const get = async (path) => (await fetch(page + path)).json();
const act = async (deed) => {
  const response = await fetch(page + 'do', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(deed)});
  const said = await response.text();
  assert.equal(response.status, 200, JSON.stringify(deed) + ': ' + said);
};
const message = (who, pattern) => soon(who + ' sees ' + pattern, async () => (await get('state?as=' + who)).messages.find((m) => pattern.test(m.html)));

const app = new bolt.App({
  token: env.SLACK_BOT_TOKEN, appToken: env.SLACK_APP_TOKEN, socketMode: true, logLevel: 'error',
  clientOptions: {slackApiUrl: env.SLACK_API_URL},
});
const button = {type: 'button', action_id: 'press_me', text: {type: 'plain_text', text: 'Press me'}};
app.command('/hello', async ({command, ack, respond}) => {
  await ack();
  await respond({text: 'Hello', blocks: [{type: 'section', text: {type: 'mrkdwn', text: `Hello <@${command.user_id}>`}, accessory: button}]});
});
app.action('press_me', async ({ack, body, client}) => {
  await ack();
  await client.views.open({trigger_id: body.trigger_id, view: {
    type: 'modal', callback_id: 'ask', title: {type: 'plain_text', text: 'A question'}, submit: {type: 'plain_text', text: 'Send'},
    blocks: [{type: 'input', block_id: 'name', label: {type: 'plain_text', text: 'Name'}, element: {type: 'plain_text_input', action_id: 'value'}}],
  }});
});
app.view('ask', async ({ack, view, client, body}) => {
  const name = view.state.values.name.value.value;
  if (name.length < 3) return ack({response_action: 'errors', errors: {name: 'Too short'}});
  await ack();
  await client.chat.postEphemeral({channel: 'C1', user: body.user.id, text: `Nice to meet you, ${name}`});
});
app.event('app_mention', async ({event, say}) => say(`You called, <@${event.user}>?`));

try {
  await app.start();
  await act({as: 'U1', do: 'type', channel: 'C1', text: '/hello'});
  const hello = await message('U1', /Hello/);
  await act({as: 'U1', do: 'press', channel: 'C1', ts: hello.ts, block: hello.html.match(/data-block="([^"]*)"/)[1], action: 'press_me'});
  const open = () => soon('a window', async () => (await get('state?as=U1')).window);
  const view = await open();
  await act({as: 'U1', do: 'submit', view: view.id, fields: {'name/value': ['Al']}});
  await soon('an error beside the field', async () => (await get('state?as=U1')).window?.html.includes('Too short'));
  await act({as: 'U1', do: 'submit', view: view.id, fields: {'name/value': ['Alan']}});
  await message('U1', /Nice to meet you, Alan/);
  await act({as: 'U2', do: 'type', channel: 'C1', text: '@ahtbot hi'});
  await message('U1', /You called/);

  const wire = await get('wire');
  for (const kind of ['envelope', 'acknowledgement', 'call', 'response_url', 'socket']) assert.ok(wire.some((e) => e.kind === kind), 'nothing of kind ' + kind + ' in the wire');
  assert.deepEqual(wire.filter((e) => e.trouble), [], 'something went wrong on the wire');
  assert.doesNotMatch(JSON.stringify(wire), /xoxb-demo|xapp-1-A0|ticket=[A-Z2-7]|\/commands\/T0/, 'a secret is in the wire');
  console.log('bolt: a command, a button, a form with a mistake and a mention, in ' + wire.length + ' lines of the wire');
} finally {
  await app.stop().catch(() => {});
  child.kill('SIGINT');
  rmSync(scratch, {recursive: true, force: true});
}
process.exit(0);
