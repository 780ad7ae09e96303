import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../dist/http/answer.js';
import { checkMemory, checkTime, Experience } from '../../dist/http/cost.js';
import { checkRoom, readRoom } from '../../dist/http/snapshot-file.js';
import { type MemoryFacts, readMemoryFacts } from '../../dist/http/this-process.js';

const MB = 1e6;
const FACTS: MemoryFacts = {
  usedHeap: 140 * MB,
  largeObjects: 100 * MB,
  heapLimit: 2000 * MB,
  available: 8000 * MB,
  availableIn: 'machine',
};

function refusal(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return `${error.status} ${error.message}`;
    throw error;
  }
  return 'fine';
}

void test('a snapshot is refused where the memory does not suffice, with the numbers', () => {
  const experience = new Experience();
  assert.equal(
    refusal(() => checkMemory(FACTS, experience)),
    'fine',
  );
  // 40 MB of small objects of 40 bytes, 600 bytes each, and 32 MB.
  assert.match(
    refusal(() => checkMemory({ ...FACTS, available: 631 * MB, availableIn: 'container' }, experience)),
    /^503 a snapshot of a heap of 140\.0 MB may need 632\.0 MB, but the container has 631\.0 MB left/,
  );
  assert.equal(
    refusal(() => checkMemory({ ...FACTS, available: 632 * MB }, experience)),
    'fine',
  );
  assert.match(
    refusal(() => checkMemory({ ...FACTS, available: 632 * MB }, experience, 1 * MB)),
    /may need 633\.0 MB, but the machine has/,
    'with a file that is in memory too',
  );
  assert.equal(
    refusal(() => checkMemory({ ...FACTS, available: null }, experience)),
    'fine',
    'not known',
  );
  assert.match(
    refusal(() => checkMemory({ ...FACTS, heapLimit: 147 * MB }, experience)),
    /^503 the heap of 140\.0 MB is less than 8\.0 MB below its limit of 147\.0 MB/,
  );
});

void test('what one snapshot teaches serves the next', () => {
  const experience = new Experience();
  assert.equal(
    refusal(() => checkTime(FACTS, experience, 1)),
    'fine',
    'nothing is known yet',
  );
  // 80 bytes a node, and 2 s.
  experience.learn(FACTS, (40 * MB) / 80, 2000);
  experience.learn(FACTS, (40 * MB) / 80, 90_000); // held up by something else
  assert.equal(experience.memoryNeed(FACTS), 332 * MB);
  assert.equal(experience.textSize(FACTS), 60 * MB);
  assert.equal(
    refusal(() => checkTime(FACTS, experience, 2000)),
    'fine',
  );
  assert.match(
    refusal(() => checkTime({ ...FACTS, usedHeap: 180 * MB }, experience, 3500)),
    /^503 going by the last one, a snapshot of a heap of 180\.0 MB takes 4 s, and the time limit is 3\.5 s/,
  );
});

void test('a real process, a real folder', () => {
  const { usedHeap, largeObjects, heapLimit, available } = readMemoryFacts();
  assert.ok(usedHeap > 1 * MB && largeObjects < usedHeap && heapLimit > usedHeap);
  if (process.platform === 'linux') assert.ok(available! > 0);
  assert.ok(readRoom('.').free > 0);
  assert.match(
    refusal(() => readRoom('/no/such/folder')),
    /^503 cannot write to \/no\/such\/folder: ENOENT/,
  );
  assert.match(
    refusal(() => checkRoom('/tmp', { free: 9 * MB, isMemory: false }, 10 * MB)),
    /^503 the snapshot may need 10\.0 MB, but \/tmp has 9\.0 MB left/,
  );
});
