import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { jsonForHtml, renderHtml } from '../../dist/report/renderers/html.js';

const PAGE = { title: 'A', script: 'let a = 1;', style: 'p { color: red }', data: { a: 1 }, mayConnect: false };

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

void test('data is text that nothing in it ends', () => {
  const data = { name: '</script><script>alert(1)</script><!--', line: '\u2028\u2029', text: 'a'.repeat(1001) };
  const json = jsonForHtml(data);
  assert.doesNotMatch(json, /[<\u2028\u2029]/);
  assert.deepEqual(JSON.parse(json), { ...data, text: `${'a'.repeat(999)}…` });
});

void test('the title is text', () => {
  const { html } = renderHtml({ ...PAGE, title: '</title><img src=x>"\u202e' });
  assert.match(html, /<title>&lt;\/title&gt;&lt;img src=x&gt;&quot;\\u202e<\/title>/);
});

void test('the policy lets this script and this style run, and nothing load', () => {
  const { html, policy } = renderHtml(PAGE);
  assert.equal(
    policy,
    `default-src 'none'; script-src 'sha256-${hash(PAGE.script)}'; style-src 'sha256-${hash(PAGE.style)}'; base-uri 'none'; form-action 'none'`,
  );
  assert.ok(html.includes(`content="${policy.replaceAll("'", '&#39;')}"`));
  assert.match(renderHtml({ ...PAGE, mayConnect: true }).policy, /; connect-src 'self';/);
});

for (const name of ['report-page.js', 'view-page.js', 'page.css']) {
  void test(`${name} can stand in a page, loads nothing, and is small`, () => {
    const built = readFileSync(fileURLToPath(new URL(`../../dist/web/${name}`, import.meta.url)), 'utf8');
    assert.ok(built.length > 1000 && built.length < 200_000, `${built.length}`);
    assert.doesNotMatch(built, /<\/(script|style)|<!--|<script/i);
    assert.doesNotMatch(built, /url\(|@import|\beval\(|new Function/);
  });
}
