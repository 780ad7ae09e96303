// Times heapstat against the read floor of the same file in the same run.
//   npm run bench -- [--size 700MB] [--repeat 5] [--only PART-OF-A-NAME] [--write]
// Snapshots are made once per size in the temporary folder. --write keeps the run under test/bench/runs/.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { formatBytes, parseBytes } from '../../dist/util/bytes.js';
import { writeRealHeap, writeWithoutLines } from './real-heap.js';
import { type SyntheticOptions, writeSynthetic } from './synthetic.js';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '700MB' },
    repeat: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const size = parseBytes(values.size);
const repeat = Number(values.repeat);
const BIN = fileURLToPath(new URL('../../bin/heapstat.js', import.meta.url));
const COLUMNS = fileURLToPath(new URL('./columns.js', import.meta.url));
const RETAINED = fileURLToPath(new URL('./retained.js', import.meta.url));
const FOLDER = join(tmpdir(), 'heapstat-bench');

/** Certificates of the machine, which Node 20 reads at each start: half of it. */
const { NODE_EXTRA_CA_CERTS: _certificates, ...ENVIRONMENT } = process.env;

function snapshot(name: string, options: Omit<SyntheticOptions, 'bytes'>, bytes = size): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}-${bytes}.heapsnapshot`);
  if (!existsSync(path)) {
    writeSynthetic(`${path}.part`, { bytes, ...options });
    renameSync(`${path}.part`, path);
  }
  return path;
}

/** A real heap of this Node, without newlines between records. */
function realHeap(): string {
  const path = join(FOLDER, `real-${process.version}-${size}.heapsnapshot`);
  if (existsSync(path)) return path;
  const written = `${path}.written`;
  writeRealHeap(written, size);
  writeWithoutLines(written, path);
  rmSync(written);
  return path;
}

function gzipped(path: string): string {
  if (!existsSync(`${path}.gz`))
    execFileSync('sh', ['-c', 'gzip -1 -c "$0" > "$0.gz.part" && mv "$0.gz.part" "$0.gz"', path]);
  return `${path}.gz`;
}

/** Milliseconds to read a file by readSync into one page-aligned MiB. */
function readFloor(path: string): number {
  const buffer = new Uint8Array(1 << 20);
  const start = performance.now();
  const fd = openSync(path, 'r');
  while (readSync(fd, buffer) > 0);
  closeSync(fd);
  return performance.now() - start;
}

async function gunzipFloor(path: string): Promise<number> {
  const start = performance.now();
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), createGunzip({ chunkSize: 1 << 20 }), sink);
  return performance.now() - start;
}

interface Run {
  readonly ms: number;
  readonly peakMiB: number;
}

function run(command: string, args: readonly string[]): Run {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return { ms, peakMiB: Number(/peak memory (\d+) MiB/.exec(stderr)?.[1] ?? Number.NaN) };
}

const node =
  (...args: string[]): (() => Run) =>
  () =>
    run(process.execPath, args);
const heapstat = (...args: string[]): (() => Run) => node(BIN, ...args, '--profile');

/** On one processor, where the system has a command for that. */
const onOneCore = (...args: string[]): (() => Run) => {
  return () => run('taskset', ['--cpu-list', '0', process.execPath, BIN, ...args, '--profile']);
};

interface Case {
  readonly name: string;
  readonly goal: string;
  readonly run: () => Run;
  /** Milliseconds of the floor; null: the time itself counts, and Node's start is part of it. */
  readonly floor: (() => number | Promise<number>) | null;
}

const plain = snapshot('no-lines', {});
const lines = snapshot('lines', { lines: true });
const changed = snapshot('changed', { renewIdEvery: 50 });
const real = realHeap();
/** Of one process, as far as ids tell: each has the objects of the one before, and some more. */
const series = [0, 1, 2].map((k) => snapshot('series', {}, Math.round(size / 7) + k * 8e6));
const small = snapshot('small', { template: 'bun.1' }, 1e6);
const zipped = gzipped(plain);
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;
const both = (): number => readFloor(plain) + readFloor(changed);

const summaries = ([name, path, goal]: readonly [string, string, string]): Case[] => {
  const floor = (): number => readFloor(path);
  const all = { name, goal, run: heapstat('summary', path), floor };
  return hasTaskset ? [all, { ...all, name: `${name}, on one core`, run: onOneCore('summary', path) }] : [all];
};

const CASES: readonly Case[] = [
  ...summaries(['summary, no newlines (Node 24+)', plain, '1.7']),
  ...summaries(['summary, a line per record', lines, '2.0']),
  {
    name: 'summary of gz; floor: gunzip by Node',
    goal: '1.15',
    run: heapstat('summary', zipped),
    floor: () => gunzipFloor(zipped),
  },
  {
    name: 'summary of stdin; floor: cat to a pipe',
    goal: '',
    run: () => run('sh', ['-c', 'cat "$2" | "$0" "$1" summary - --profile', process.execPath, BIN, plain]),
    floor: () => run('sh', ['-c', 'cat "$0" | cat > /dev/null', plain]).ms,
  },
  { name: 'diff by id; floor of both files', goal: '3.3', run: heapstat('diff', plain, changed), floor: both },
  { name: 'all columns, 1 thread', goal: '8', run: node(COLUMNS, plain, '1'), floor: () => readFloor(plain) },
  { name: 'all columns, 2 threads', goal: '4.5', run: node(COLUMNS, plain, '2'), floor: () => readFloor(plain) },
  { name: 'retained sizes, 1 thread', goal: '20', run: node(RETAINED, '1', plain), floor: () => readFloor(plain) },
  { name: 'retained sizes, 2 threads', goal: '14', run: node(RETAINED, '2', plain), floor: () => readFloor(plain) },
  ...summaries(['real heap: summary', real, '1.7']),
  { name: 'real heap: all columns, 1 thread', goal: '8', run: node(COLUMNS, real, '1'), floor: () => readFloor(real) },
  {
    name: 'real heap: all columns, 2 threads',
    goal: '4.5',
    run: node(COLUMNS, real, '2'),
    floor: () => readFloor(real),
  },
  {
    name: 'real heap: retained sizes, 1 thread',
    goal: '20',
    run: node(RETAINED, '1', real),
    floor: () => readFloor(real),
  },
  {
    name: 'real heap: retained sizes, 2 threads',
    goal: '14',
    run: node(RETAINED, '2', real),
    floor: () => readFloor(real),
  },
  {
    name: 'real heap: summary --retained, with classes and the table',
    goal: '14',
    run: heapstat('summary', real, '--retained'),
    floor: () => readFloor(real),
  },
  {
    name: 'leaks of three snapshots; floor: loading them, retained sizes included',
    goal: '1.5',
    run: heapstat('leaks', ...series),
    floor: () => node(RETAINED, '2', ...series)().ms - node('-e', '0')().ms,
  },
  { name: 'heapstat --version', goal: '90 ms', run: node(BIN, '--version'), floor: null },
  {
    name: `summary of ${formatBytes(statSync(small).size)}`,
    goal: '130 ms',
    run: heapstat('summary', small),
    floor: null,
  },
];

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const fixed = (numbers: readonly number[]): string => numbers.map((number) => number.toFixed(0)).join(' ');

const report: string[] = [
  `${process.platform} ${arch()}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  '',
  `Snapshots: ${formatBytes(statSync(plain).size)} without newlines, ${formatBytes(statSync(lines).size)} with, ${formatBytes(statSync(zipped).size)} gzipped; the real heap ${formatBytes(statSync(real).size)}. Medians of ${repeat} runs; the floor is measured beside each run.`,
  "The ratio leaves out Node's own start (`node -e 0`, measured beside each run too).",
  '',
  '| what | ratio | goal | ms | floor ms | start ms | peak MiB | raw ms | raw floor ms |',
  '|---|---:|---:|---:|---:|---:|---:|---|---|',
];
for (const { name, goal, run: measure, floor } of CASES) {
  if (!name.includes(values.only)) continue;
  const runs: Run[] = [];
  const floors: number[] = [];
  const starts: number[] = [];
  for (let k = 0; k < repeat; k++) {
    floors.push(floor ? await floor() : Number.NaN);
    starts.push(run(process.execPath, ['-e', '0']).ms);
    runs.push(measure());
  }
  const times = runs.map(({ ms }) => ms);
  const [ms, start, least] = [median(times), median(starts), median(floors)];
  const ratio = floor ? ((ms - start) / least).toFixed(2) : `${ms.toFixed(0)} ms`;
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB));
  const row = [
    name,
    ratio,
    goal,
    ms.toFixed(0),
    floor ? least.toFixed(0) : '',
    start.toFixed(0),
    Number.isNaN(peak) ? '' : peak,
    fixed(times),
    floor ? fixed(floors) : '',
  ];
  report.push(`| ${row.join(' | ')} |`);
  console.log(report.at(-1));
}
if (values.write) {
  const path = new URL(
    `../../test/bench/runs/${new Date().toISOString().slice(0, 10)}-${cpus().length}-cores-${arch()}-${values.size}.md`,
    import.meta.url,
  );
  writeFileSync(path, `${report.join('\n')}\n`);
}
console.log(`\n${report.join('\n')}`);
