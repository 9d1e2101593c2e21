import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, '..');
/** Beside the built interface, which the shell expects at `../renderer`. */
export const MAIN_DIR = join(root, '.cache', 'main');

const MIGRATION = /readFileSync\(new URL\('(\.\/[\w-]+\.sql)', import\.meta\.url\), 'utf8'\)/g;

/** Puts the text of the migrations into the bundle: a packaged app has no SQL files beside it. */
const migrationTexts = (): Plugin => ({
  name: 'migration-texts',
  // Before the types are stripped, while the source still stands as it was written.
  enforce: 'pre',
  transform: {
    filter: { id: /[\\/]migrations[\\/]index\.ts$/ },
    handler: (code, id) => {
      const inlined = code.replaceAll(MIGRATION, (_call, file: string) => JSON.stringify(readFileSync(join(dirname(id), file), 'utf8')));
      if (inlined.includes('readFileSync('))
        throw new Error('A migration is read in a way that the bundle cannot hold; see scripts/build-main.ts.');
      return inlined;
    },
  },
});

const shared = (outDir: string): InlineConfig => ({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: { outDir, target: 'node24', minify: false, sourcemap: false, ssr: true, reportCompressedSize: false },
});

/**
 * Bundles the desktop's main process: `main.js` with its worker entries beside it, and the preload as one CommonJS file,
 * because a sandboxed preload can load nothing but 'electron'. Only the native database stays outside.
 * @returns the path of `main.js`.
 */
export async function buildMain(outDir: string = MAIN_DIR): Promise<string> {
  const base = shared(outDir);
  await build({
    ...base,
    plugins: [migrationTexts()],
    ssr: { noExternal: true, external: ['electron', 'better-sqlite3'] },
    build: {
      ...base.build,
      emptyOutDir: true,
      rolldownOptions: {
        input: {
          main: join(root, 'src-main/electron/main.ts'),
          'store-worker': join(root, 'src-main/app/store-worker.ts'),
          'compute-worker': join(root, 'src-main/app/compute-worker.ts'),
        },
        // One flat folder: the workers are found beside whichever chunk asks for them.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  await buildPreload(outDir);
  return join(outDir, 'main.js');
}

/** @returns the path of `preload.cjs`. */
export async function buildPreload(outDir: string): Promise<string> {
  const base = shared(outDir);
  await build({
    ...base,
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ...base.build,
      emptyOutDir: false,
      rolldownOptions: {
        input: { preload: join(root, 'src-main/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
  return join(outDir, 'preload.cjs');
}
