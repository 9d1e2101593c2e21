import type { ExportedFile, ExportFormat, PacketForExport } from '../packet-for-export.ts';
import { exportName, packetStem } from './file-names.ts';
import { figuresCsv } from './packet-csv.ts';

type Renderer = (packet: PacketForExport) => ExportedFile | Promise<ExportedFile>;

/** The document as it is stored, byte for byte: its SHA-256 is the packet's. */
const json: Renderer = (packet) => ({
  fileName: exportName(packet, 'json'),
  contentType: 'application/json',
  bytes: Buffer.from(packet.documentText, 'utf8'),
});

const csv: Renderer = (packet) => ({
  fileName: `${packetStem(packet)}-figures.csv`,
  contentType: 'text/csv; charset=utf-8; header=present',
  bytes: figuresCsv(packet),
});

// The libraries that draw are large: only who draws pays for them.
const drawn = async (packet: PacketForExport): Promise<Uint8Array> => (await import('./report.ts')).packetPdf(packet);

const pdf: Renderer = async (packet) => ({
  fileName: exportName(packet, 'pdf'),
  contentType: 'application/pdf',
  bytes: await drawn(packet),
});

const zip: Renderer = async (packet) => {
  const { packetZip } = await import('./packet-zip.ts');
  return { fileName: exportName(packet, 'zip'), contentType: 'application/zip', bytes: packetZip(packet, await drawn(packet)) };
};

const RENDERERS: Readonly<Record<ExportFormat, Renderer>> = { json, csv, pdf, zip };

/** A packet as a file. Pure: the same packet gives the same bytes. Runs in a compute worker. */
export const exportPacket = async (packet: PacketForExport, format: ExportFormat): Promise<ExportedFile> => RENDERERS[format](packet);
