import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectFromDiff } from '../../dist/analysis/diff.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { growthVerdict } from '../../dist/report/verdict.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { diffOf } from '../helpers/results.js';

void test('growth up to the limit passes, a byte more fails, shrinking passes', async () => {
  const [before, after] = [fixtureBytes('leak-before'), fixtureBytes('leak-after')];
  const whole = await diffOf(before, after);
  const exact = { exactBytes: true };
  assert.deepEqual(growthVerdict(whole, 825_904, [], exact), {
    passed: true,
    text: 'PASSED: the heap grew by 825,904 B, which is within the 825,904 B allowed',
  });
  assert.deepEqual(growthVerdict(whole, 825_903, [], exact), {
    passed: false,
    text: 'FAILED: the heap grew by 825,904 B, which is more than the 825,903 B allowed',
  });
  const filtered = selectFromDiff(whole, { filter: rowFilter(['cachedresponse']) });
  assert.deepEqual(growthVerdict(filtered, 0, ['cached\u001bresponse'], { exactBytes: false }), {
    passed: false,
    text: 'FAILED: what passes the filter cached\\u001bresponse grew by 84.0 kB, which is more than the 0 B allowed',
  });
  assert.deepEqual(growthVerdict(await diffOf(after, before), 0, [], exact), {
    passed: true,
    text: 'PASSED: the heap shrank by 825,904 B, which is within the 0 B allowed',
  });
});
