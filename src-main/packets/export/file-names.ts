import type { PacketForExport } from '../packet-for-export.ts';

/** `packet-2026-05-r2`: month and revision, so that files of two revisions never share a name. */
export const packetStem = ({ head }: Pick<PacketForExport, 'head'>): string => `packet-${head.month}-r${head.revision}`;

export const exportName = (packet: Pick<PacketForExport, 'head'>, extension: string): string => `${packetStem(packet)}.${extension}`;

const LONGEST_NAME = 120;

/**
 * A name of an artifact as a file's name on any system: no folders, no control characters, nothing that a checksum list
 * would have to escape, never empty, `.` or `..`.
 */
export function safeFileName(name: string): string {
  const kept = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._@+ -]+/gu, '_')
    .replace(/^[. -]+/, '_')
    .replace(/[. ]+$/, '');
  return [...(kept === '' ? '_' : kept)].slice(0, LONGEST_NAME).join('');
}

/** The name, with a number before its extension where it is taken already; it is then taken too. Case does not tell names apart. */
export function freeName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot <= name.lastIndexOf('/') + 1 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${stem}-${number}${extension}`;
  taken.add(free.toLowerCase());
  return free;
}
