/** `verify` for people: the verdict first, then each chain and what was found in it. */
import { grouped } from '../trust/explain.ts';
import type { ChainResult, Verdict } from '../trust/chain-verifier.ts';
import type { Finding } from '../trust/findings.ts';
import type { VerifyDocument } from './verify-files.ts';

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'every receipt is as it was, up to a checkpoint of a trusted log',
  VERIFIED_UNANCHORED: 'every receipt fits, but not all are covered by a checkpoint of a trusted log',
  BROKEN: 'receipts or checkpoints were altered, removed or do not fit',
  INDETERMINATE: 'it cannot be decided with what is known here',
};

/** Findings of one code beyond this many are summed up; `--json` has them all. */
const SHOWN_PER_CODE = 20;

/** Exit code of `verify`: 0 holds, 1 broken, 2 a chain could not be read, 3 undecided, 4 not anchored though required. */
export function exitCodeOf(
  { verdict, problems }: VerifyDocument,
  { requireAnchor }: { readonly requireAnchor: boolean },
): 0 | 1 | 2 | 3 | 4 {
  if (problems !== undefined && problems.length > 0) return 2;
  switch (verdict) {
    case 'BROKEN':
      return 1;
    case 'INDETERMINATE':
      return 3;
    case 'VERIFIED_UNANCHORED':
      return requireAnchor ? 4 : 0;
    case 'VERIFIED':
      return 0;
  }
}

/** The text that `verify` prints without `--json`; ends with LF. */
export function renderVerifyReport(document: VerifyDocument): string {
  const { verdict, chains, problems = [], elapsed_ms: elapsedMs } = document;
  const receipts = chains.reduce((sum, chain) => sum + chain.receipts, 0);
  const lines = [
    `${verdict}: ${VERDICT_WORDS[verdict]}`,
    `${count(chains.length, 'chain')}, ${count(receipts, 'receipt')}, ${(elapsedMs / 1000).toFixed(1)} s`,
  ];
  for (const problem of problems) lines.push('', `Not read: ${problem.file}`, `  ${problem.message}`, `  Next: ${problem.next_step}`);
  for (const chain of chains) lines.push('', ...renderChain(chain));
  return `${lines.map(printable).join('\n')}\n`;
}

function renderChain(chain: ChainResult): string[] {
  const anchored =
    chain.anchored_size === 0
      ? 'not anchored'
      : chain.anchored_size === chain.receipts
        ? 'anchored to its end'
        : `anchored up to #${grouped(chain.anchored_size - 1)}`;
  const lines = [
    `${chain.verdict}  ${chain.chain_id}`,
    `  ${count(chain.receipts, 'receipt')}, ${count(chain.bytes, 'byte')}, ${anchored}, profile ${chain.profile}`,
  ];
  if (chain.root !== null) lines.push(`  root ${chain.root}`);
  const shown = new Map<string, number>();
  // What breaks a chain comes before what merely deserves a look.
  const ordered = [
    ...chain.findings.filter(({ severity }) => severity === 'error'),
    ...chain.findings.filter(({ severity }) => severity !== 'error'),
  ];
  for (const finding of ordered) {
    const seen = (shown.get(finding.code) ?? 0) + 1;
    shown.set(finding.code, seen);
    if (seen <= SHOWN_PER_CODE) lines.push(...renderFinding(finding));
  }
  for (const [code, seen] of shown) {
    if (seen > SHOWN_PER_CODE) lines.push(`  … and ${grouped(seen - SHOWN_PER_CODE)} more of ${code}`);
  }
  const beyond = chain.findings_total - chain.findings.length;
  if (beyond > 0) lines.push(`  ${grouped(chain.findings_total)} findings in all; ${grouped(beyond)} are counted but not listed`);
  return lines;
}

function renderFinding(finding: Finding): string[] {
  const where = [
    finding.file,
    finding.line === null ? null : `line ${grouped(finding.line)}`,
    finding.byte_offset === null ? null : `byte ${grouped(finding.byte_offset)}`,
    finding.json_pointer,
  ].filter((part) => part !== null && part !== '');
  return [
    `  ${finding.severity === 'error' ? '✕' : '!'} ${finding.code}  ${where.join(', ')}`,
    `    ${finding.explain}`,
    `    Next: ${finding.next_step}`,
  ];
}

const count = (value: number, noun: string): string => `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Receipts may hold any character; a terminal must not obey them. */
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');
