import type { Answer } from '../../port/use-app.ts';

type Description = Answer<'recovery.describe'>;
/** The ways that are chosen on the page; another workspace has a button of its own. */
export type Way = Exclude<Description['ways'][number]['way'], 'other'>;

/** What each way does and costs. */
export const WAYS: Readonly<Record<Way, { readonly title: string; readonly says: string }>> = {
  restore: {
    title: 'Restore a backup',
    says: 'The damaged file is kept beside it. What came after the backup is synced again from its sources.',
  },
  'read-only': { title: 'Open read-only', says: 'Look, verify and export. Syncing and changes are off until it is repaired.' },
  export: {
    title: 'Export what can be read',
    says: 'A folder of NDJSON with a digest for each file, and a list of what could not be read.',
  },
  retry: { title: 'Try to open it again', says: 'After a disk was connected, space was freed, or another program let go of it.' },
};

const ACTS: Readonly<Record<Way, string>> = {
  restore: 'Restore this backup',
  'read-only': 'Open read-only',
  export: 'Export what can be read',
  retry: 'Try again',
};

export const actWords = (way: Way): string => ACTS[way];

/** The first way that is possible, in the app's order: it puts the best first. */
export const firstWay = (description: Pick<Description, 'ways'>): Way =>
  description.ways.find((each): each is typeof each & { way: Way } => each.possible && each.way !== 'other')?.way ?? 'retry';

export interface Choice {
  readonly way: Way;
  readonly backupId: string | null;
  readonly reason: string;
}

/** What is still missing before the way can be taken; null when nothing is. */
export const whyNotNow = ({ way, backupId, reason }: Choice): string | null => {
  if (way !== 'restore') return null;
  if (backupId === null) return 'Choose a backup first.';
  return reason.trim().length < 3 ? 'A reason is needed; it is kept in the audit log.' : null;
};
