import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBaseline } from '../../dist/analysis/baseline.js';
import type { Budget } from '../../dist/analysis/check-config.js';
import { checkBudgets, type CheckInput, type Judgement } from '../../dist/analysis/check.js';
import { heap } from '../helpers/drawn-summary.js';

const BEFORE = heap({ Session: [10, 1000], Cache: [5, 50_000], Churn: [40, 4000], '(system)': [1, 100] });
const MIDDLE = heap({ Session: [20, 2000], Cache: [5, 50_000], Churn: [10, 1000], '(system)': [1, 100] });
const AFTER = heap({ Session: [30, 3000], Cache: [5, 50_000], Churn: [55, 5500], '(system)': [1, 100] });

const INPUT: CheckInput = {
  summaries: [BEFORE, MIDDLE, AFTER],
  baseline: null,
  control: null,
  operations: null,
  retained: null,
  detached: null,
  suspects: [],
  whyNoSuspects: null,
};

function judge(budget: Partial<Budget>, input: Partial<CheckInput> = {}): Judgement {
  const { judgements } = checkBudgets({ ...INPUT, ...input }, [{ filter: [], ...budget }]);
  assert.equal(judgements.length, 1);
  return judgements[0]!;
}

/** Outcome just at, and just below, what is found. */
function edge(key: keyof Budget, actual: number, budget: Partial<Budget> = {}, input: Partial<CheckInput> = {}): void {
  const at = judge({ ...budget, [key]: actual }, input);
  assert.deepEqual([at.outcome, at.actual], ['passed', actual], key);
  assert.equal(judge({ ...budget, [key]: actual - 1 }, input).outcome, 'failed', key);
}

void test('every kind of budget holds at its limit, and fails beyond it', () => {
  edge('maxSize', 58_600);
  edge('maxSize', 3000, { filter: ['session'] });
  edge('maxCount', 91);
  edge('maxCount', 55, { filter: ['Churn'] });
  edge('maxGrowth', 3500);
  edge('maxGrowth', 2000, { filter: ['Session'] });
  edge('maxGrowthCount', 35);
  edge('maxGrowthPercent', 200, { filter: ['Session'] });
  edge('maxGrowthPerOperation', 10, { filter: ['Session'] }, { operations: 100 }); // 2,000 bytes in two steps of 100
  const retained = [
    { constructor: 'Cache', retainedSize: 70_000 },
    { constructor: 'Session', retainedSize: 9000 },
  ];
  edge('maxRetainedSize', 70_000, {}, { retained });
  edge('maxRetainedSize', 9000, { filter: ['Session'] }, { retained });
  edge('maxRetainedSize', 0, { filter: ['nothing'] }, { retained: [] });
  // More classes than a call takes arguments.
  const many = Array.from({ length: 300_000 }, (_, k) => ({ constructor: `Class${k}`, retainedSize: k }));
  edge('maxRetainedSize', 299_999, {}, { retained: many });
  edge('maxDetached', 3, {}, { detached: 3 });
  edge('maxSuspects', 1, {}, { suspects: [{ sentence: 'It grows.', evidence: 'heapstat why' }] });
});

void test('a budget that fails names the classes that weigh most', () => {
  assert.deepEqual(judge({ maxGrowth: 0 }).classes, [
    { constructor: 'Session', amount: 2000 },
    { constructor: 'Churn', amount: 1500 },
  ]);
  assert.deepEqual(judge({ maxGrowth: 9999 }).classes, []);
});

void test('growth from nothing is more than any percentage; no growth from nothing is none', () => {
  const found = judge(
    { filter: ['New'], maxGrowthPercent: 1000 },
    { summaries: [BEFORE, heap({ New: [1, 8], '(system)': [1, 100] })] },
  );
  assert.deepEqual([found.outcome, found.actual], ['failed', null]);
  edge('maxGrowthPercent', 0, { filter: ['nothing'] });
});

