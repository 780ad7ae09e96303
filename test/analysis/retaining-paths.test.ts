import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findRetainingPaths,
  type PathEntry,
  type WhyOptions,
  type WhyResult,
} from '../../dist/analysis/retaining-paths.js';
import { HeapstatError } from '../../dist/errors.js';
import { drawHeap, unindent } from '../helpers/draw-heap.js';

const SNAPSHOT = { file: 'drawn', bytes: 0, nodes: 0, edges: 0, producer: '' };

function why(drawing: string, target: string, options: WhyOptions = {}): WhyResult {
  const { graph } = drawHeap(drawing);
  return findRetainingPaths(Object.assign(graph, { snapshot: SNAPSHOT, warnings: [] }), target, options);
}

/** The tree as text: edge, objects and class, and how many targets are held through it. */
function draw(result: WhyResult): string {
  const lines: string[] = [];
  const add = (entry: PathEntry, depth: number): void => {
    const { kind, edge, objects, constructor, count, links } = entry;
    const times = objects > 1 ? `${objects} x ` : '';
    const chain = links > 0 ? `, ${links} links` : '';
    lines.push(`${'  '.repeat(depth)}${kind} ${edge ?? '*'}: ${times}${constructor} (${count}${chain})`);
    entry.children.forEach((child) => add(child, depth + 1));
  };
  result.tree.children.forEach((child) => add(child, 0));
  return lines.join('\n');
}

/** A cache in a variable of a function that a global leads to; its table and the context are V8's own. */
const CACHE = `
  Root -shortcut:global-> global
  global -handle-> handler[closure] -internal:context-> Context:"system / Context"
  Context -context:cache-> Cache -entries-> Map -internal:table-> Table:""[array]
  Table -internal:1-> Session x3
  Session1 & Session2 & Session3 -user-> User
  Context -internal:scope_info-> Scope:"system / ScopeInfo"[code]
  Shared:createHandler[code] -internal:name_or_scope_info-> Scope
`;

void test('what lies between objects that people know is folded', () => {
  const result = why(CACHE, 'Session');
  assert.equal(
    draw(result),
    unindent(`
      root *: global (3)
        property handle: handler() (3)
          variable cache: Cache (3)
            property entries: Map (3)
              entry *: 3 x Session (3)
    `),
  );
  assert.equal(
    result.answer,
    '3 Session (30 B) are held by Map "entries" of Cache, variable "cache" in createHandler().',
  );
});

void test('a variable is in the function that declares it, or in none', () => {
  const shared = CACHE.replace('Shared:createHandler', 'Shared:"system / SharedFunctionInfo / create"');
  assert.match(why(shared, 'Session').answer, /variable "cache" in create\(\)\.$/);
  for (const [known, other] of [
    ['Shared:createHandler', 'Shared:""'],
    ['Shared:createHandler', 'Shared:"system / SharedFunctionInfo"'],
    ['Shared:createHandler', 'Shared:"(shared function info)"'],
    ['internal:name_or_scope_info', 'internal:other'],
    ['internal:scope_info', 'internal:other'],
  ] as const)
    assert.match(why(CACHE.replace(known, other), 'Session').answer, /variable "cache"\.$/);
});

void test('edges of native objects have no names, and the root is said once', () => {
  const text = `
    Root -element:1-> Page:"Window / http://a"[native] -element:32-> Map:MarkMap[native]
    Map -element:6-> Timing:UserTiming[native] -element:4-> Mark[native] x3
  `;
  assert.equal(why(text, 'Mark').answer, '3 Mark (30 B) are held by UserTiming, in MarkMap, in Window / http://a.');
});

void test('with raw every hop is shown', () => {
  assert.equal(
    draw(why(CACHE, 'Session', { raw: true })),
    unindent(`
      root *: global (3)
        property handle: handler() (3)
          internal context: system / Context (3)
            variable cache: Cache (3)
              property entries: Map (3)
                internal table: (array) (3)
                  internal : 3 x Session (3)
    `),
  );
});

void test('weak edges hold nothing, and a WeakMap holds its values by their keys', () => {
  const text = `
    Root -shortcut:global-> global -registry-> Table:WeakMap
    Root -element:1-> Other
    Other -weak:ref-> Value
    global -keys-> List -a-> Key
    Key -internal:"1 / part of key (Key @11) -> value (Value @9) pair in WeakMap (table @5)"-> Value
    Table -internal:"2 / part of key (Key @11) -> value (Value @9) pair in WeakMap (table @5)"-> Value
  `;
  assert.equal(
    draw(why(text, 'Value')),
    unindent(`
      root *: global (1)
        property keys: List (1)
          property a: Key (1)
            weak map value : Value (1)
    `),
  );
});

