import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => decodeURIComponent(new URL(path, import.meta.url).pathname);

/**
 * Builds the interface for both hosts. Nothing is inlined (the content security policy allows no inline script or style),
 * assets have absolute paths, because the start page answers for any address, and source maps are made only on demand.
 */
export default defineConfig({
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
});
