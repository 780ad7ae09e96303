import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocationTree, type CallTree, cpuTree } from '../../dist/analysis/call-tree.js';

const OWN = 'file:///own.js';

function frame(functionName: string, url = 'file:///app.js') {
  return { functionName, url, scriptId: '1', lineNumber: 0, columnNumber: 0 };
}

/** `name total(self)` with its children in brackets. */
function draw({ function: name, self, total, children }: CallTree): string {
  const below = children.length > 0 ? ` [${children.map(draw).join(', ')}]` : '';
  return `${name} ${total}(${self})${below}`;
}

void test('time by function, without what is idle and what is left out', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 4] },
    { id: 2, callFrame: frame('serve'), children: [5, 6] },
    { id: 3, callFrame: frame('(idle)', '') },
    { id: 4, callFrame: frame('(program)', '') },
    { id: 5, callFrame: frame('work') },
    { id: 6, callFrame: frame('profile', OWN), children: [7] },
    { id: 7, callFrame: frame('post', 'node:inspector') },
  ];
  const samples = [2, 5, 5, 3, 4, 7, 6];
  const timeDeltas = [1000, 2000, 3000, 50_000, 500, 9000, 9000];
  const tree = cpuTree({ nodes, samples, timeDeltas, startTime: 0, endTime: 0 }, OWN);
  assert.equal(draw(tree), '(root) 6.5(0) [serve 6(1) [work 5(5)], (program) 0.5(0.5)]');
});

void test('bytes by function; what is hardly anything is in the total of its caller only', () => {
  const tree = allocationTree({ head: node('', 0, [node('small', 1), node('large', 900, [node('most', 99)])]) }, OWN);
  assert.equal(draw(tree), '(anonymous) 1000(0) [large 999(900) [most 99(99)]]');

  // Deep trees do not overflow any stack.
  let deep = node('leaf', 5);
  for (let i = 0; i < 50_000; i++) deep = node('again', 0, [deep]);
  assert.equal(allocationTree({ head: deep }, OWN).total, 5);
});

interface Node {
  readonly callFrame: ReturnType<typeof frame>;
  readonly selfSize: number;
  readonly id: number;
  readonly children: Node[];
}

function node(name: string, selfSize: number, children: Node[] = []): Node {
  return { callFrame: frame(name), selfSize, id: 0, children };
}
