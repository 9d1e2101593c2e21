import type { QueryName } from '../../src-shared/contract/define.ts';
import { type Contract, type Topic, topics } from '../../src-shared/contract/index.ts';

const ALL = topics;

/** Which changes make an answer old. The type demands an entry for each query of the contract. */
export const DEPENDS_ON: Readonly<Record<QueryName<Contract>, readonly Topic[]>> = {
  'host.describe': [],
  'session.describe': ['session', 'members', 'workspace'],
  'member.list': ['members'],
  'system.doctor': [],
  'system.log': [],
  'system.metrics': [],
  'job.list': [],
  'workspace.status': ['workspace'],
  'workspace.known': ['workspace'],
  'backup.list': ['workspace'],
  'recovery.describe': ['workspace'],
  'audit.page': ['audit'],
  'audit.entry': [],
  'audit.verify': ['audit'],
  'source.list': ['sources', 'quarantine'],
  'source.preview': [],
  'sync.state': ['sources'],
  'sync.runs': ['sources'],
  'quarantine.page': ['quarantine'],
  'quarantine.entry': ['quarantine'],
  'receipt.seal': ['receipts', 'trust'],
  'receipt.chains': ['receipts', 'trust'],
  'receipt.chain': ['receipts', 'trust'],
  'receipt.findings': ['receipts', 'trust'],
  'receipt.page': ['receipts'],
  'receipt.get': ['receipts'],
  'receipt.proof': ['receipts', 'trust'],
  'receipt.verdictProof': ['receipts', 'trust'],
  'receipt.find': ['receipts'],
  'receipt.ask': ['receipts'],
  'trustedLog.list': ['trust', 'receipts'],
  'gate.dryRun': ['gates', 'evidence'],
  'gate.runs': ['gates'],
  'gate.runDetail': ['gates'],
  'gate.compare': ['gates'],
  'gate.matrix': ['gates', 'evidence'],
  'gate.detail': ['gates'],
  'gate.proof': ['gates'],
  'gate.thresholds': ['gates'],
  'gate.thresholdsPreview': ['gates', 'evidence'],
  'freeze.get': ['gates', 'members'],
  'freeze.history': ['gates'],
  'motion.guard': ['gates', 'evidence', 'packets', 'members'],
  'motion.list': ['gates'],
  'packet.list': ['packets', 'evidence'],
  'packet.get': ['packets', 'evidence', 'session', 'members'],
  'packet.proof': ['packets'],
  'packet.inputs': ['packets', 'evidence', 'sources'],
  'packet.trial': ['packets'],
  'packet.schedule': ['packets'],
  'overview.get': ALL,
  'search.find': ALL,
};

/** Whether an answer of this query is made old by a change of these topics. */
export const isTouched = (name: string, changed: readonly Topic[]): boolean =>
  Object.hasOwn(DEPENDS_ON, name) && DEPENDS_ON[name as QueryName<Contract>].some((topic) => changed.includes(topic));