void test('hops are named after what they mean', () => {
  // A Map's table of 2 buckets and 4 entries: 3 + 2 + 4 x 3 numbers, of 8 bytes, and 16 bytes before them.
  const text = `
    Root -shortcut:global-> global -map-> Map -internal:table-> Table:""[array](152)
    Table -internal:5-> Key:"user:1"[string]
    Table -internal:6-> Value
    global -jobs-> Jobs -element:37-> Job -run-> bound[closure] -internal:bound_this-> Receiver
    bound -internal:bindings-> Bindings:""[array] -internal:0-> Argument
    global -ready-> Promise -internal:reactions_or_result-> Reaction:"system / PromiseReaction"[hidden] -hidden:2-> then[closure]
    then -internal:context-> Inner:"system / Context" -internal:extension-> Generator
    Generator -internal:parameters_and_registers-> Registers:""[array] -internal:0-> Local
    global -registry-> FinalizationRegistry -hidden:4-> Cell:"system / WeakCell"[hidden] -hidden:2-> Held
    global -editor-> Editor -"#history"-> Secret
    Editor -__proto__-> Shared
  `;
  const lastHop = (target: string): string => {
    let entry = why(text, target).tree;
    while (entry.children.length > 0) entry = entry.children[0]!;
    return `${entry.kind} ${entry.edge ?? '*'}`;
  };
  for (const [target, expected] of [
    ['Value', 'entry user:1'],
    ['Job', 'element 37'],
    ['Receiver', 'bound this'],
    ['Argument', 'bound argument'],
    ['then', 'reaction '],
    ['Local', 'local '],
    ['Held', 'held value '],
    ['Secret', 'property #history'],
    ['Shared', 'prototype __proto__'],
  ] as const)
    assert.equal(lastHop(target), expected, target);
});

void test('links of a chain are one line', () => {
  const links = Array.from({ length: 500 }, (_, i) => `Link${i}:Link -next-> Link${i + 1}:Link`).join('\n');
  const result = why(`Root -shortcut:global-> global -list-> List -head-> Link0:Link\n${links}`, 'Link');
  assert.equal(
    draw(result),
    unindent(`
      root *: global (501)
        property list: List (501)
          property head: 501 x Link (501, 500 links)
    `),
  );
});

const TWO_HOLDERS = `
  Root -shortcut:global-> global -byId-> Map -internal:table-> Table:""[array] -internal:1-> Order x4
  global -app-> App -inOrder-> List:Array -a-> Order1 & Order2 & Order3 & Order4
`;

void test('what hangs between the links of a chain is counted once', () => {
  const chain = Array.from(
    { length: 30 },
    (_, i) =>
      `T${i}:Theme -describe-> F${i}:describe[closure] -internal:context-> C${i}:"system / Context" -context:previous-> T${i + 1}:Theme`,
  );
  const result = why(`Root -shortcut:global-> global -current-> T0:Theme\n${chain.join('\n')}`, 'Theme');
  assert.equal(
    draw(result),
    unindent(`
      root *: global (31)
        property current: 31 x Theme (31, 30 links)
          property describe: 30 x describe() (30)
    `),
  );
});

void test('what runs a module is not told as a holder', () => {
  const chain = Array.from({ length: 5 }, (_, i) => `T${i}:Theme -next-> T${i + 1}:Theme`).join('\n');
  const module = 'Root -hidden:1-> M:"system / SourceTextModule"[hidden] -hidden:1-> G:Generator';
  const drawing = `${module} -internal:context-> C:"system / Context" -context:current-> T0:Theme\n${chain}`;
  assert.match(why(drawing, 'Theme').answer, /^6 Theme \(\d+ B\) are held by Theme variable "current"\.$/);
});

