/** The handlers of `trustedLog.*`: whose signatures count. */
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import { formatKeyId, parseVerifierKey } from '../trust/note-key.ts';
import { parseTrustFile } from '../trust/trust-file.ts';
import type { trustedLogReads, trustedLogWrites } from './trusted-log-queries.ts';

type TrustedLogHandlers = Pick<Handlers<Contract>, 'trustedLog.list' | 'trustedLog.add' | 'trustedLog.remove'>;

export interface TrustedLogDeps {
  readonly store: Store<typeof trustedLogReads, typeof trustedLogWrites>;
  /** The trust changed: verdicts may change with the next verification. */
  readonly changed?: () => void;
}

const badKey = (text: string): never => {
  throw new AppError('TRUST_FILE', text, {
    nextStep: 'Give one verifier key a line, as the log publishes it: <name>+<key id>+<key>. Lines that begin with # are skipped.',
  });
};

export const createTrustedLogs = ({ store, changed }: TrustedLogDeps): TrustedLogHandlers => ({
  'trustedLog.list': async () => {
    const [logs, signers] = await Promise.all([store.read('trustedLogs.list', null), store.read('trustedLogs.signers', null)]);
    const chains = new Map(signers.map((signer) => [signer.name, signer.chains]));
    return {
      logs: logs.flatMap(({ vkey, addedAt, addedBy, note }) => {
        const parsed = parseVerifierKey(vkey);
        if (!parsed.ok) return [];
        const { name, keyId, algorithm } = parsed.key;
        const kind = algorithm === 'ed25519' ? ('log' as const) : ('witness' as const);
        return [{ vkey, name, keyId: formatKeyId(keyId), kind, addedAt, addedBy, note, chains: chains.get(name) ?? 0 }];
      }),
    };
  },
  'trustedLog.add': async ({ text, note }, ctx) => {
    const { keys, problems } = parseTrustFile(Buffer.from(text, 'utf8'));
    const [first] = problems;
    if (first !== undefined) badKey(`Line ${first.line} is not a verifier key: ${first.reason}. Nothing was added.`);
    if (keys.length === 0) badKey('There is no verifier key in this text. Nothing was added.');
    const result = await store.write('trustedLogs.add', {
      keys: keys.map(({ vkey, name }) => ({ vkey, name })),
      note: note ?? null,
      by: changedBy(ctx),
    });
    if (result.added > 0) changed?.();
    return result;
  },
  'trustedLog.remove': async ({ vkey, reason }, ctx) => {
    const parsed = parseVerifierKey(vkey.trim());
    const removed = await store.write('trustedLogs.remove', {
      vkey: parsed.ok ? parsed.key.vkey : vkey,
      name: parsed.ok ? parsed.key.name : vkey.slice(0, 80),
      reason,
      by: changedBy(ctx),
    });
    if (!removed)
      throw new AppError('NOT_FOUND', 'This key is not among the trusted ones. Nothing was changed.', {
        nextStep: 'Look in the list of trusted logs.',
      });
    changed?.();
    return { done: true };
  },
});
