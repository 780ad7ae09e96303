// Bundles the command line and the threads that should start at once: node src/cli/bundle.mjs, after tsc.
// Loading a module costs 0.4 ms and compiling script 1 ms per 25 kB, used or not: one file for all commands made a run
// 20 ms longer. esbuild splits the script where it is imported on demand, but only as ES modules, whose loader takes
// longer to start than require. So each part becomes CommonJS, and those that nearly every run needs become one file.
import { rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const MAIN = 'src/cli/main.ts';
const ROOT = new URL('../../', import.meta.url);
const OUT = new URL('dist/cli/', ROOT);
/** What is imported on demand, and yet by nearly every run. The parts these need go with them. */
const TOGETHER = [
  'src/cli/program.ts',
  'src/cli/commands/summary.ts',
  'src/analysis/summarize-files.ts',
  'src/report/renderers/table.ts',
];
const MINIFY = { minifyWhitespace: true, minifySyntax: true };
const URL_PRELUDE =
  "const distIndexUrl=require('node:url').pathToFileURL(require('node:path').join(__dirname,'../index.js')).href;";

/** In place of a module, one that loads it when it has to: what a short run never needs took a tenth of its time. */
function inPlaceOf(filter, isImporter, contents) {
  const name = `in place of ${filter.source}`;
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ namespace, path, importer }) =>
        namespace === name || !isImporter.test(importer) ? undefined : { path, namespace: name },
      );
      onLoad({ filter: /.*/, namespace: name }, () => ({ contents, resolveDir: fileURLToPath(ROOT) }));
    },
  };
}

/** Nearly all text is ASCII but for the sign of what is cut; of that string-width need not be asked: its pattern of emoji takes 10 ms in a short run. */
const quickWidth = inPlaceOf(
  /^string-width$/,
  /./,
  `module.exports = (text) => /^[ -~…]*$/.test(text) ? text.length : require('string-width')(text);`,
);
/** Commander starts programs for commands that are files of their own; it has none here. */
const lazyChildProcess = inPlaceOf(
  /^node:child_process$/,
  /[\\/]commander[\\/]/,
  `exports.spawn = (...args) => require('node:child_process').spawn(...args);`,
);

const { outputFiles, metafile } = await build({
  absWorkingDir: fileURLToPath(ROOT),
  entryPoints: [MAIN],
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  define: { 'import.meta.url': 'distIndexUrl' },
  outdir: 'dist/cli',
  chunkNames: 'part-[hash]',
  metafile: true,
  write: false,
  // For styles of cells, which are painted before they come to the table.
  external: ['@colors/colors/safe'],
  plugins: [quickWidth, lazyChildProcess],
  logLevel: 'warning',
  ...MINIFY,
});

const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path, '.js'), output]));
const partOf = new Map([...outputs].map(([name, { entryPoint }]) => [entryPoint, name]));
/** Which file has a part: those of the start are in one, those that nearly every run needs in another. */
const fileOf = new Map();
gather('main', [MAIN]);
gather('common', TOGETHER);

/** Puts the parts of these modules, and what they import at once, into a file of that name. */
function gather(file, modules) {
  const pending = modules.map((path) => partOf.get(path) ?? fail(`${path} is not imported on demand`));
  while (pending.length > 0) {
    const name = pending.pop();
    if (fileOf.has(name)) continue;
    fileOf.set(name, file);
    for (const { path, kind, external } of outputs.get(name).imports)
      if (kind === 'import-statement' && !external) pending.push(basename(path, '.js'));
  }
}

function fail(message) {
  throw new Error(message);
}

const gathered = { main: [], common: [] };
for (const { path, text } of outputFiles) {
  const name = basename(path, '.js');
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    ...MINIFY,
  });
  const linked = code.replace(/require\("\.\/([^"]+)\.js"\)/g, (_, other) =>
    fileOf.has(other) ? `require("./${fileOf.get(other)}.cjs")("${other}")` : `require("./${other}.cjs")`,
  );
  const script = (linked.includes('distIndexUrl') ? URL_PRELUDE : '') + linked;
  const file = fileOf.get(name);
  if (file === undefined) writeFileSync(new URL(`${name}.cjs`, OUT), script);
  // In parentheses: V8 then compiles it with the file, and does not go through it twice.
  else gathered[file].push(`"${name}":(function(module,exports){${script}})`);
}
for (const [file, parts] of Object.entries(gathered))
  writeFileSync(
    new URL(`${file}.cjs`, OUT),
    `const loaded={},parts={${parts.join(',\n')}};
module.exports=(name)=>{const known=loaded[name];if(known)return known.exports;
const part=loaded[name]={exports:{}};parts[name](part,part.exports);return part.exports};
${file === 'main' ? 'module.exports("main");\n' : ''}`,
  );

/** Threads that are to start at once: loading their modules one by one took as long as starting a thread, and the loader of ES modules half as long again. */
const THREADS = [
  'snapshot/kernel/edge-worker',
  'snapshot/kernel/tally-worker',
  'graph/kernel/graph-worker',
  'analysis/visible-heap-worker',
];
for (const path of THREADS) {
  const index = path.replace(/[^/]+\//g, '../').replace(/[^/]+$/, 'index.js');
  await build({
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: [`src/${path}.ts`],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    banner: { js: URL_PRELUDE.replace('../index.js', index) },
    define: { 'import.meta.url': 'distIndexUrl' },
    outfile: `dist/${path}.cjs`,
    logLevel: 'warning',
    ...MINIFY,
  });
  for (const type of ['js', 'd.ts']) rmSync(new URL(`dist/${path}.${type}`, ROOT));
}
