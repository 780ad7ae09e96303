import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldTemplates } from '../../dist/report/fold-templates.js';
import { className } from '../../dist/report/node-text.js';

const MEMBER = 'cppgc::internal::BasicMember<blink::PerformanceEntry, cppgc::internal::StrongMemberTag>';

void test('arguments of templates are folded', () => {
  assert.equal(
    foldTemplates(`3 x are held by blink::HeapVectorBacking<${MEMBER}>, in blink::Map<${MEMBER}, ${MEMBER}>, in <div>`),
    '3 x are held by blink::HeapVectorBacking<…>, in blink::Map<…>, in <div>',
  );
  assert.equal(
    foldTemplates(`blink::(anonymous namespace)::Global<blink::LocalDOMWindow> -> ${MEMBER}::Inner<${MEMBER}>`),
    'blink::(anonymous namespace)::Global<…> -> cppgc::internal::BasicMember<…>::Inner<…>',
  );
});

void test('what is no template, or a short one, stays', () => {
  for (const text of [
    'std::vector<int>',
    '<div class="a very long class name, longer than that">',
    'Array<of something that is long enough to be folded>',
    'a < b, blink::Vector<which never ends, as its name was cut',
    'a -> b > c',
  ])
    assert.equal(foldTemplates(text), text);
});

void test('many that never end take no time', () => {
  const text = 'blink::Vector<'.repeat(100_000);
  assert.equal(foldTemplates(text), text);
});

void test('a class among other words is folded before it is cut', () => {
  assert.equal(className(`blink::HeapVectorBacking<${MEMBER}>`), 'blink::HeapVectorBacking<…>');
  assert.equal(className('N'.repeat(100)), `${'N'.repeat(59)}…`);
});
