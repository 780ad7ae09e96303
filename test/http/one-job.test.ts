import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../dist/http/answer.js';
import { OneJob } from '../../dist/http/one-job.js';

const stays = (): (() => void) => () => {};
const refused = (status: number) => (error: unknown) => error instanceof Refusal && error.status === status;

void test('one at a time; the others are told when to come back', () => {
  const jobs = new OneJob();
  const job = jobs.start(60_000, stays);
  assert.throws(
    () => jobs.start(60_000, stays),
    (error) => refused(429)(error) && /^[1-9]\d*$/.test((error as Refusal).headers['retry-after']!),
  );
  job.end();
  const next = jobs.start(60_000, stays);
  job.end(); // a second time, when another is under way
  assert.throws(() => jobs.start(60_000, stays), refused(429));
  next.end();
});

void test('a client that hangs up stops its job, and not the next', async () => {
  const jobs = new OneJob();
  const client = new EventEmitter();
  const onHangUp = (hangUp: () => void): (() => void) => {
    client.once('close', hangUp);
    return () => client.off('close', hangUp);
  };
  const job = jobs.start(60_000, onHangUp);
  await job.checkpoint();
  client.emit('close');
  await assert.rejects(job.checkpoint(), refused(499));
  assert.equal(job.signal.aborted, true);
  job.end();
  const next = jobs.start(60_000, onHangUp);
  await next.checkpoint();
  next.end();
  assert.equal(client.listenerCount('close'), 0);
});

void test('a job ends when its time is over', async () => {
  const jobs = new OneJob();
  const job = jobs.start(1, stays);
  await sleep(20);
  await assert.rejects(job.checkpoint(), (error) => refused(503)(error) && /in 0.001 s/.test((error as Error).message));
  job.end();
});

void test('a timer that could not fire in time makes no difference', async () => {
  const jobs = new OneJob();
  const job = jobs.start(1, stays);
  const end = performance.now() + 20;
  while (performance.now() < end);
  await assert.rejects(job.checkpoint(), refused(503));
  job.end();
});
