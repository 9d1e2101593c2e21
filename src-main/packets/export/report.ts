import { monthName } from '../figure-words.ts';
import type { PacketForExport } from '../packet-for-export.ts';
import { drawPdf, type Report } from './draw-pdf.ts';
import { checksPart } from './report-checks.ts';
import { coverPage } from './report-cover.ts';
import { monthPart } from './report-month.ts';
import { outlookPart } from './report-outlook.ts';
import { proofPart } from './report-proof.ts';
import { reviewPart } from './report-review.ts';
import { STATES } from './report-words.ts';

/**
 * A packet as the report that a finance committee reads: A4, text that can be selected and searched, charts as vectors.
 * Nothing in it depends on who asks for it or when: the same packet and record give the same bytes.
 */
export const packetPdf = (packet: PacketForExport): Promise<Uint8Array> => drawPdf(reportOf(packet));

export function reportOf(packet: PacketForExport): Report {
  const { workspace, document, head } = packet;
  const title = `${monthName(document.month)}, revision ${head.revision}`;
  return {
    title: `Finance packet ${title}`,
    author: workspace,
    subject: `Monthly finance packet, document SHA-256 ${head.documentSha256}`,
    keywords: `finance packet, ${document.month}, revision ${head.revision}, ${STATES[head.state][1]}`,
    createdAt: head.builtAt,
    head: [`${workspace}   Finance packet, ${title}`, STATES[head.state][1]],
    foot: `${document.month} r${head.revision}   document SHA-256 ${head.documentSha256}`,
    content: [
      ...coverPage(packet),
      ...monthPart(document),
      ...outlookPart(document),
      ...checksPart(document),
      ...reviewPart(packet),
      ...proofPart(packet),
    ],
  };
}