void test('what a module exports is a variable of it, also to those that import it and in V8s that hide nothing', () => {
  for (const type of ['hidden', 'native']) {
    const answer = why(
      `
      Root -hidden:1-> Importer:"system / SourceTextModule"[${type}] -hidden:7-> Imports:""[array]
      Root -hidden:2-> Exporter:"system / SourceTextModule"[${type}] -hidden:0-> Exports:""[array]
      Imports -internal:0-> Cell:"system / Cell"[${type}] -internal:value-> Journal -entries-> Entry x2
      Exports -internal:3-> Name:journal[string]
      Exports -internal:4-> Cell
    `,
      'Entry',
    ).answer;
    assert.equal(answer, '2 Entry (20 B) are held by Journal variable "journal".', type);
  }
});

void test('functions by which V8 makes objects of a page hold nothing, whatever their type', () => {
  const { answer } = why(
    `
    Root -shortcut:global-> global -"get body"-> Template:"system / FunctionTemplateInfo"[native] -internal:cache-> Kept
    global -app-> App -list-> List:Array -rest-> More -last-> Kept
  `,
    'Kept',
  );
  assert.equal(answer, '1 Kept (10 B) is held as "last" of More, "rest" of Array, "list" of App, global "app".');
});

/** A page that holds a frame, which is of this detachedness. */
function pageWithFrame(state: number): string {
  return `
    Root -element:1-> Main:"system / NativeContext"[hidden] -internal:global_object-> Page:Window
    Main -internal:global_proxy_object-> PageProxy:Window[native]{1}
    Root -element:2-> Context:"system / NativeContext"[hidden] -internal:global_object-> Globals:Window
    Context -internal:global_proxy_object-> Frame:Frame[native]{${state}} -element:1-> Globals -mail-> Mail
    Page -previews-> Previews:Array -element:0-> Frame
    Globals -modules-> Modules:Array -element:0-> Module:"system / SourceTextModule"[native] -hidden:1-> Code[closure]
    Code -internal:context-> Variables:"system / Context" -internal:previous-> Context
    Variables -context:draft-> Draft
  `;
}

void test('a frame that was taken out of its page is held by the program, not by its own globals', () => {
  assert.match(
    why(pageWithFrame(2), 'Mail').answer,
    /is held as "mail" of Window, in Frame, element 0 of Array, global "previews"\.$/,
  );
  assert.match(draw(why(pageWithFrame(2), 'Draft')), /property previews: Array/);
  assert.match(why(pageWithFrame(1), 'Mail').answer, /is held as global "mail"\.$/);
});

void test('what else holds them, and what does when that is ignored', () => {
  const result = why(TWO_HOLDERS, 'Order');
  assert.deepEqual(
    result.alsoHeldBy.map(({ holder, count }) => [holder.text, count]),
    [['Array "inOrder" of App, global "app"', 4]],
  );
  for (const ignored of ['.byId', 'Map', 'global.byId'])
    assert.equal(
      why(TWO_HOLDERS, 'Order', { ignore: [ignored] }).answer,
      '4 Order (40 B) are held by Array "inOrder" of App, global "app".',
      ignored,
    );
  const none = why(TWO_HOLDERS, 'Order', { ignore: ['.byId', 'App.inOrder'] });
  assert.equal(none.answer, '4 Order (40 B): nothing holds them without .byId, App.inOrder.');
  assert.deepEqual(none.unheld, { count: 4, retainedSize: 40 });
});

void test('the smallest set of edges', () => {
  const edges = (drawing: string, target: string): string[] =>
    why(drawing, target, { cut: true }).cut!.edges.map(
      ({ from, kind, name, to }) => `${from.constructor} ${kind} ${name} ${to.constructor}`,
    );
  assert.deepEqual(edges(CACHE, 'Session'), ['Cache property entries Map'], 'of equals the one nearest to the targets');
  assert.deepEqual(edges(TWO_HOLDERS, 'Order').toSorted(), ['App property inOrder Array', 'global property byId Map']);
  // One way must be led on differently for the other to be found.
  const crossed = `
    Root -shortcut:global-> global
    global -a-> A
    global -b-> B
    A -x-> X
    A -y-> Y
    B -x-> X
    X -goal-> Goal
    Y -goal-> Goal
  `;
  assert.equal(edges(crossed, 'Goal').length, 2);
  // What an object owns may go in circles.
  const circle = `
    Root -shortcut:global-> global -map-> Map
    B:""[array] -internal:back-> A:""[array] -internal:on-> B
    Map -internal:table-> T:""[array] -internal:a-> A
    B -internal:1-> Goal
  `;
  assert.deepEqual(edges(circle, 'Goal'), ['Map internal on Goal']);
  const many = `Root -shortcut:global-> global -list-> H x30\n${Array.from({ length: 30 }, (_, i) => `H${i + 1} -t-> Goal`).join('\n')}`;
  const cut = why(many.replaceAll('Root -shortcut:global-> global -list-> H x30', 'Root -element:1-> H x30'), 'Goal', {
    cut: true,
  }).cut!;
  assert.deepEqual([cut.edges.length, cut.isTooLarge], [0, true]);
});

