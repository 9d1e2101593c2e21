import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { ExportedFile, ExportFormat, PacketForExport } from '../packet-for-export.ts';

type Renderer = (packet: PacketForExport) => ExportedFile | Promise<ExportedFile>;

/** `packet-2026-05-r2.json`: month and revision, so that files of two revisions never share a name. */
export const exportName = ({ head }: PacketForExport, extension: string): string => `packet-${head.month}-r${head.revision}.${extension}`;

/** The document as it is stored, byte for byte: its SHA-256 is the packet's. */
const json: Renderer = (packet) => ({
  fileName: exportName(packet, 'json'),
  contentType: 'application/json',
  bytes: Buffer.from(packet.documentText, 'utf8'),
});

const RENDERERS: Readonly<Partial<Record<ExportFormat, Renderer>>> = { json };

/** A packet as a file. Pure: the same packet gives the same bytes. Runs in a compute worker. */
export async function exportPacket(packet: PacketForExport, format: ExportFormat): Promise<ExportedFile> {
  const render = RENDERERS[format];
  if (render === undefined)
    throw new AppError('BAD_INPUT', `Packets are not written as ${format}.`, { nextStep: `Use ${Object.keys(RENDERERS).join(', ')}.` });
  return render(packet);
}
