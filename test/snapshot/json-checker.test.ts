import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { diagnose } from '../../dist/analysis/doctor.js';
import { JsonChecker } from '../../dist/snapshot/json-checker.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

/** What it takes of a text that comes in pieces, cut where told; null where it refuses, or the text ends too early. */
function taken(text: string, cuts: readonly number[]): string | null {
  const bytes = Buffer.from(text);
  const checker = new JsonChecker(false);
  let from = 0;
  try {
    for (const to of [...cuts, bytes.length]) {
      const end = checker.push(Uint8Array.from(bytes.subarray(from, to)), 0, from);
      if (end >= 0) return bytes.subarray(0, from + end).toString();
      from = to;
    }
  } catch (error) {
    assert.match((error as Error).message, /^no sound JSON: /);
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

void test('takes what JSON.parse takes, cut anywhere', () => {
  const sound =
    '[] {} [[],{}] 0 -0 10 -1.5e3 1E+2 0.5 true false null "" "\\"\\\\\\u00e9" "日本" {"a":1,"b":[2,{"":null}]} [1,-2,"x",true]';
  const damaged =
    '[} {] [1,] [,1] {"a"} {"a":} {"a":1,} {1:2} 01 -01 1. .5 +1 1e - 1-2 tru nul truefalse "\\q" "\\u12" "\t" [1:2] {"a",1}';
  const spaced = ['[ 1 , 2 ]', '{ "a" : [ ] }', '[\r\n1\t\n]'];
  const unsound = ['[1 2]', '["a" "b"]', '{"a" 1}', '1 2', '[\u00a01]', '"a\nb"'];
  for (const value of [...sound.split(' '), ...spaced, ...damaged.split(' '), ...unsound])
    for (let cut = 0; cut <= Buffer.byteLength(value); cut++)
      assert.equal(taken(`${value},`, [cut]), isJson(value) ? value : null, `${JSON.stringify(value)} cut at ${cut}`);
});

const BYTES = Array.from('0123456789-+.eE"\\,:[]{} \ntun');

void test('takes what JSON.parse takes, of random values with one byte that is another', () => {
  const property = fc.property(
    fc.jsonValue(),
    fc.constantFrom(undefined, 1, '\t'),
    fc.nat(),
    fc.constantFrom(...BYTES),
    fc.array(fc.nat(200), { maxLength: 4 }),
    (value, indent, place, byte, cuts) => {
      const text = JSON.stringify(value, null, indent);
      const at = place % text.length;
      // A value is given from its first byte on.
      const changed = (text.slice(0, at) + byte + text.slice(at + 1)).trimStart();
      const ascending = cuts.toSorted((a, b) => a - b);
      assert.equal(taken(`${text}}`, ascending), text);
      const part = taken(`${changed}}`, ascending);
      if (part === null) assert.ok(!isJson(changed), changed);
      else assert.ok(isJson(part), part);
    },
  );
  fc.assert(property, { seed: 7, numRuns: 5000 });
});

void test('nests as deep as it likes', () => {
  const depth = 300_000;
  const text = `${'[{"":'.repeat(depth)}1${'}]'.repeat(depth)}`;
  assert.equal(taken(`${text},`, [700_000]), text);
  assert.equal(taken(`${text.slice(0, -1)}},`, []), null);
});

void test('doctor takes no file for sound that is no JSON, where a summary passes over what is damaged', async () => {
  const sound = fixtureBytes('no-lines').toString();
  const damaged = Buffer.from(sound.replace('"samples":[]', '"samples":[1,,2]'));
  assert.notEqual(damaged.toString(), sound);
  const { sound: isSound, problems } = await diagnose(bytesSource(damaged));
  assert.equal(isSound, false);
  assert.match(problems.join('\n'), /^no sound JSON: "," at byte \d+, where a value should stand$/);
  assert.equal((await summaryOf(damaged)).snapshot.nodes, (await summaryOf(Buffer.from(sound))).snapshot.nodes);
});
