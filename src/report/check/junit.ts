import type { CheckResult, Judgement } from '../../analysis/check.js';
import { visibleText } from '../untrusted-text.js';
import { classesOf, findingOf, ruleOf, subjectOf } from './sentences.js';

/** JUnit's XML as Jenkins and GitLab read it: a test case for each limit. */
export function renderCheckJunit(result: CheckResult): string {
  const { judgements, allowInconclusive } = result;
  const count = (outcome: Judgement['outcome']): number =>
    judgements.filter((judgement) => judgement.outcome === outcome).length;
  const inconclusive = count('inconclusive');
  const totals =
    `tests="${judgements.length}" failures="${count('failed')}" ` +
    `errors="${allowInconclusive ? 0 : inconclusive}" skipped="${allowInconclusive ? inconclusive : 0}" time="0"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="heapstat" ${totals.replace(/ skipped="\d+"/, '')}>`,
    `  <testsuite name="heapstat" ${totals}>`,
    ...judgements.map((judgement) => testCase(judgement, allowInconclusive)),
  ];
  if (result.suspects.length > 0) {
    const texts = result.suspects.map(({ sentence, evidence }) => `${escapeXml(sentence)}\n${escapeXml(evidence)}`);
    lines.push(`    <system-out>${texts.join('\n')}</system-out>`);
  }
  return [...lines, '  </testsuite>', '</testsuites>', ''].join('\n');
}

function testCase(judgement: Judgement, allowInconclusive: boolean): string {
  const name = `    <testcase name="${escapeXml(subjectOf(judgement))}" classname="heapstat.${ruleOf(judgement.kind)}" time="0"`;
  const finding = escapeXml(findingOf(judgement));
  switch (judgement.outcome) {
    case 'passed':
      return `${name}/>`;
    case 'failed':
      return `${name}><failure message="${finding}" type="budget">${escapeXml(classesOf(judgement))}</failure></testcase>`;
    case 'inconclusive':
      return allowInconclusive
        ? `${name}><skipped>${finding}</skipped></testcase>`
        : `${name}><error message="${finding}" type="inconclusive"/></testcase>`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML cannot hold even as an entity is made visible. */
function escapeXml(text: string): string {
  return visibleText(text)
    .replaceAll(/[\ufffe\uffff]/g, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16)}`)
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
