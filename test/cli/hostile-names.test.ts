import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { heapstat, type Run } from '../helpers/heapstat-process.js';
import type { MadeEdge, MadeNode } from '../helpers/make-columns.js';
import { writeSnapshot } from '../helpers/write-snapshot.js';
import { parseXml } from '../helpers/xml.js';

/** What names may try: terminals, spreadsheets, markup, logs of CIs, shells, and JavaScript's own objects. */
const NAMES = [
  '\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\u009b31m', 'nul\u0000', 'del\u007f', '\u202eesrever', '\u2066isolate', 'mark\u200f', '\ufeffbom',
  'new\nline', 'carriage\rreturn', 'tab\there', 'line\u2028separator', 'high\ud83d', '\ude00low',
  '=cmd()', '+1+1', '-1-1', '@SUM(A1)', '"=1+1"', ' =1', '\t=1', '\uff1d1', 'a;=1+1', 'a,b', 'say "hi"',
  '<script>alert(1)</script>', '<img src=x onerror=y>', 'a|b', '[link](http://e.example)', '![image](x)', '`code`', '# head', '&lt;', ']]>', '<!--', 'www.e.example',
  '::error::forged', '::stop-commands::x', ' ::add-mask::x', '##vso[task.setvariable variable=x]y', '##[error]forged', '##teamcity[x]', '%0A::error::forged',
  '--output=forged', '-x', '$(touch forged)', "'; touch forged; '", '{0}',
  '@octocat', '@123', '`@5`', 'see #12', '#12', 'a@b.example',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '',
]; // prettier-ignore

/** A heap where every name is that of `count` objects in a table, of properties, variables, functions, scripts, strings and of a context. */
function hostileHeap(count: number): Buffer {
  const nodes: (Omit<MadeNode, 'edges'> & { readonly edges: MadeEdge[] })[] = [];
  const add = (type: MadeNode['type'], name: string, more: Partial<Omit<MadeNode, 'edges'>> = {}): number =>
    nodes.push({ type, name, size: 16, edges: [], ...more }) - 1;
  const edge = (from: number, type: MadeEdge['type'], name: string | number, target: number): void => {
    nodes[from]!.edges.push({ type, name, target });
  };
  const root = add('synthetic', '', { size: 0 });
  const holders = NAMES.map((name, k) => {
    const script = add('code', `system / Script ${name}`);
    const shared = add('code', name);
    const closure = add('closure', name, { location: [k + 1, 3, 5] });
    const context = add('object', 'system / Context');
    const nativeContext = add('hidden', `system / NativeContext / ${name}`);
    const holder = add('object', name, { location: [k + 1, 3, 5] });
    const table = add('array', '');
    const value = add('string', name);
    edge(root, 'shortcut', k, holder);
    edge(root, 'element', k, nativeContext);
    edge(holder, 'property', name, closure);
    edge(holder, 'property', 'text', value);
    edge(closure, 'internal', 'shared', shared);
    edge(closure, 'internal', 'context', context);
    edge(shared, 'internal', 'script', script);
    edge(script, 'internal', 'name', value);
    edge(context, 'context', name, holder);
    edge(holder, 'internal', 'table', table);
    edge(holder, 'weak', name, value);
    return { name, table };
  });
  const detached = add('native', 'Detached <div id="\u001b[31m">', { detachedness: 2 });
  edge(root, 'property', 'detached', detached);
  // What is new comes last, so that the rest keeps its ids.
  for (let k = 0; k < count; k++) {
    for (const { name, table } of holders) {
      const object = add('object', name, { size: 200 });
      edge(table, 'internal', String(k), object);
    }
  }
  return writeSnapshot(nodes);
}

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-hostile-'));
after(() => fs.rmSync(folder, { recursive: true }));
const [first, second, third] = [12, 24, 36].map((count) => {
  const file = `::error::\u001b[31m ${count}\n.heapsnapshot`;
  fs.writeFileSync(join(folder, file), hostileHeap(count));
  return file;
}) as [string, string, string];

const ROWS = ['table', 'json', 'ndjson', 'csv', 'tsv', 'markdown'];
const TREES = ['table', 'json', 'markdown'];
const COMMANDS: readonly (readonly [args: readonly string[], formats: readonly string[]])[] = [
  [['summary', third, '--limit', '0'], ROWS],
  [['summary', second, third], ['csv']],
  [['summary', third, '--by', 'location', '--limit', '0'], ['table', 'csv', 'markdown']],
  [['summary', third, '--by', 'shape', '--limit', '0'], ['table']],
  [['diff', first, third, '--limit', '0'], ['table', 'tsv', 'markdown']],
  [['diff', first, third, '--retained', '--limit', '0'], ['json', 'csv']],
  [['trend', first, second, third, '--limit', '0'], ['table', 'csv', 'ndjson']],
  [['stats', third], TREES],
  [['dominators', third, '--min-size', '0', '--limit', '0'], TREES],
  [['inspect', third, '/./', '--limit', '0'], ['table', 'tsv', 'markdown']],
  [['inspect', third, '::error::forged'], ['table', 'json']],
  [['why', third, '__proto__', '--cut', '--raw', '--ignore', '.::error::forged', '--ignore', `.${NAMES[1]}`, '--what-if', `@13.${NAMES[0]}`], ['table', 'markdown']],
  [['why', third, '/./', '--cut'], TREES],
  [['leaks', first, second, third, '--limit', '0'], TREES],
  [['leaks', third], ['table']],
  [
    ['check', first, second, third, '--max-growth', '1', '--max-suspects', '0', '--max-retained-size', '1', '--max-detached', '0'],
    ['plain', 'json', 'github', 'junit', 'sarif', 'markdown'],
  ],
  [['check', first, third, '--max-growth-count', '1', '--filter', '##vso[x]', '--filter', '::'], ['plain', 'github', 'markdown']],
]; // prettier-ignore