void test('a baseline takes the place of the first snapshot, but not for growth per operation', () => {
  const baseline = { file: 'b.json', baseline: makeBaseline(MIDDLE) };
  edge('maxGrowth', 1000, { filter: ['Session'] }, { baseline });
  edge('maxGrowth', 1000, { filter: ['Session'] }, { baseline, summaries: [AFTER] });
  edge('maxGrowth', 5500, {}, { baseline });
  edge('maxGrowthPerOperation', 100, { filter: ['Session'] }, { baseline, operations: 10 });
  assert.equal(checkBudgets({ ...INPUT, baseline }, []).against, 'b.json');
  assert.equal(checkBudgets(INPUT, []).against, 'heap');
  assert.equal(checkBudgets({ ...INPUT, summaries: [AFTER] }, []).against, null);
});

void test('growth within the noise of the idle pair fails nothing', () => {
  // In two steps Churn may change by 1,600; it grew by 1,500.
  const control = [heap({ Churn: [40, 4000] }), heap({ Churn: [32, 3200] })] as const;
  const alone = judge({ filter: ['Churn'], maxGrowth: 1600 }, { control });
  assert.deepEqual([alone.outcome, alone.actual], ['passed', 0]);
  assert.match(alone.remark!, /within the noise/);
  const all = judge({ maxGrowth: 1999 }, { control });
  assert.deepEqual([all.outcome, all.actual], ['failed', 2000]);
  assert.deepEqual(all.classes, [{ constructor: 'Session', amount: 2000 }]);
});

void test('noise larger than the budget is inconclusive, in each unit', () => {
  const control = [heap({ Churn: [40, 4000] }), heap({ Churn: [32, 3200] })] as const;
  for (const budget of [
    { maxGrowth: 1599 },
    { maxGrowthCount: 15 },
    { maxGrowthPercent: 39.9 },
    { maxGrowthPerOperation: 79 },
  ]) {
    const found = judge({ filter: ['Churn'], ...budget }, { control, operations: 10 });
    assert.equal(found.outcome, 'inconclusive', JSON.stringify(budget));
    assert.match(found.remark!, /noise is larger than the budget/);
  }
  assert.notEqual(judge({ filter: ['Session'], maxGrowth: 0 }, { control }).outcome, 'inconclusive');
});

void test('what cannot be compared is inconclusive; what needs no comparison is judged', () => {
  for (const [input, remark] of [
    [{ summaries: [AFTER] }, /nothing to compare with/],
    [
      { summaries: [heap({ '(system)': [1, 1] }, 'V8 of Node 20'), AFTER] },
      /not comparable: one is by V8 of Node 20, the other by V8 of Node 22/,
    ],
    [{ summaries: [heap({ Session: [1, 1] }), AFTER] }, /only one was taken with V8's internals/],
  ] as const) {
    const found = judge({ maxGrowth: 0 }, input);
    assert.deepEqual([found.outcome, found.actual], ['inconclusive', null]);
    assert.match(found.remark!, remark);
    assert.equal(judge({ maxSize: 58_600 }, input).outcome, 'passed');
  }
  const unsought = judge({ maxSuspects: 0 }, { whyNoSuspects: 'they are not of one process' });
  assert.deepEqual([unsought.outcome, unsought.remark], ['inconclusive', 'they are not of one process']);
  assert.match(judge({ maxGrowthPerOperation: 1 }).remark!, /number of operations is not known/);
});

function outcomes(some: readonly Budget[]): string[] {
  const result = checkBudgets(INPUT, some);
  assert.equal(result.outcome, result.judgements[0]!.outcome);
  return result.judgements.map(({ outcome }) => outcome);
}

void test('the outcome is the worst, and the worst comes first', () => {
  const budgets: Budget[] = [
    { filter: [], maxSize: 1e9, maxGrowthPerOperation: 1 },
    { filter: [], maxCount: 1 },
  ];
  assert.deepEqual(outcomes(budgets), ['failed', 'inconclusive', 'passed']);
  assert.deepEqual(outcomes(budgets.slice(0, 1)), ['inconclusive', 'passed']);
});
