import type { TaskMap } from '../store/index.ts';
import { exportPacket } from './export/export-packet.ts';
import type { ExportedFile, ExportFormat, PacketForExport } from './packet-for-export.ts';

/** What of this room runs in the compute threads: drawing a packet takes longer than a moment. */
export const packetsTasks = {
  'packets.export': ({ packet, format }: { packet: PacketForExport; format: ExportFormat }): Promise<ExportedFile> =>
    exportPacket(packet, format),
} satisfies TaskMap;