const RUNS = COMMANDS.flatMap(([args, formats]) =>
  formats.map((format) => ({ args: [...args, '--format', format], format })),
);
/** A terminal obeys it, or it reorders or ends a line, or is no text. The newline is looked at apart. */
const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;
const outputs = new Map<string, string>();
const isFormula = (cell: string): boolean =>
  /^["'\s]*[=+\-@＝]|^\s*::/.test(cell) && !cell.startsWith("'") && !/^-?[\d.]+$/.test(cell);

async function outputOf({ args, format }: (typeof RUNS)[number]): Promise<string> {
  const key = args.join('\0');
  const known = outputs.get(key);
  if (known !== undefined) return known;
  const { code, stdout, stderr }: Run = await heapstat(args, { cwd: folder });
  assert.ok(code === 0 || (args[0] === 'check' && code === 1), `${args.join(' ')}: ${code} ${stderr}`);
  assert.doesNotMatch(stderr.replaceAll('\n', ''), UNSAFE, args.join(' '));
  assert.notEqual(stdout, '');
  assert.ok(args.includes(format));
  outputs.set(key, stdout);
  return stdout;
}

function runsAs(format: string): typeof RUNS {
  const runs = RUNS.filter((run) => run.format === format);
  assert.ok(runs.length > 0);
  return runs;
}

/** RFC 4180. */
function csvRow(line: string): string[] {
  const cells: string[] = [];
  for (let rest = `,${line}`; rest !== '';) {
    const cell = /^,(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/.exec(rest);
    assert.ok(cell, line);
    cells.push(cell[1]?.replaceAll('""', '"') ?? cell[2]!);
    rest = rest.slice(cell[0].length);
  }
  return cells;
}

void test('no command in any format says anything to a terminal or to a CI', async () => {
  const left = [...RUNS];
  const worker = async (): Promise<void> => {
    for (let run = left.pop(); run; run = left.pop()) {
      const text = await outputOf(run);
      const what = run.args.join(' ');
      assert.doesNotMatch(run.format === 'tsv' ? text.replaceAll('\t', '') : text, UNSAFE, what);
      assert.doesNotMatch(text, /##\w*\[/, what);
      if (run.format !== 'github') assert.doesNotMatch(text, /^\s*::/m, what);
    }
  };
  await Promise.all([worker(), worker()]);
  assert.deepEqual(fs.readdirSync(folder).toSorted(), [first, second, third].toSorted(), 'nothing else was written');
});

void test('CSV and TSV: as many cells in each row, and no formula', async () => {
  for (const run of runsAs('csv')) {
    const [head, ...rows] = (await outputOf(run)).trimEnd().split('\n').map(csvRow);
    assert.ok(rows.length > 2);
    for (const row of rows) {
      assert.equal(row.length, head!.length, row.join('|'));
      assert.deepEqual(row.filter(isFormula), []);
    }
  }
  for (const run of runsAs('tsv')) {
    const [head, ...rows] = (await outputOf(run)).trimEnd().split('\n');
    for (const row of rows) {
      assert.equal(row.split('\t').length, head!.split('\t').length, row);
      assert.deepEqual(row.split('\t').filter(isFormula), []);
    }
  }
});

void test('JSON: the names themselves, and counts that are right for names of JavaScript', async () => {
  for (const run of runsAs('json')) JSON.parse(await outputOf(run));
  for (const run of runsAs('ndjson')) for (const line of (await outputOf(run)).trimEnd().split('\n')) JSON.parse(line);
  const { rows } = JSON.parse(await outputOf(runsAs('json')[0]!)) as { rows: { constructor: string; count: number }[] };
  const counts = new Map(rows.map((row) => [row.constructor, row.count]));
  // The holder and 36 more; of an element its tag.
  for (const name of NAMES) assert.equal(counts.get(name.replace(/^(<\S+) .*/, '$1>')), 37, JSON.stringify(name));
});

void test('Markdown: no markup, and as many cells in each row', async () => {
  for (const run of runsAs('markdown')) {
    const text = await outputOf(run);
    assert.doesNotMatch(
      text.replaceAll('<br>', ''),
      /<|(?<!\\)(?:\\\\)*!?\[[^\]]*[^\\]\]\(|www\.|:\/\//,
      run.args.join(' '),
    );
    // Nobody is called, and no number is a link, but in code: backslashes are gone when they are looked for.
    assert.doesNotMatch(text.replaceAll(/`@\d+`/g, ''), /@\w|(?<!&)#\d/, run.args.join(' '));
    for (const block of text.split('\n\n').filter((each) => each.startsWith('|'))) {
      const cells = block
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.match(/(?<!\\)\|/g)!.length);
      assert.equal(new Set(cells).size, 1, block);
    }
  }
});

void test('what CIs read', async () => {
  const [github, junit, sarif] = await Promise.all(
    ['github', 'junit', 'sarif'].map((format) => outputOf(runsAs(format)[0]!)),
  );
  for (const line of github!.trimEnd().split('\n'))
    assert.match(line, /^(?:::(?:error|warning) (?:file=[^,:]*,)?title=[^:,]*::|FAILED: )/);
  const suite = parseXml(junit!).children[0]!;
  assert.ok(suite.children.length >= 3);
  const log = JSON.parse(sarif!) as { runs: { results: { message: { text: string } }[] }[] };
  assert.ok(log.runs[0]!.results.length > 0);
  assert.doesNotMatch(sarif!.replaceAll('\\\\[', ''), /\[[^\]]*\]\(/);
});
