import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heapSummaryDocument } from '../../dist/report/heap-summary-document.js';

void test('a name from the header says nothing to the terminal in a remark', () => {
  const none = { count: 0, selfSize: 0, shallowSize: 0 };
  const { notes } = heapSummaryDocument(
    {
      type: 'summary',
      version: 1,
      accounting: 'devtools',
      by: 'constructor',
      snapshot: { file: 'app.heapsnapshot', bytes: 0, nodes: 0, edges: 0, producer: 'V8' },
      total: { ...none, retainedSize: 0 },
      matched: { ...none, constructors: 0 },
      shown: none,
      constructors: 0,
      emptyCount: 0,
      devtoolsDifferences: { lostRows: ['Function', '(\u001b[31mred\n)'], wrappedSizes: 0 },
      rows: [],
      warnings: [],
    },
    { exactBytes: false },
  );
  assert.equal(
    notes.at(-1),
    'Chrome DevTools shows less of Function, (\\u001b[31mred\\n): of two rows with one name it keeps the last; here they are one',
  );
});