void test('what is told to cut can be asked for, as the command or the path has it', () => {
  const [cut] = why(CACHE, 'Session', { cut: true }).cut!.edges;
  assert.equal(why(CACHE, 'Session', { whatIf: cut!.edge }).whatIf!.classes[0]!.constructor, 'Session');
  const { indexOf } = drawHeap(CACHE);
  const id = (label: string): number => 2 * indexOf(label) + 1;
  const variable = why(CACHE, 'Session', { whatIf: `@${id('handler')}.cache` }).whatIf!;
  assert.deepEqual([variable.to, variable.count], ['Cache', 7]);
  const list = 'Root -shortcut:global-> global -list-> List -element:5-> Item';
  assert.equal(why(list, 'Item', { whatIf: '@5.[5]' }).whatIf!.to, 'Item');
  assert.equal(why(list, 'Item', { whatIf: '@5.5' }).whatIf!.count, 1);
});

void test('what goes when an edge is cut', () => {
  const { graph, indexOf } = drawHeap(TWO_HOLDERS);
  const id = (label: string): number => graph.columns.nodeId[indexOf(label)]!;
  const one = why(TWO_HOLDERS, 'Order', { whatIf: `@${id('global')}.byId` }).whatIf!;
  assert.deepEqual(
    one.classes.map(({ constructor, count }) => `${count} ${constructor}`),
    ['1 Map', '1 (array)'],
  );
  const all = why(CACHE, 'Session', { whatIf: '@9.entries' }).whatIf!;
  assert.deepEqual([all.from, all.to, all.count, all.size], ['Cache', 'Map', 6, 60]);
});

void test('what cannot be meant', () => {
  for (const [options, message] of [
    [{ ignore: ['Nothing'] }, /nothing to ignore is called Nothing/],
    [{ whatIf: 'entries' }, /names no edge/],
    [{ whatIf: '@99.entries' }, /no node @99/],
    [{ whatIf: '@9.gone' }, /has no edge gone/],
  ] as const)
    assert.throws(
      () => why(CACHE, 'Session', options),
      (error) => error instanceof HeapstatError && error.code === 'USAGE' && message.test(error.message),
    );
});

void test('a variable that holds a Proxy is the way to what the Proxy stands for', () => {
  const result = why(
    `
      Root -shortcut:global-> global
      global -handle-> handler[closure] -internal:context-> Context:"system / Context"
      Context -context:store-> P:"system / JSProxy" -internal:target-> Target:Object
      Target -carts-> Cart
    `,
    'Cart',
  );
  assert.match(draw(result), /variable store: Object \(1\)\n +property carts: Cart \(1\)$/);
});

void test('holders that are told in the same words are one place', () => {
  const drawing = `
    Root -shortcut:global-> global -setTimeout-> F:setTimeout[closure]<1,1,0> -internal:context-> C:"system / Context"
    F -internal:shared-> S:"system / SharedFunctionInfo"[code] -internal:script-> Script:"system / Script"[code]
    Script -internal:name-> Name:"node:internal/timers"[string]
    C -context:timerListMap-> Lists:Object -5000-> A:TimersList -_idleNext-> T1:Timeout -_onTimeout-> Session1:Session
    C -context:timerListQueue-> Queue:PriorityQueue -first-> B:TimersList -_idleNext-> T2:Timeout -_onTimeout-> Session2:Session
    global -cache-> Session3:Session`;
  const { answer } = why(drawing, 'Session');
  assert.match(answer, /: 2 by Node's active timers \(TimersList\).*; 1 by /);
});

void test('a root is said to be one, and not to be held by itself', () => {
  const drawing = 'Root -> Roots:"(Handle scope)"[synthetic] -> A';
  assert.match(why(drawing, '@1').answer, / is the root of the heap, from which all else is reached\.$/);
  assert.match(why(drawing, '(Handle scope)').answer, / is one of V8's own roots\.$/);
});
