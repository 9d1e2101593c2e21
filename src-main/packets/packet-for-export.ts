import type { PacketDocument } from '../../src-shared/contract/packet-document.ts';
import type { PacketHead, PacketReview } from '../../src-shared/contract/packets.ts';

/** All that an exported packet is made of. The renderers (`export/`) take nothing from the store themselves. */
export interface PacketForExport {
  /** Name of the workspace. */
  readonly workspace: string;
  readonly document: PacketDocument;
  /** The document as it is stored: canonical JSON. Its SHA-256 is `head.documentSha256`. */
  readonly documentText: string;
  readonly head: PacketHead;
  readonly review: PacketReview;
  /** The reference's four files, recomputed to the stored digests; empty where the reference refuses the month. */
  readonly referenceFiles: readonly FileForExport[];
  /** The artifacts that the document names as its inputs, as they came; one that is gone or has other bytes is not there. */
  readonly inputFiles: readonly (FileForExport & { readonly role: string })[];
}

export interface FileForExport {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export type ExportFormat = 'pdf' | 'csv' | 'json' | 'zip';

export interface ExportedFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}
