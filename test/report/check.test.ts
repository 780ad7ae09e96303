import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';
import type { CheckResult } from '../../dist/analysis/check.js';
import { CHECK_FORMATS, type CheckFormat, renderCheck } from '../../dist/report/check/render.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { expectGolden } from '../helpers/golden.js';
import { parseXml, type XmlElement } from '../helpers/xml.js';

/** What a name may try: to end a command, an attribute, a cell; to be markup, an escape code, a line of its own. */
const NASTY = 'A|B`<b>"\'&%,:\u001b[31m\n::error::x]]>\ufffe*_#';

const snapshot = (file: string) => ({
  file,
  bytes: 11_400_000,
  nodes: 128_448,
  edges: 478_057,
  producer: 'V8 of Node 20',
});

const RESULT: CheckResult = {
  type: 'check',
  version: 1,
  outcome: 'failed',
  allowInconclusive: false,
  snapshots: [snapshot('before.heapsnapshot'), snapshot('after.heapsnapshot')],
  against: 'before.heapsnapshot',
  judgements: [
    {
      budget: 'CachedResponse',
      kind: 'maxGrowth',
      outcome: 'failed',
      limit: 10_000,
      actual: 84_000,
      remark: null,
      classes: [
        { constructor: 'CachedResponse', amount: 83_000 },
        { constructor: '日本語のとても長いクラス名前です'.repeat(3), amount: 1000 },
      ],
    },
    { budget: 'New', kind: 'maxGrowthPercent', outcome: 'failed', limit: 5, actual: null, remark: null, classes: [] },
    {
      budget: NASTY,
      kind: 'maxCount',
      outcome: 'failed',
      limit: 0,
      actual: 1,
      remark: null,
      classes: [{ constructor: NASTY, amount: 1 }],
    },
    {
      budget: 'the heap',
      kind: 'maxGrowthPerOperation',
      outcome: 'inconclusive',
      limit: 100,
      actual: 429,
      remark: 'the noise is larger than the budget: so much changed in the idle pair',
      classes: [],
    },
    { budget: 'the heap', kind: 'maxDetached', outcome: 'passed', limit: 0, actual: 0, remark: null, classes: [] },
  ],
  suspects: [
    {
      sentence: `1,500 CachedResponse (12.3 MB) are held by Map "entries" of ResponseCache, variable "cache" in src/server.js:14. It only grows. ${NASTY}`,
      evidence: 'heapstat why after.heapsnapshot CachedResponse',
    },
  ],
  warnings: [],
};
const ALLOWED: CheckResult = {
  ...RESULT,
  outcome: 'inconclusive',
  allowInconclusive: true,
  judgements: RESULT.judgements.slice(3),
  suspects: [],
};

const of = (result: CheckResult, format: CheckFormat, width = 120): string =>
  renderCheck(result, format, { width, configFile: 'ci/heapstat config.json', version: '1.2.3' });

void test('whole logs at 80 and 200 columns, and whole outputs in every other form', () => {
  for (const width of [80, 200]) expectGolden(`check as plain at ${width} columns.txt`, of(RESULT, 'plain', width));
  for (const format of CHECK_FORMATS)
    if (format !== 'plain') expectGolden(`check as ${format}.txt`, of(RESULT, format));
});

void test('no form lets an escape code or a line of its own out of a name', () => {
  for (const format of CHECK_FORMATS) {
    const text = of(RESULT, format);
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, format);
    assert.doesNotMatch(text, /^::error::x/m, format);
    assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'), format);
  }
});

void test('GitHub: a command for each budget that does not hold, on the configuration', () => {
  const lines = of(RESULT, 'github').trimEnd().split('\n');
  const commands = lines.filter((line) => line.startsWith('::'));
  assert.deepEqual(
    commands.map((line) =>
      /^::(error|warning) file=ci\/heapstat config\.json,title=heapstat%3A (\w+)::/.exec(line)?.slice(1),
    ),
    [
      ['error', 'failed'],
      ['error', 'failed'],
      ['error', 'failed'],
      ['error', 'inconclusive'],
      ['warning', 'suspect'],
    ],
  );
  assert.ok(commands[2]!.includes('%25,:\\u001b'), commands[2]);
  assert.match(of(ALLOWED, 'github'), /^::warning .*\nINCONCLUSIVE: 1 of 2 budgets, which is allowed\n$/);
});

/** How often each element occurs; that the totals are those of the cases, which no schema asks. */
function countJunit(text: string): Record<string, number> {
  const root = parseXml(text);
  const counts: Record<string, number> = {};
  const visit = (element: XmlElement): void => {
    counts[element.name] = (counts[element.name] ?? 0) + 1;
    element.children.forEach(visit);
  };
  visit(root);
  for (const element of [root, root.children[0]!]) {
    assert.deepEqual(
      ['tests', 'failures', 'errors'].map((name) => Number(element.attributes[name])),
      ['testcase', 'failure', 'error'].map((name) => counts[name] ?? 0),
    );
  }
  assert.equal(Number(root.children[0]!.attributes['skipped']), counts['skipped'] ?? 0);
  return counts;
}

