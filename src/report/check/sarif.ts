import type { CheckResult, JudgedKind } from '../../analysis/check.js';
import { safeJson, visibleText } from '../untrusted-text.js';
import { classesOf, findingOf, ruleOf, subjectOf } from './sentences.js';

const RULES: Readonly<Record<JudgedKind, string>> = {
  maxSize: 'The objects take more bytes than their budget allows',
  maxCount: 'There are more objects than their budget allows',
  maxGrowth: 'The objects grew by more bytes than their budget allows',
  maxGrowthCount: 'More objects were added than their budget allows',
  maxGrowthPercent: 'The objects grew by more percent than their budget allows',
  maxGrowthPerOperation: 'Each operation leaves more bytes behind than its budget allows',
  maxRetainedSize: 'A class keeps more bytes alive than its budget allows',
  maxDetached: 'There are more detached nodes than the budget allows',
  maxSuspects: 'More leaks are suspected than the budget allows',
  maxEarlyEnds: 'The program ended before the test was over',
};

/**
 * SARIF 2.1.0: a result for each budget that failed (error) or is inconclusive (warning).
 * @param place what results point to: the configuration, or the last snapshot @param version heapstat's own
 */
export function renderCheckSarif(result: CheckResult, place: string, version: string): string {
  const kinds = Object.keys(RULES) as JudgedKind[];
  const uri = encodeURI(place.replaceAll('\\', '/'));
  const results = result.judgements
    .filter(({ outcome }) => outcome !== 'passed')
    .map((judgement) => {
      const classes = classesOf(judgement);
      const isFailed = judgement.outcome === 'failed';
      return {
        ruleId: ruleOf(judgement.kind),
        ruleIndex: kinds.indexOf(judgement.kind),
        level: isFailed ? 'error' : 'warning',
        message: {
          text: plainMessage(
            `${subjectOf(judgement)} ${findingOf(judgement)}${classes === '' ? '' : `. Most of it: ${classes}`}`,
          ),
        },
        locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }],
        // What stays the same from run to run, so that a finding is recognised.
        partialFingerprints: { 'heapstatBudget/v1': `${ruleOf(judgement.kind)}: ${visibleText(judgement.budget)}` },
      };
    });
  const suspects = result.suspects.map(({ sentence, evidence }) => ({
    level: 'note',
    message: { text: plainMessage(visibleText(`${sentence} (${evidence})`)) },
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'heapstat',
            version,
            rules: kinds.map((kind) => ({ id: ruleOf(kind), shortDescription: { text: RULES[kind] } })),
          },
        },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: suspects }],
        results,
      },
    ],
  };
  return `${safeJson(log)}\n`;
}

/**
 * A message without what names could bring: links (SARIF 2.1.0, 3.11.6: `[text](address)`) and placeholders (3.11.5: `{0}`;
 * a brace that is meant stands twice).
 */
function plainMessage(text: string): string {
  return text.replaceAll(/\[(?=[^\]]*\]\()/g, '\\[').replaceAll(/[{}]/g, '$&$&');
}
