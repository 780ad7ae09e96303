// npm run fuzz -- [--seed N] [--runs N] [--seconds N] [--first N] [--small]
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    runs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    first: { type: 'string', default: '0' },
    small: { type: 'boolean', default: false },
    'command-line-every': { type: 'string', default: '20' },
  },
});
const [seed, runs, seconds, first, commandLineEvery] = [
  values.seed,
  values.runs,
  values.seconds,
  values.first,
  values['command-line-every'],
].map((text) => {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no whole number`);
  return Number(text);
}) as [number, number, number, number, number];

const folder = mkdtempSync(join(tmpdir(), 'heapstat-fuzz-'));
console.log(`seed ${seed}, inputs from ${first}, for ${seconds} s at most`);
const small = values.small ? ' --small' : '';
const tally = await runCampaign({
  seed,
  first,
  end: first + runs,
  seconds,
  isSmall: values.small,
  commandLineEvery: Math.max(1, commandLineEvery),
  folder,
  mostFinds: 25,
  onFind: ({ index, kind, what }) =>
    console.log(
      `\nFOUND (${kind}): ${what}\n  files: ${join(folder, `input-${seed}-${index}`)}\n  again: npm run fuzz -- --seed ${seed} --first ${index} --runs 1 --command-line-every 1${small}\n`,
    ),
});

for (const [kind, number] of [...tally.kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${String(number).padStart(8)}  ${kind}`);
console.log(`${String(tally.inputs).padStart(8)}  inputs of seed ${seed}`);
for (const [way, outcomes] of tally.ways)
  console.log(`${way}: ${[...outcomes].map(([outcome, number]) => `${number} ${outcome}`).join(', ')}`);
console.log(`memory: ${Math.round(tally.peak / 2 ** 20)} MiB at most; finds: ${tally.finds.length}`);
if (tally.finds.length === 0) rmdirSync(folder);
else process.exitCode = 1;
