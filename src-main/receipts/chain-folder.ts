/**
 * Finds chains on disk: a chain folder, a folder of chain folders, or a single `.jsonl` file. Reads their manifests and
 * checkpoints; the receipts themselves are only located, for they are streamed later.
 */
import type { Dirent } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { visit } from 'jsonc-parser';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import type { CheckpointFile } from '../trust/log-judge.ts';
import type { VerifierKey } from '../trust/note-key.ts';
import { parseTrustFile } from '../trust/trust-file.ts';

/** `chain.json`, all of it. */
export interface ChainManifest {
  readonly chain_id: string;
  readonly source: string;
  readonly plan_id: string;
  readonly version: string;
  readonly profile: string;
  /** Hash of the first receipt; null while the chain is empty. */
  readonly genesis_hash: string | null;
}

/**
 * The beginning that a manifest declares, for the verifier: null where nothing is declared because there is no manifest or
 * nothing has begun; the empty text, which is no hash, where it still declares none although receipts are there.
 */
export const declaredGenesis = (manifest: ChainManifest | null, bytes: number): string | null =>
  manifest === null ? null : (manifest.genesis_hash ?? (bytes > 0 ? '' : null));

/** One chain on disk. */
export interface ChainOnDisk {
  /** Path below what was given, with '/' at its end; empty for the folder itself. For findings and reports. */
  readonly folder: string;
  readonly receiptsFile: string;
  readonly receiptsPath: string;
  /** Bytes of the receipts when they were found; 0 where the file is missing. What is written later is not read. */
  readonly byteLength: number;
  /** null where there is no chain.json: the profile was inferred from the first receipt. */
  readonly manifest: ChainManifest | null;
  readonly chainId: string;
  readonly profile: string;
  readonly checkpoints: readonly CheckpointFile[];
}

/** A chain that could not be read at all. */
export interface ChainProblem {
  readonly file: string;
  readonly message: string;
  readonly next_step: string;
}

export interface DiscoveredChains {
  readonly chains: readonly ChainOnDisk[];
  readonly problems: readonly ChainProblem[];
}

export const RECEIPTS_FILE = 'receipts.jsonl';
export const MANIFEST_FILE = 'chain.json';
export const CHECKPOINTS_FOLDER = 'checkpoints';
const NOTE_EXTENSION = '.note';
/** A manifest has six short members; a note about 300 bytes. */
const SMALL_FILE_BYTES = 1_000_000;

const MANIFEST_MEMBERS = ['chain_id', 'source', 'plan_id', 'version', 'profile', 'genesis_hash'] as const;

/**
 * Parses `chain.json`. Throws `AppError('BAD_INPUT')` that names the member: every member must be there and no other, all
 * texts, `genesis_hash` 64 lower-case hex digits or null.
 */
export function parseManifest(bytes: Uint8Array, file: string = MANIFEST_FILE): ChainManifest {
  const fail = (what: string): never => {
    throw new AppError('BAD_INPUT', `${file} ${what}.`, {
      nextStep:
        'Compare it with the manifest that the source published; it has chain_id, source, plan_id, version, profile and genesis_hash.',
      details: { file },
    });
  };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('is not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('is not JSON');
  }
  // JSON.parse keeps the last of two members of one name; another reader may keep the first.
  const seen = new Set<string>();
  visit(text, {
    onObjectProperty: (name) => {
      if (seen.has(name)) fail(`has ${JSON.stringify(name)} twice`);
      seen.add(name);
    },
  });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail('is not a JSON object');
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    if (!MANIFEST_MEMBERS.some((known) => known === name)) fail(`has a member that no manifest has, ${JSON.stringify(name)}`);
  }
  for (const name of MANIFEST_MEMBERS) {
    const member = members[name];
    if (!Object.hasOwn(members, name)) fail(`has no ${name}`);
    if (name === 'genesis_hash') {
      if (member !== null && !(typeof member === 'string' && /^[0-9a-f]{64}$/.test(member))) {
        fail('has a genesis_hash that is neither null nor 64 lower-case hex digits');
      }
    } else if (typeof member !== 'string' || member === '') {
      fail(`has a ${name} that is not a text`);
    }
  }
  return members as unknown as ChainManifest;
}

/**
 * The profile that the first line of a file looks like: `hash_chain` is the nested form of `erlmcp-json-0`. Where the line
 * cannot be read it is `jcs-sha256-1`, whose verifier then says why.
 */
export function inferProfile(firstLine: Buffer): 'jcs-sha256-1' | 'erlmcp-json-0' {
  try {
    const value: unknown = JSON.parse(firstLine.toString('utf8'));
    const isNested =
      typeof value === 'object' && value !== null && Object.hasOwn(value, 'hash_chain') && !Object.hasOwn(value, 'current_hash');
    return isNested ? 'erlmcp-json-0' : 'jcs-sha256-1';
  } catch {
    return 'jcs-sha256-1';
  }
}

/** The first line of a file without its LF, at most 65,536 bytes of it; empty where there is none. */
export async function readFirstLine(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const lf = buffer.subarray(0, bytesRead).indexOf(0x0a);
    return buffer.subarray(0, lf < 0 ? bytesRead : lf);
  } finally {
    await file.close();
  }
}

async function fileSize(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}

async function readSmallFile(path: string, file: string): Promise<Buffer> {
  const size = (await fileSize(path)) ?? 0;
  if (size > SMALL_FILE_BYTES) {
    throw new AppError('BAD_INPUT', `${file} has ${size} bytes, far more than such a file needs.`, {
      nextStep: 'Look at what was put in its place; nothing of it was read.',
    });
  }
  return readFile(path);
}

