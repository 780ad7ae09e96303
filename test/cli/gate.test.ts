import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixtureFile } from '../helpers/fixture-files.js';
import { BIN, run } from '../helpers/heapstat-process.js';

void test('the gate in a shell, as CI runs it: every outcome', async (context) => {
  const work = mkdtempSync(join(tmpdir(), 'heapstat-gate-'));
  context.after(() => rmSync(work, { recursive: true }));
  const script = fixtureFile('../test/cli/gate.sh');
  const { code, stdout, stderr } = await run('sh', [script, BIN, fixtureFile('snapshots'), work]);
  assert.deepEqual([code, stderr], [0, ''], stdout);
  assert.match(stdout, /\ndone\n$/);
});

/** What README.md tells GitHub and GitLab to run. */
const RECIPES = readFileSync(fixtureFile('../README.md'), 'utf8')
  .split('\n')
  .flatMap((line) => /^\s*(?:- )?(?:run: )?(npx heapstat check --config .*)$/.exec(line)?.[1] ?? []);

void test("the README's jobs: their own lines, for each outcome", async (context) => {
  assert.equal(RECIPES.length, 3);
  const [before, after] = ['before', 'after'].map((name) => fixtureFile(`snapshots/leak-${name}.heapsnapshot.gz`));
  for (const [code, outcome, budget, snapshots] of [
    [0, 'PASSED', { maxGrowth: '10MB' }, [before, after]],
    [1, 'FAILED', { maxGrowth: 0 }, [before, after]],
    [1, 'INCONCLUSIVE', { maxGrowth: 0 }, [after]],
    [2, '', { maxGrow: 0 }, [before, after]],
    [3, '', { maxGrowth: 0 }, ['missing.heapsnapshot']],
  ] as const) {
    const work = mkdtempSync(join(tmpdir(), 'heapstat-recipe-'));
    context.after(() => rmSync(work, { recursive: true }));
    writeFileSync(join(work, 'heapstat.config.json'), JSON.stringify({ snapshots, budgets: [budget] }));
    for (const line of RECIPES) {
      const command = line.replace('npx heapstat', '"$0" "$1"');
      // The job that runs these tests may have a summary of its own.
      const env = { CONFIG: 'heapstat.config.json', GITHUB_STEP_SUMMARY: '' };
      const found = await run('sh', ['-ec', command, process.execPath, BIN], { cwd: work, env });
      assert.equal(found.code, code, `${line}: ${found.stderr}`);
      assert.ok(found.stdout.startsWith(outcome), found.stdout);
      for (const [, file] of line.matchAll(/=(heap\.\w+)/g))
        assert.equal(existsSync(join(work, file!)), code < 2, file);
    }
  }
});