void test('JUnit: valid by the schema that Jenkins publishes', async () => {
  const schema = readFileSync(fixtureFile('schemas/jenkins-junit.xsd'), 'utf8');
  const errorsOf = async (contents: string): Promise<readonly string[]> => {
    const { errors } = await validateXML({ xml: { fileName: 'heap.xml', contents }, schema });
    return errors.map(({ message }) => message);
  };
  for (const result of [RESULT, ALLOWED]) assert.deepEqual(await errorsOf(of(result, 'junit')), []);
  const wrong = of(RESULT, 'junit').replace('<failure ', '<failure reason="none" ');
  assert.match((await errorsOf(wrong)).join(), /'reason' is not allowed/, 'it does look');
});

void test('JUnit: well-formed, a case for each limit, with totals that are right', () => {
  assert.deepEqual(countJunit(of(RESULT, 'junit')), {
    testsuites: 1,
    testsuite: 1,
    testcase: 5,
    failure: 3,
    error: 1,
    'system-out': 1,
  });
  assert.deepEqual(countJunit(of(ALLOWED, 'junit')), { testsuites: 1, testsuite: 1, testcase: 2, skipped: 1 });
  const nasty = parseXml(of(RESULT, 'junit')).children[0]!.children[2]!;
  assert.equal(
    nasty.attributes['name'],
    `${NASTY.replace('\u001b', '\\u001b').replace('\n', '\\n').replace('\ufffe', '\\ufffe')}: objects`,
  );
});

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly version: string;
        readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[];
      };
    };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly message: { readonly text: string };
      }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

void test('SARIF: valid by the schema of version 2.1.0 that OASIS publishes', () => {
  const path = new URL(import.meta.resolve('schemastore/schemas/json/sarif-2.1.0.json'));
  // One of its patterns is none with the flag u.
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  formats.default(ajv);
  const isValid = ajv.compile<object>(JSON.parse(readFileSync(path, 'utf8')) as object);
  const errorsOf = (log: unknown): unknown => (isValid(log) ? null : isValid.errors);
  for (const result of [RESULT, ALLOWED]) assert.equal(errorsOf(JSON.parse(of(result, 'sarif'))), null);
  const wrong = JSON.parse(of(RESULT, 'sarif').replaceAll('"ruleId"', '"rule"')) as unknown;
  assert.notEqual(errorsOf(wrong), null);
});

void test('SARIF: a brace in a name is no placeholder', () => {
  const judgements = RESULT.judgements.map((judgement) => ({ ...judgement, budget: 'a {0} of {items}' }));
  const { results } = (JSON.parse(of({ ...RESULT, judgements }, 'sarif')) as Sarif).runs[0]!;
  assert.ok(results.length > 0);
  for (const { message } of results) assert.match(message.text, /^a \{\{0\}\} of \{\{items\}\}: [^{}]*$/);
});

void test('SARIF: what GitHub requires, and rules and results that fit', () => {
  const log = JSON.parse(of(RESULT, 'sarif')) as Sarif;
  assert.deepEqual(Object.keys(log).toSorted(), ['$schema', 'runs', 'version']);
  assert.equal(log.version, '2.1.0');
  const [run, ...more] = log.runs;
  assert.ok(run);
  assert.deepEqual(more, []);
  assert.deepEqual(Object.keys(run).toSorted(), ['invocations', 'results', 'tool']);
  const { name, version, rules } = run.tool.driver;
  assert.deepEqual([name, version], ['heapstat', '1.2.3']);
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  for (const { id, shortDescription } of rules) assert.ok(/^[a-z-]+$/.test(id) && shortDescription.text.length > 0);
  assert.deepEqual(
    run.results.map(({ ruleId, level }) => [ruleId, level]),
    [
      ['growth', 'error'],
      ['growth-percent', 'error'],
      ['count', 'error'],
      ['growth-per-operation', 'warning'],
    ],
  );
  for (const result of run.results) {
    assert.equal(rules[result.ruleIndex]!.id, result.ruleId);
    assert.ok(result.message.text.length > 0);
    const { artifactLocation, region } = result.locations[0]!.physicalLocation;
    assert.deepEqual([artifactLocation.uri, region.startLine], ['ci/heapstat%20config.json', 1]);
    assert.equal(typeof result.partialFingerprints['heapstatBudget/v1'], 'string');
  }
  const [invocation] = run.invocations;
  assert.equal(invocation!.executionSuccessful, true);
  assert.deepEqual(
    invocation!.toolExecutionNotifications.map(({ level }) => level),
    ['note'],
  );
});

void test('Markdown: a name stays in its cell', () => {
  const rows = of(RESULT, 'markdown')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  assert.equal(rows.length, 2 + RESULT.judgements.length);
  for (const row of rows) assert.equal(row.replaceAll(/\\./g, '').split('|').length, 5, row);
  assert.ok(!of(RESULT, 'markdown').includes('<b>'));
});
