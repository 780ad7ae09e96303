import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v8 from 'node:v8';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { entryLayout } from '../../dist/graph/collection-entries.js';
import { render } from '../../dist/report/render.js';

class Registry extends Map<unknown, unknown> {}
class Members extends Set<unknown> {}
class Payload {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

void test('entries of this process: keys and values, what was deleted, what leaves no trace', async () => {
  const registry = new Registry();
  for (let i = 0; i < 100; i++) registry.set(`key-${i}`, new Payload(i));
  registry.set(7, new Payload(7));
  registry.set('seven', 7);
  registry.set(8, 8);
  registry.delete('key-3');
  const members = new Members([97, 98, 99].map((at) => new Payload(at)));
  const heap = await loadHeap(v8.getHeapSnapshot());
  assert.equal(registry.size + members.size, 105);

  const entries = inspectHeap(heap, 'Registry').node.entries!;
  assert.equal(entries.count, 101, 'all but key-3, and 8 of which V8 writes nothing');
  const texts = entries.first.map(({ key, value }) => `${key?.value} ${value?.constructor}`);
  assert.deepEqual([texts[0], texts[3]], ['key-0 Payload', 'key-4 Payload']);
  assert.deepEqual(texts.slice(-2), ['undefined Payload', 'seven undefined']);
  const some = inspectHeap(heap, 'Registry', { limit: 2 }).node.entries!;
  assert.deepEqual([some.count, some.first.length], [101, 2]);
  const set = inspectHeap(heap, 'Members').node.entries!;
  assert.deepEqual(
    set.first.map(({ key, value }) => [key?.constructor, value]),
    Array.from({ length: 3 }, () => ['Payload', undefined]),
  );
  assert.equal(inspectHeap(heap, 'Payload').node.entries, null);

  const options = { color: false, exactBytes: false, width: undefined };
  const text = await render(inspectHeap(heap, 'Registry', { limit: 2 }), 'table', options);
  assert.match(text, /Entries \(2 of 101\)\nKey +→ Value +Id .*\n"key-0" +Payload +@\d+/);
  assert.doesNotMatch(text, /^\(table\)/m);
  const raw = await render(inspectHeap(heap, 'Registry', { raw: true }), 'table', options);
  assert.match(raw, /^\(table\) +\(array\)/m);
  assert.doesNotMatch(raw, /Entries/);
});

void test('a table is told by its size: of a Map or a Set, with pointers of 8 bytes or 4', () => {
  for (const pointer of [4, 8])
    for (const stride of [2, 3])
      for (const buckets of [2, 4, 64, 2 ** 20])
        assert.deepEqual(entryLayout(pointer * (5 + buckets * (1 + 2 * stride))), { start: 3 + buckets, stride });
  for (const size of [0, 16, 40, 1000]) assert.equal(entryLayout(size), null);
});
