import { execFile, execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const PROJECT_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The verifier that ships in evidence bundles. */
export const PYTHON_VERIFIER: string = join(PROJECT_ROOT, 'resources/verify/verify_chain.py');

/** What both verifiers print for one finding, as far as tests compare it. */
export interface PythonFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly file: string | null;
  readonly index: number | null;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly gap: { readonly from: number; readonly to: number | null; readonly count: number | 'unknown' } | null;
}

/** The document of `verify_chain.py --json`. `problems` is there only when something could not be read. */
export interface PythonDocument {
  readonly verdict: string | null;
  readonly chains: readonly {
    readonly chain_id: string | null;
    readonly profile: string | null;
    readonly receipts: number;
    readonly bytes: number;
    readonly root: string;
    readonly anchored_size: number;
    readonly verdict: string;
    readonly findings_total: number;
    readonly findings: readonly PythonFinding[];
  }[];
  readonly problems?: readonly { readonly file: string | null; readonly message: string; readonly next_step: string }[];
}

export interface PythonResult {
  readonly exitCode: number;
  readonly document: PythonDocument;
}

const hasPython = ((): boolean => {
  try {
    return /^Python 3\.(?:[89]|\d\d)/.test(execFileSync('python3', ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();

/** `describe` for suites that run Python; skipped under a name that says why where there is no Python 3.8 or newer. */
export const describePython = (name: string, fn: () => void): void => {
  if (hasPython) describe(name, fn);
  else describe.skip(`${name} (skipped: no Python 3.8 or newer)`, fn);
};

/** Run a Python program or script; resolves with its exit code and output, whatever the exit code is. */
export const runPython = (args: readonly string[], input?: string): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  new Promise((done, failed) => {
    const child = execFile('python3', [...args], { encoding: 'utf8', maxBuffer: 256 << 20 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') failed(new Error(`python3 did not run: ${error.message}`));
      else done({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    if (input !== undefined) child.stdin?.end(input);
  });

/** `verify_chain.py --json` with these words. */
export const verifyWithPython = async (args: readonly string[]): Promise<PythonResult> => {
  const { exitCode, stdout, stderr } = await runPython([PYTHON_VERIFIER, '--json', ...args]);
  if (stdout === '') throw new Error(`verify_chain.py printed nothing: ${stderr}`);
  return { exitCode, document: JSON.parse(stdout) as PythonDocument };
};

/** Runs the verifier once for each list of words that comes in, without paying for a start of Python each time. */
const MANY = `
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import verify_chain
results = []
for words in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = verify_chain.main(['--json'] + words)
    results.append({'exitCode': code, 'document': json.loads(out.getvalue())})
json.dump(results, sys.stdout)
`;

/** As `verifyWithPython`, for many lists of words: two processes share them. Results keep the order of the input. */
export const verifyManyWithPython = async (runs: readonly (readonly string[])[]): Promise<PythonResult[]> => {
  const half = Math.ceil(runs.length / 2);
  const parts = await Promise.all(
    [runs.slice(0, half), runs.slice(half)].map(async (part) => {
      const { exitCode, stdout, stderr } = await runPython(['-B', '-c', MANY, dirname(PYTHON_VERIFIER)], JSON.stringify(part));
      if (exitCode !== 0) throw new Error(`verify_chain.py failed: ${stderr}`);
      return JSON.parse(stdout) as PythonResult[];
    }),
  );
  return parts.flat();
};
