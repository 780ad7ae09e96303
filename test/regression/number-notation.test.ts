import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadColumns } from '../../dist/snapshot/load-columns.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { fixtureBytes } from '../helpers/fixture-files.js';

void test('numbers in another notation were called damage; they are for the general reader', async () => {
  const sound = fixtureBytes('no-lines').toString();
  for (const [plain, other] of [
    ['[1,1,7,5,4,14,', '[1,1,7,5,4,1.4e1,'],
    ['[1,1,7,', '[10e-1,1,7,'],
    ['3,1,3,32,1,0,0', '30e-1,1,3,32,1,0,0'],
  ] as const) {
    const text = sound.replace(plain, other);
    assert.notEqual(text, sound);
    const { columns } = await loadColumns(bytesSource(Buffer.from(text)));
    assert.equal(columns.edgeCount, 4);
    assert.equal(columns.edgeTarget[1], 2);
  }
});
