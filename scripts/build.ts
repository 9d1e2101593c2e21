/** Builds the interface and the desktop's main process into .cache, as `npm start` does when it needs them. */
import { buildMain } from './build-main.ts';
import { ensureRenderer } from './build-renderer.ts';

console.log(await ensureRenderer());
console.log(await buildMain());
