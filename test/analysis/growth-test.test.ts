import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteLeakPerWindow, leakAfterRelease, leakPerWindow, windowsOf } from '../../dist/analysis/growth-test.js';

/** Windows from `growth/kept/removed` each. */
function windows(text: string): ReturnType<typeof windowsOf> {
  return text.split(' ').map((part) => {
    const [growth, kept, removed] = part.split('/').map(Number);
    return { growth: growth!, kept: kept!, removed: removed! };
  });
}

void test('what leaks in a series', () => {
  for (const [what, text, expected] of [
    ['as much in each window, all of it kept', '500/500/0 500/500/0', 500],
    ['one in a hundred operations', '5/5/0 5/5/0', 5],
    ['chance makes it a little less', '50/50/0 40/40/0', 40],
    ['a few of a large population stay', '20/20/780 20/20/780', 20],
    ['four windows', '10/10/0 11/11/0 9/9/0 10/10/0', 10],
    ['a longer window brings more', '200/200/0 500/500/0', 500],
    ['it stands still', '0/0/0 0/0/0', 0],
    ['a table that fills up at random', '221/221/0 126/126/0', 0],
    ['a table that is full in the middle of the window', '500/500/0 250/250/0', 0],
    ['a cache that reaches its limit and evicts', '500/500/0 480/480/20', 0],
    ['a population that follows the load', '100/0/179 100/379/279', 0],
    ['one more is loaded late', '0/0/0 1000/1000/0', 0],
    ['it grows and falls back', '400/0/0 -400/0/400', 0],
    ['too few to tell', '2/2/0 2/2/0', 0],
    ['a part of Node that is loaded in steps', '6/6/0 27/27/0', 0],
  ] as const)
    assert.equal(leakPerWindow(windows(text)), expected, what);
});

void test('what two snapshots tell', () => {
  assert.equal(leakPerWindow(windows('500/500/0')), 500);
  assert.equal(leakPerWindow(windows('500/500/40')), 500);
  assert.equal(leakPerWindow(windows('200/379/179')), 0, 'a population that changes');
});

void test('what outlives the work', () => {
  assert.equal(leakAfterRelease(windows('1500/1500/0 0/0/0')), 1500);
  assert.equal(leakAfterRelease(windows('1500/1200/0 -300/0/300')), 0, 'it is let go');
});

void test('what grows in bytes alone', () => {
  for (const [bytes, expected] of [
    [[270_432, 532_576, 794_720], 262_144],
    [[180_712, 271_184, 406_888], 135_704],
    [[1000, 3000, 5000], 2000],
    [[10_360, 23_600, 35_512], 0],
    [[1000, 1500, 2000], 0],
    [[1000, 90_000, 90_000], 0],
    [[100_000, 500_000, 550_000], 0],
    [[1000, 20_000], 0],
    [[1000, 90_000], 89_000],
  ] as const)
    assert.equal(byteLeakPerWindow(bytes), expected, bytes.join());
});

void test('windows from ages', () => {
  // 10 at first; 6 of them, and 5 new ones; then 4 of the old, 5 of the new, and 3 more.
  const group = { count: [10, 11, 12], ages: [[10], [6, 5], [4, 5, 3]] };
  assert.deepEqual(windowsOf(group), [
    { growth: 1, kept: 5, removed: 4 },
    { growth: 1, kept: 3, removed: 2 },
  ]);
});
