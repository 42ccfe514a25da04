// The pictures that README.md and docs/tour.md show: each is there, none is left over, and all are small.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync, statSync} from 'node:fs';
import {test} from 'node:test';

const root = new URL('../../', import.meta.url);
const largest = 80 * 1024, most = 700 * 1024; // bytes: of one, and of all

test('every picture of the documents is there, and small', () => {
  const text = ['README.md', 'docs/tour.md'].map((name) => readFileSync(new URL(name, root), 'utf8')).join('\n');
  const named = new Set([...text.matchAll(/tour\/([\w-]+\.png)/g)].map((m) => m[1]));
  const there = readdirSync(new URL('docs/tour/', root));
  assert.deepEqual([...named].sort(), there.sort(), 'named, and in docs/tour (make tour)');
  const sizes = there.map((name) => statSync(new URL('docs/tour/' + name, root)).size);
  assert.ok(Math.max(...sizes) <= largest, `the largest has ${Math.max(...sizes)} bytes`);
  assert.ok(sizes.reduce((a, b) => a + b) <= most, 'all of them are too large');
});
