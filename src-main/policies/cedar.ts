import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as cedarWasm from '@cedar-policy/cedar-wasm/web';
import type * as Types from '@cedar-policy/cedar-wasm/nodejs';

/**
 * Cedar's WebAssembly module, compiled when it is first asked for: that takes some 100 ms and 10 MB of the thread, which no
 * thread pays that decides nothing. The build for browsers is used, because it takes the bytes from us: a bundle has no
 * node_modules to read them from.
 */
export type Cedar = Pick<
  typeof Types,
  'getCedarVersion' | 'policySetTextToParts' | 'policyToJson' | 'preparsePolicySet' | 'preparseSchema' | 'statefulIsAuthorized' | 'validate'
>;
export type { AuthorizationAnswer, CedarValueJson, EntityJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

// Only the Node build can be found by require; the two hold the same module.
const wasmFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../web/cedar_wasm_bg.wasm', pathToFileURL(createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs')))
    : new URL('./cedar_wasm_bg.wasm', import.meta.url);

let loaded: Cedar | null = null;

export const loadCedar = (): Cedar => {
  if (loaded !== null) return loaded;
  cedarWasm.initSync({ module: readFileSync(wasmFile()) });
  loaded = cedarWasm;
  return loaded;
};
