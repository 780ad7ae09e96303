import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../dist/http/answer.js';
import { type Clock, LookTimer } from '../../dist/http/pages/look-timer.js';

/** Time that passes when a test says so. */
class FakeClock implements Clock {
  time = 1_000_000;
  waiting: { readonly at: number; readonly callBack: () => void } | null = null;

  now(): number {
    return this.time;
  }

  wait(milliseconds: number, callBack: () => void): () => void {
    assert.equal(this.waiting, null, 'one at a time');
    this.waiting = { at: this.time + milliseconds, callBack };
    return () => {
      this.waiting = null;
    };
  }

  /** Until what is awaited is due; all that follows from it at once has happened then. */
  async pass(): Promise<void> {
    const { at, callBack } = this.waiting!;
    this.time = at;
    this.waiting = null;
    callBack();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

void test('a look each time, the next when it is over', async () => {
  const clock = new FakeClock();
  let taken = 0;
  const finish: ((stopped: number) => void)[] = [];
  const timer = new LookTimer(
    60_000,
    () => {
      taken++;
      return new Promise((resolve) => {
        finish.push(resolve);
      });
    },
    clock,
  );
  assert.deepEqual(timer.schedule, { every: 60_000, nextAt: 1_060_000, skipped: null });
  await clock.pass();
  assert.deepEqual(
    [taken, clock.waiting, timer.schedule.nextAt],
    [1, null, null],
    'none is due while one is under way',
  );
  clock.time += 5000;
  finish[0]!(200);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(timer.schedule.nextAt, 1_065_000 + 60_000);
  await clock.pass();
  assert.equal(taken, 2);
});

void test('looks take no more than a hundredth of the time', async () => {
  const clock = new FakeClock();
  const timer = new LookTimer(60_000, async () => 3000, clock);
  await clock.pass();
  assert.equal(timer.schedule.nextAt, clock.time + 300_000);
});

void test('what may not be taken is skipped, and why is told until one is taken', async () => {
  const clock = new FakeClock();
  let refusal: Refusal | null = new Refusal(429, 'a snapshot is being taken for someone else');
  const timer = new LookTimer(
    60_000,
    async () => {
      if (refusal) throw refusal;
      return 1;
    },
    clock,
  );
  await clock.pass();
  assert.deepEqual(timer.schedule, {
    every: 60_000,
    nextAt: clock.time + 60_000,
    skipped: 'a snapshot is being taken for someone else',
  });
  refusal = null;
  await clock.pass();
  assert.equal(timer.schedule.skipped, null);
});

void test('a defect is told as a warning, and does not end the service or the looks', async (context) => {
  const clock = new FakeClock();
  const told = context.mock.method(process, 'emitWarning', () => {});
  const timer = new LookTimer(60_000, () => Promise.reject(new TypeError('a defect')), clock);
  await clock.pass();
  assert.equal(String(told.mock.calls[0]!.arguments[0]), 'TypeError: a defect');
  assert.deepEqual([timer.schedule.skipped, clock.waiting?.at], ['a defect', clock.time + 60_000]);
});

void test('stopped, it takes none: neither the one that is due, nor one after that under way', async () => {
  const clock = new FakeClock();
  new LookTimer(60_000, async () => 1, clock).stop();
  assert.equal(clock.waiting, null);
  const timer: LookTimer = new LookTimer(
    60_000,
    async () => {
      timer.stop();
      return 1;
    },
    clock,
  );
  await clock.pass();
  assert.equal(clock.waiting, null);
});
