import type { IconName } from '@blueprintjs/core';
import { roleWord, useCommand, useProcedure } from '../port/use-app.ts';
import { router } from '../router/router.ts';
import { ROUTES } from '../routes.ts';
import { counted } from '../ui/format.ts';
import { shortHash } from '../ui/format.ts';
import { say } from '../ui/notices.ts';
import { setPreferences, usePreferences } from '../ui/preferences.ts';
import { useActs } from './acts.ts';
import { usePacketEntries } from './palette-packets.ts';
import { filterEntries, type PaletteEntry, type PaletteQuery } from './palette-entries.ts';
import { openDialog } from './shell-state.ts';

const HIT_ICON: Readonly<Record<string, IconName>> = {
  chain: 'link',
  receipt: 'document',
  source: 'database',
  quarantine: 'inbox',
  member: 'person',
  audit: 'history',
};

/** Fewer letters of a hash would find too much. */
export const SHORTEST_HASH = 6;

/** Everything the palette can do without asking the app. */
const useOwnEntries = (): PaletteEntry[] => {
  const acts = useActs();
  const members = useProcedure('member.list', {}).data?.members ?? [];
  const session = useProcedure('session.describe', {}).data;
  const known = useProcedure('workspace.known', {}).data?.workspaces ?? [];
  const actAs = useCommand('session.actAs');
  const openWorkspace = useCommand('workspace.open');
  const theme = usePreferences((state) => state.theme);
  const failed = (error: unknown): void => {
    say({ status: 'bad', title: error instanceof Error ? error.message : String(error) });
  };
  const go = (address: string) => (): void => {
    router.go(address);
  };
  const action = (id: string, icon: IconName, name: string, note: string, run: () => void, refused?: string | null): PaletteEntry => ({
    id: `action-${id}`,
    group: 'Actions',
    icon,
    name,
    note,
    run,
    refused,
  });
  const nextTheme = theme === 'dark' ? 'light' : 'dark';
  return [
    ...ROUTES.map((route): PaletteEntry => ({
      id: `screen-${route.root}`,
      group: 'Screens',
      icon: route.icon,
      name: route.name,
      note: '',
      keys: `G ${route.letter}`,
      run: go(`/${route.root}`),
    })),
    action('sync', 'refresh', 'Sync now', 'read what is new at all sources', acts.syncNow, acts.refusal('sync.run')),
    action(
      'verify',
      'shield',
      'Verify what is new',
      'all chains, from their last state',
      () => acts.verifyAll(false),
      acts.refusal('receipt.verify'),
    ),
    action(
      'verify-zero',
      'shield',
      'Verify all chains from zero',
      'nothing is taken for granted',
      () => acts.verifyAll(true),
      acts.refusal('receipt.verify'),
    ),
    action(
      'add-source',
      'add',
      'Add a source…',
      'a folder, or an address that serves feeds',
      go('/settings/sources?add=source'),
      acts.refusal('source.add'),
    ),
    action(
      'add-log',
      'shield',
      'Add a verifier key…',
      'a log or witness you trust',
      go('/settings/trust?add=key'),
      acts.refusal('trustedLog.add'),
    ),
    action('gates', 'play', 'Run the gates', 'of the newest month with evidence', acts.runGates, acts.refusal('gate.run')),
    action(
      'motion',
      'dollar',
      'Propose a change of prices or packages…',
      '',
      go('/evidence?motion=open&tab=motions'),
      acts.refusal('motion.propose'),
    ),
    action('thresholds', 'horizontal-distribution', 'Open the thresholds of the gates', '', go('/evidence?tab=thresholds')),
    action('export-csv', 'export', 'Export all receipts as CSV', '', () => acts.exportReceipts('csv'), acts.refusal('receipt.export')),
    action('export-tsv', 'export', 'Export all receipts as TSV', '', () => acts.exportReceipts('tsv'), acts.refusal('receipt.export')),
    action('export-json', 'export', 'Export all receipts as JSON', '', () => acts.exportReceipts('json'), acts.refusal('receipt.export')),
    action('backup', 'archive', 'Back up now', '', acts.backUp, acts.refusal('backup.create')),
    action('doctor', 'pulse', 'Check this installation', 'versions, workspace, disk, sources', go('/settings/about')),
    action(
      'support',
      'download',
      'Save a support bundle',
      'without secrets or tenant data',
      acts.supportBundle,
      acts.refusal('system.supportBundle'),
    ),
    action('jobs', 'pulse', 'Show jobs', '', () => openDialog('jobs')),
    action('theme', nextTheme === 'dark' ? 'moon' : 'flash', `Use the ${nextTheme} theme`, '', () => setPreferences({ theme: nextTheme })),
    action('keys', 'key', 'Show all keys', '', () => openDialog('help')),
    action('open', 'folder-open', 'Open another workspace…', '', () => openDialog('open-workspace')),
    action('create', 'add', 'New workspace…', '', () => openDialog('create-workspace')),
    ...members
      .filter((each) => each.memberId !== session?.member.memberId)
      .map((each): PaletteEntry => ({
        id: `member-${each.memberId}`,
        group: 'Act as',
        icon: 'person',
        name: `Act as ${each.name}`,
        note: roleWord(each.role),
        run: () => void actAs.run({ memberId: each.memberId }).catch(failed),
      })),
    ...known
      .filter((each) => each.folder !== session?.workspace.folder)
      .map((each): PaletteEntry => ({
        id: `workspace-${each.folder}`,
        group: 'Workspaces',
        icon: 'folder-close',
        name: `Open ${each.name}`,
        note: each.folder,
        refused: each.present ? null : 'its folder is not there',
        run: () => void openWorkspace.run({ folder: each.folder }).catch(failed),
      })),
  ];
};