/** The notes of a chain by name. Other files are left alone; a note that is no file or too long counts as malformed. */
async function readCheckpoints(folder: string): Promise<CheckpointFile[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  const names = entries
    .map(({ name }) => name)
    .filter((name) => name.endsWith(NOTE_EXTENSION))
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const size = await fileSize(join(folder, name));
      return { name, bytes: size === null || size > SMALL_FILE_BYTES ? Buffer.alloc(0) : await readFile(join(folder, name)) };
    }),
  );
}

async function isChainFolder(path: string): Promise<boolean> {
  return (await fileSize(join(path, MANIFEST_FILE))) !== null || (await fileSize(join(path, RECEIPTS_FILE))) !== null;
}

async function readChainFolder(path: string, folder: string): Promise<ChainOnDisk> {
  const receiptsPath = join(path, RECEIPTS_FILE);
  const byteLength = (await fileSize(receiptsPath)) ?? 0;
  const hasManifest = (await fileSize(join(path, MANIFEST_FILE))) !== null;
  const file = `${folder}${MANIFEST_FILE}`;
  const manifest = hasManifest ? parseManifest(await readSmallFile(join(path, MANIFEST_FILE), file), file) : null;
  return {
    folder,
    receiptsFile: RECEIPTS_FILE,
    receiptsPath,
    byteLength,
    manifest,
    chainId: manifest?.chain_id ?? basename(path),
    profile: manifest?.profile ?? (byteLength === 0 ? 'jcs-sha256-1' : inferProfile(await readFirstLine(receiptsPath))),
    checkpoints: await readCheckpoints(join(path, CHECKPOINTS_FOLDER)),
  };
}

async function readSingleFile(path: string, folder: string, byteLength: number): Promise<ChainOnDisk> {
  return {
    folder,
    receiptsFile: basename(path),
    receiptsPath: path,
    byteLength,
    manifest: null,
    chainId: basename(path, extname(path)),
    profile: byteLength === 0 ? 'jcs-sha256-1' : inferProfile(await readFirstLine(path)),
    checkpoints: [],
  };
}

/** The chains at one path. `label` goes before the names in findings, where several paths were given. */
async function discoverAt(path: string, label: string): Promise<DiscoveredChains> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new AppError('BAD_INPUT', `There is no file or folder ${JSON.stringify(path)}.`, {
      nextStep: 'Check the path; nothing was verified.',
    });
  }
  if (found.isFile()) return { chains: [await readSingleFile(path, label, found.size)], problems: [] };
  if (await isChainFolder(path)) return readable([{ path, folder: label }]);
  const names = (await readdir(path)).sort();
  const folders: { path: string; folder: string }[] = [];
  for (const name of names) {
    if (await isChainFolder(join(path, name))) folders.push({ path: join(path, name), folder: `${label}${name}/` });
  }
  return readable(folders);
}

/** Reads chain folders; one that cannot be read does not keep the others from being verified. */
async function readable(folders: readonly { readonly path: string; readonly folder: string }[]): Promise<DiscoveredChains> {
  const chains: ChainOnDisk[] = [];
  const problems: ChainProblem[] = [];
  for (const { path, folder } of folders) {
    try {
      chains.push(await readChainFolder(path, folder));
    } catch (error) {
      if (!isAppError(error)) throw error;
      problems.push({ file: `${folder}${MANIFEST_FILE}`, message: error.message, next_step: error.nextStep });
    }
  }
  return { chains, problems };
}

/**
 * All chains at the given paths, in the order of the paths and, below a folder, of names. Throws `AppError`: BAD_INPUT for
 * a path that is not there, NO_CHAIN where none was found.
 */
export async function discoverChains(paths: readonly string[]): Promise<DiscoveredChains> {
  const chains: ChainOnDisk[] = [];
  const problems: ChainProblem[] = [];
  for (const path of paths) {
    const found = await discoverAt(path, paths.length > 1 ? `${basename(path)}/` : '');
    chains.push(...found.chains);
    problems.push(...found.problems);
  }
  if (chains.length === 0) {
    const [problem] = problems;
    if (problem !== undefined)
      throw new AppError('BAD_INPUT', problem.message, { nextStep: problem.next_step, details: { file: problem.file } });
    throw new AppError('NO_CHAIN', `No receipt chain was found in ${paths.map((path) => JSON.stringify(path)).join(', ')}.`, {
      nextStep: `Name a folder with ${MANIFEST_FILE} and ${RECEIPTS_FILE}, a folder of such folders, or a .jsonl file.`,
    });
  }
  return { chains, problems };
}

/** The verifier keys of a trust file. Throws `AppError('TRUST_FILE')` that names the first line that is wrong. */
export async function readTrustFile(path: string): Promise<readonly VerifierKey[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('TRUST_FILE', `The trust file ${JSON.stringify(path)} cannot be read.`, {
      nextStep: 'Check the path; without it no checkpoint counts.',
      cause,
    });
  });
  const { keys, problems } = parseTrustFile(bytes);
  const [first] = problems;
  if (first !== undefined) {
    throw new AppError('TRUST_FILE', `Line ${first.line} of the trust file is not a verifier key: ${first.reason}.`, {
      nextStep: 'Correct or remove the line; a key that is silently skipped would be trust silently withdrawn.',
      details: { line: first.line, problems: problems.length },
    });
  }
  return keys;
}
