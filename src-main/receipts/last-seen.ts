/**
 * What this installation last saw of each chain, kept outside the workspace: whoever sets the workspace back, or exchanges
 * it, does not set this back with it. Restoring the whole machine does; no local memory can tell that.
 */
import { type StateDir, stateFileName } from '../store/index.ts';
import type { RestoreFact } from '../workspace/index.ts';
import type { LastSeen } from '../trust/log-judge.ts';

/** The state of a chain when it was last verified and sound. */
export interface SeenHead {
  readonly size: number;
  /** Root of the Merkle log, hex. */
  readonly root: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Chain key → head. */
export type SeenHeads = ReadonlyMap<string, SeenHead>;

interface SeenFile {
  readonly format: 'countersign-last-seen/1';
  readonly install_id: string;
  readonly workspace_id: string;
  readonly chains: Readonly<Record<string, SeenHead>>;
}

export interface LastSeenStore {
  read(): Promise<SeenHeads>;
  /** Adds what was seen now; a smaller head never takes the place of a larger one. */
  remember(heads: SeenHeads): Promise<void>;
}

const isHead = (value: unknown): value is SeenHead => {
  if (typeof value !== 'object' || value === null) return false;
  const { size, root, at } = value as Partial<Record<keyof SeenHead, unknown>>;
  return Number.isSafeInteger(size) && typeof root === 'string' && /^[0-9a-f]{64}$/.test(root) && typeof at === 'string';
};

/** One file for each workspace in the state folder of this installation, written atomically. */
export const createLastSeenStore = (
  stateDir: Pick<StateDir, 'readJson' | 'writeJson'>,
  installId: string,
  workspaceId: string,
): LastSeenStore => {
  const name = stateFileName('last-seen', workspaceId);
  const read = async (): Promise<Map<string, SeenHead>> => {
    const value = (await stateDir.readJson(name)) as Partial<SeenFile> | undefined;
    // Heads of another installation were copied here; they are nothing that this one has seen.
    if (value?.install_id !== installId || typeof value.chains !== 'object') return new Map();
    return new Map(Object.entries(value.chains).filter((entry): entry is [string, SeenHead] => isHead(entry[1])));
  };
  return {
    read,
    remember: async (heads) => {
      if (heads.size === 0) return;
      const known = await read();
      for (const [key, head] of heads) if (head.size >= (known.get(key)?.size ?? 0)) known.set(key, head);
      const file: SeenFile = {
        format: 'countersign-last-seen/1',
        install_id: installId,
        workspace_id: workspaceId,
        chains: Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
      };
      await stateDir.writeJson(name, file);
    },
  };
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** "3 June 2026", in UTC: the same on every machine. */
export const longDate = (at: string): string => `${Number(at.slice(8, 10))} ${MONTHS[Number(at.slice(5, 7)) - 1] ?? ''} ${at.slice(0, 4)}`;

/**
 * The restore that explains why a chain has fewer receipts than were seen: one that was done after they were seen. Null
 * where the chain has grown past what was seen again, or where nobody restored anything.
 */
export const acknowledgedBy = (seen: SeenHead | undefined, receipts: number, restores: readonly RestoreFact[]): RestoreFact | null =>
  seen === undefined || receipts >= seen.size ? null : (restores.find(({ restoredAt }) => restoredAt >= seen.at) ?? null);

/** What a verification is held against; null where nothing was seen, or where the rollback was acknowledged. */
export const lastSeenFor = (seen: SeenHead | undefined, receipts: number, restores: readonly RestoreFact[]): LastSeen | null =>
  seen === undefined || acknowledgedBy(seen, receipts, restores) !== null
    ? null
    : { size: seen.size, root: seen.root, where: `this console on ${longDate(seen.at)}` };
