import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => decodeURIComponent(new URL(path, import.meta.url).pathname);

/**
 * Builds the interface for both hosts. Nothing is inlined (the content security policy allows no inline script or style),
 * assets have absolute paths, because the start page answers for any address, and source maps are made only on demand.
 */
export default defineConfig(({ mode }) => {
  // What is built follows the mode asked for, not the environment of whoever builds: a test's or a tool's own NODE_ENV would
  // put the slow development build of the libraries into the interface.
  process.env['NODE_ENV'] = mode;
  return {
    root: at('.'),
    base: '/',
    cacheDir: at('../.cache/vite'),
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: at('../.cache/renderer'),
      emptyOutDir: true,
      target: 'chrome128',
      assetsInlineLimit: 0,
      sourcemap: false,
      // The polyfill is an inline script; every browser we run in preloads modules by itself.
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 700,
    },
  };
});
