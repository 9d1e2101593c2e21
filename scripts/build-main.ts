import { copyFileSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, '..');
/** Beside the built interface, which the shell expects at `../renderer`. */
export const MAIN_DIR = join(root, '.cache', 'main');

const TEXT_FILE = /readFileSync\(new URL\('(\.[\w./-]+\.(?:sql|cedar|cedarschema))', import\.meta\.url\), 'utf8'\)/g;

/** Puts the texts of migrations and policies into the bundle: a packaged app has no such files beside it. */
const textsInBundle = (): Plugin => ({
  name: 'texts-in-bundle',
  // Before the types are stripped, while the source still stands as it was written.
  enforce: 'pre',
  transform: {
    filter: { id: /[\\/](migrations[\\/]index|policies[\\/]policy-files)\.ts$/ },
    handler: (code, id) => {
      const inlined = code.replaceAll(TEXT_FILE, (_call, file: string) => JSON.stringify(readFileSync(join(dirname(id), file), 'utf8')));
      if (inlined.includes('readFileSync('))
        throw new Error('A text is read in a way that the bundle cannot hold; see scripts/build-main.ts.');
      return inlined;
    },
  },
});

/** The policy engine's WebAssembly, which src-main/policies/cedar.ts looks for beside the bundle. */
export const POLICY_WASM = 'cedar_wasm_bg.wasm';

const shared = (outDir: string): InlineConfig => ({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: { outDir, target: 'node24', minify: false, sourcemap: false, ssr: true, reportCompressedSize: false },
});

/**
 * Bundles the desktop's main process: `main.js` with its worker entries beside it, and the preload as one CommonJS file,
 * because a sandboxed preload can load nothing but 'electron'. Only the native database stays outside, and the policy engine's
 * WebAssembly lies beside.
 * @returns the path of `main.js`.
 */
export async function buildMain(outDir: string = MAIN_DIR): Promise<string> {
  const base = shared(outDir);
  await build({
    ...base,
    plugins: [textsInBundle()],
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
  copyFileSync(join(root, 'node_modules/@cedar-policy/cedar-wasm/web', POLICY_WASM), join(outDir, POLICY_WASM));
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
