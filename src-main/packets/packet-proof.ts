import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { ProvenFigure } from '../../src-shared/contract/packet-document.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import type { StoreDb } from '../store/index.ts';
import { shown } from './figure-words.ts';
import type { GatesSeam } from './gates-seam.ts';
import { newerThan } from './packet-acts.ts';
import { reviewState } from './packet-review.ts';
import { contentOf, documentOf, eventsOf, mustFindPacket } from './packet-rows.ts';
import { changedSince, reviewView } from './packet-view.ts';

/** The proof behind one figure of a packet, out of the stored document alone. */

type ProofAnswer = OutputOf<Contract, 'packet.proof'>;

export function packetProof(
  db: StoreDb,
  gates: GatesSeam,
  { packetId, figure: id, memberId, role, now }: { packetId: string; figure: string; memberId: string; role: Role; now: string },
): ProofAnswer {
  const packet = mustFindPacket(db, packetId);
  const content = contentOf(db, packet.packetNo);
  const document = documentOf(content);
  const figure = document.figures.find((one) => one.id === id);
  if (figure === undefined)
    throw new AppError('NOT_FOUND', `The packet has no figure ${id}.`, {
      nextStep: 'Name a figure as `packet show` lists it.',
      details: { figure: id },
    });
  const events = eventsOf(db, packet.packetNo);
  const review = reviewState(packet.builtAt, events);
  const view = reviewView(db, gates, packet, document, events, review, { memberId, role });
  const roles = new Set(figure.inputs.map((row) => row.role));
  const artifacts = document.inputs
    .filter((artifact) => roles.has(artifact.role))
    .map((artifact) => ({ ...artifact, address: `/evidence/artifact/${artifact.artifactId}` }));
  const newer = newerThan(db, packet);
  const changed = newer === null ? changedSince(db, gates, content, now) : [`Revision ${newer} replaces this one`];
  return {
    packetId,
    month: packet.month,
    revision: packet.revision,
    figure,
    artifacts,
    proof: {
      says: figure.says,
      checkedAt: view.lastVerified?.at ?? null,
      rule: figure.rule,
      formula: formulaLines(figure),
      inputs: artifacts.map(({ name, title, sha256, address }) => ({ name, says: title, sha256, address })),
      resultSha256: packet.documentSha256,
      command: `countersign packet show ${packet.month} --revision ${packet.revision} --figure ${id}`,
      changedSince: changed.length === 0 ? null : `${changed.join('; ')}.`,
    },
    holds: view.lastVerified?.holds ?? null,
    comments: view.events.filter((event) => event.figure === id && ['comment', 'question', 'answer', 'withdrawn'].includes(event.kind)),
  };
}

function formulaLines({ formula, lines, limit, value, unit }: ProvenFigure): ProofAnswer['proof']['formula'] {
  return [
    ...lines.map((line) => ({
      says: `${line.sign === '' || line.sign === '=' ? '' : `${line.sign === '-' ? '−' : line.sign} `}${line.label}`,
      figure: line.value === null ? line.note : shown(line.value, line.unit),
      holds: null,
    })),
    { says: formula.words, figure: shown(value, unit), holds: null },
    ...(limit === null ? [] : [{ says: limit.kind === 'min' ? 'Floor' : 'Limit', figure: limit.says, holds: limit.holds }]),
  ];
}
