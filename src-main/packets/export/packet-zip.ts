import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { zipSync } from 'fflate';
import type { PacketForExport } from '../packet-for-export.ts';
import { exportName, freeName, packetStem, safeFileName } from './file-names.ts';
import { figuresCsv, tiersCsv } from './packet-csv.ts';

/** Everything of a packet in one archive, with a list of digests that tools check which everybody has. */

export interface ZipEntry {
  /** Inside the archive's one folder, with `/` between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** ZIP times are local and have no zone; a constant keeps the same packet the same bytes. */
const zipTime = (): Date => new Date(1980, 0, 1);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As `sha256sum` writes it and `sha256sum -c SHA256SUMS` reads it; ordered by name. */
export const checksumsOf = (entries: readonly ZipEntry[]): string =>
  [...entries]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`)
    .join('');

/** What was said and decided, for machines: the events in their order. What depends on who asks is not in it. */
const reviewJson = ({ head, review }: PacketForExport): Uint8Array =>
  Buffer.from(
    canonicalize({
      month: head.month,
      revision: head.revision,
      document_sha256: head.documentSha256,
      state: head.state,
      state_since: head.stateSince,
      built_at: head.builtAt,
      built_by: head.builtBy,
      events: review.events.map(({ eventNo, kind, at, who, role, figure, about, text }) => ({
        event_no: eventNo,
        kind,
        at,
        who: who.toWellFormed(),
        role,
        figure,
        about,
        text: text.toWellFormed(),
      })),
    })!,
    'utf8',
  );

export function zipEntries(packet: PacketForExport, pdf: Uint8Array): ZipEntry[] {
  const stem = packetStem(packet);
  const taken = new Set<string>();
  const entry = (name: string, bytes: Uint8Array): ZipEntry => ({ name: freeName(name, taken), bytes });
  return [
    entry(exportName(packet, 'pdf'), pdf),
    entry(exportName(packet, 'json'), Buffer.from(packet.documentText, 'utf8')),
    entry(`${stem}-figures.csv`, figuresCsv(packet)),
    entry(`${stem}-tiers.csv`, tiersCsv(packet)),
    entry(`${stem}-review.json`, reviewJson(packet)),
    ...packet.referenceFiles.map(({ name, bytes }) => entry(`reference/${safeFileName(name)}`, bytes)),
    ...packet.inputFiles.map(({ role, name, bytes }) => entry(`inputs/${safeFileName(role)}/${safeFileName(name)}`, bytes)),
  ];
}

export function packetZip(packet: PacketForExport, pdf: Uint8Array): Uint8Array {
  const entries = zipEntries(packet, pdf);
  const folder = packetStem(packet);
  const all = [...entries, { name: 'SHA256SUMS', bytes: Buffer.from(checksumsOf(entries), 'utf8') }];
  return zipSync(Object.fromEntries(all.map(({ name, bytes }) => [`${folder}/${name}`, bytes])), { level: 6, mtime: zipTime() });
}
