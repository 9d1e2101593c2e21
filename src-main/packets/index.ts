/** Packets: the finance committee's month, computed from its evidence, reviewed, exported and recomputed. */
export { type GatesSeam, NO_GATES, type PacketRun } from './gates-seam.ts';
export { type ExportedFile, type ExportFormat, type PacketForExport } from './packet-for-export.ts';
export { type MonthPacket, packetForMonth, type PacketsInNeed, productionCloses, type ProductionCloses } from './packet-list.ts';
export { createPacketsReads, createPacketsWrites, type PacketsReads, type PacketsWrites } from './packets-queries.ts';
export { packetsTasks } from './packets-tasks.ts';
export { createPacketsService, type PacketsDeps } from './packets-service.ts';
export { type PacketGate, type PacketThresholds } from './packet-sources.ts';
