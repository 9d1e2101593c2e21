/** Where the worker threads begin: `.ts` in a checkout, `.js` beside the bundle when packaged. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

export const STORE_WORKER = new URL(`./store-worker.${extension}`, import.meta.url);
export const COMPUTE_WORKER = new URL(`./compute-worker.${extension}`, import.meta.url);