export interface PaletteAnswer {
  readonly entries: readonly PaletteEntry[];
  readonly searching: boolean;
  /** In place of the list when it is empty. */
  readonly says: string;
}

/** What the palette shows for what was typed. */
export const usePaletteEntries = (query: PaletteQuery): PaletteAnswer => {
  const own = [...useOwnEntries(), ...usePacketEntries(query)];
  const wantsHits = query.kind === 'all' && query.text.length >= 2;
  const wantsHash = query.kind === 'hash' && query.text.length >= SHORTEST_HASH;
  const hits = useProcedure('search.find', { text: query.text, limit: 12 }, { enabled: wantsHits, keep: true });
  const found = useProcedure('receipt.find', { text: query.text, limit: 12 }, { enabled: wantsHash, keep: true });
  if (query.kind === 'hash') {
    const matches = wantsHash ? (found.data?.matches ?? []) : [];
    return {
      entries: matches.map((match) => ({
        id: `hash-${match.chainKey}-${match.index}`,
        group: 'Receipts',
        icon: 'document',
        name: `${match.chainKey} #${match.index}`,
        note: [match.receiptId ?? '', match.hash === null ? '' : shortHash(match.hash)].filter((part) => part !== '').join(', '),
        run: () => router.go(match.address),
      })),
      searching: wantsHash && found.isFetching,
      says: wantsHash
        ? 'No receipt begins with that.'
        : `Type or paste at least ${counted(SHORTEST_HASH, 'character')} of a hash or receipt id.`,
    };
  }
  const mine = filterEntries(own, query.text).filter((entry) => query.kind === 'all' || entry.group !== 'Screens');
  const foreign: PaletteEntry[] = wantsHits
    ? (hits.data?.hits ?? []).map((hit) => ({
        id: `hit-${hit.address}`,
        group: 'Best match',
        icon: HIT_ICON[hit.kind] ?? 'document',
        name: hit.title,
        note: hit.note,
        run: () => router.go(hit.address),
      }))
    : [];
  return {
    entries: [...foreign, ...mine].slice(0, 40),
    searching: wantsHits && hits.isFetching,
    says: 'Nothing has this name. Try fewer letters, or # with the beginning of a hash.',
  };
};
