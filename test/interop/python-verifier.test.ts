// The Python verifier of the evidence bundles against inputs that this project did not write: every case of the attack
// corpus, Wycheproof's Ed25519 cases, the signed-note example and the RFC 8785 test data.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AttackCase, attackNames, attackWords, departures, readAttack } from '../support/attack-case.ts';
import {
  describePython,
  PYTHON_VERIFIER,
  type PythonResult,
  runPython,
  verifyManyWithPython,
  verifyWithPython,
} from '../support/python-verifier.ts';
import { describeShared, hasSharedData, sharedData } from '../support/shared-data.ts';

const ATTACKS = sharedData('attacks');

/** Run a piece of Python with the verifier imported as `v`; it gets `input` on stdin and prints JSON. */
const inPython = async (code: string, input: unknown): Promise<unknown> => {
  const program = `import json, sys\nsys.path.insert(0, sys.argv[1])\nimport verify_chain as v\ninput = json.load(sys.stdin)\n${code}`;
  const { exitCode, stdout, stderr } = await runPython(['-B', '-c', program, dirname(PYTHON_VERIFIER)], JSON.stringify(input));
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
};

interface WycheproofGroup {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[];
}

describePython('the Python verifier', () => {
  it('passes its own self-test', async () => {
    const { exitCode, stdout } = await runPython([PYTHON_VERIFIER, '--self-test']);
    expect(stdout).toMatch(/^self-test: (\d+) of \1 checks hold\n$/);
    expect(exitCode).toBe(0);
  });

  describeShared('over the attack corpus', () => {
    const names = hasSharedData ? attackNames(ATTACKS) : [];
    const outcomes = new Map<string, PythonResult>();
    beforeAll(async () => {
      const results = await verifyManyWithPython(names.map((name) => attackWords(ATTACKS, name)));
      names.forEach((name, at) => outcomes.set(name, results[at] as PythonResult));
    }, 120_000);

    it('has cases to judge', () => {
      expect(names.length).toBeGreaterThanOrEqual(135);
    });

    it.each(names)('%s', (name) => {
      const { exitCode, document } = outcomes.get(name) as PythonResult;
      const findings = document.chains.flatMap((chain) => chain.findings);
      const expected: AttackCase['expect'] & { range?: { from: number; to: number }; missing?: number } = readAttack(ATTACKS, name).expect;
      expect(departures(expected, { verdict: document.verdict, exitCode, findings })).toEqual([]);
      const gaps = findings.map((finding) => finding.gap).filter((gap) => gap !== null);
      const { range, missing } = expected;
      if (range) expect(gaps.map(({ from, to }) => ({ from, to }))).toContainEqual(range);
      if (missing !== undefined) expect(gaps.map((gap) => gap.count)).toContain(missing);
    });

    it('names the byte of a canonical fault', async () => {
      const { document } = outcomes.get('canon-ws-colon') as PythonResult;
      const fault = document.chains[0]?.findings.find((finding) => finding.code === 'CANON_WHITESPACE');
      const [chain] = readdirSync(sharedData('attacks', 'canon-ws-colon')).filter((entry) => entry.startsWith('receipts-'));
      const bytes = readFileSync(sharedData('attacks', 'canon-ws-colon', chain as string, 'receipts.jsonl'));
      const at = fault?.byte_offset as number;
      expect(bytes.subarray(at - 1, at + 1).toString('latin1')).toBe(': ');
    });
  });

  describeShared('over published vectors', () => {
    it('agrees with Wycheproof on Ed25519', async () => {
      const file = JSON.parse(readFileSync(sharedData('trust', 'wycheproof', 'ed25519_test.json'), 'utf8')) as {
        testGroups: readonly WycheproofGroup[];
      };
      const cases = file.testGroups.flatMap((group) => group.tests.map((test) => ({ ...test, pk: group.publicKey.pk })));
      const held = (await inPython(
        'print(json.dumps([v.ed25519_holds(bytes.fromhex(c["pk"]), bytes.fromhex(c["msg"]), bytes.fromhex(c["sig"])) for c in input]))',
        cases,
      )) as boolean[];
      const wrong = cases.filter((test, at) => held[at] !== (test.result === 'valid')).map((test) => test.tcId);
      expect(wrong).toEqual([]);
      expect(held.filter(Boolean).length).toBeGreaterThan(50);
    });

    it('accepts the outputs of RFC 8785 and nothing but them', async () => {
      const names = readdirSync(sharedData('trust', 'jcs', 'output'));
      const texts = names.flatMap((name) =>
        ['output', 'input'].map((kind) => readFileSync(sharedData('trust', 'jcs', kind, name), 'utf8')),
      );
      const faults = (await inPython(
        'result = []\nfor text in input:\n    r = v.StrictReader(text, True)\n    r.record()\n    result.append([f[0] for f in r.faults])\nprint(json.dumps(result))',
        texts,
      )) as string[][];
      expect(names.length).toBeGreaterThanOrEqual(6);
      names.forEach((name, at) => {
        expect({ name, faults: faults[2 * at] }).toEqual({ name, faults: [] });
        const changed = texts[2 * at] !== texts[2 * at + 1];
        expect({ name, refused: (faults[2 * at + 1] as string[]).length > 0 }).toEqual({ name, refused: changed });
      });
    });

    it('reads the checkpoints of a public log', async () => {
      const folder = sharedData('trust', 'tessera', 'testdata', 'log');
      const notes = readdirSync(folder)
        .filter((name) => /^checkpoint\.\d+$/.test(name))
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
      const read = (await inPython(
        'keys = v.read_trust(input["vkeys"])\nheads = [v.Checkpoint(t.encode()) for t in input["notes"]]\n' +
          'print(json.dumps([[h.size, h.judge(keys)] for h in heads]))',
        { vkeys: sharedData('trust', 'tessera', 'log.vkey'), notes },
      )) as [number, [string[], string[]]][];
      expect(read).toHaveLength(16);
      for (const [, [logs, bad]] of read) expect({ logs, bad }).toEqual({ logs: ['example.com/log/testdata'], bad: [] });
    });
  });

  describe('its use', () => {
    it('exits 2 with a sentence when there is nothing to verify', async () => {
      for (const words of [[], ['/nowhere/at/all'], [dirname(PYTHON_VERIFIER)], [PYTHON_VERIFIER]]) {
        const { exitCode, document } = await verifyWithPython(words);
        expect(exitCode).toBe(2);
        expect(document.verdict).toBeNull();
        expect(document.problems?.[0]?.next_step).toMatch(/^.{20,}\.$/);
      }
    });
  });
});
