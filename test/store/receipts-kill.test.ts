// kill -9 during verification, at many moments: the workspace opens, nothing accepted is lost, nothing is counted twice.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { idFingerprint } from '../../src-main/receipts/receipt-fingerprint.ts';
import { joinLines, soundLines } from '../support/small-chain.ts';
import { openReceiptsWorkspace } from './support/receipts-workspace.ts';
import { startChild } from './support/wait-for-line.ts';
import { temporaryFolder } from './support/workspace-folder.ts';

const SCRIPT = new URL('./support/kill-verification.ts', import.meta.url);
const KILLS = process.env['COUNTERSIGN_DEEP'] === '1' ? 40 : 6;
const FIRST = 4_001;
const STEP = 101;

it('a killed verification leaves the workspace whole, and the next one comes to the same', async () => {
  const base = temporaryFolder();
  const [folder, stateFolder] = [join(base, 'workspace'), join(base, 'state')];
  const all = soundLines('jcs-sha256-1', FIRST + (40 + KILLS) * STEP);
  {
    const workspace = await openReceiptsWorkspace(folder, { stateFolder });
    await workspace.addSource('src');
    await workspace.deliver('src', 'chain-a/receipts.jsonl', joinLines(all.slice(0, FIRST)));
    await workspace.close();
  }
  let taken = FIRST;
  for (let round = 0; round < KILLS; round += 1) {
    const child = startChild(SCRIPT, [folder, stateFolder, String(taken), String(STEP)]);
    await child.until((line) => line === 'ready');
    // From before the first stretch to after the record, a little later each round.
    await new Promise((resolve) => setTimeout(resolve, 7 * round * round));
    child.process.kill('SIGKILL');
    await child.ended;
    expect(child.errors()).toBe('');

    const workspace = await openReceiptsWorkspace(folder, { stateFolder });
    try {
      const { rows, total } = await workspace.service.handlers['receipt.page'](
        { chainKey: 'src/chain-a', from: 0, limit: 1 },
        workspace.context,
      );
      expect(rows).toHaveLength(1);
      expect((total - FIRST) % STEP).toBe(0);
      taken = total;
      const report = await workspace.verify();
      expect(report.chains).toEqual([expect.objectContaining({ verdict: 'VERIFIED_UNANCHORED', receipts: taken })]);
      const zero = await workspace.verify({ fromZero: true });
      expect(zero.document.chains).toEqual(report.document.chains);
    } finally {
      await workspace.close();
    }
    const raw = new Sqlite(join(folder, 'countersign.db'), { readonly: true });
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(raw.pragma('foreign_key_check')).toEqual([]);
    const known = raw.prepare<[number, number], number>('SELECT count(*) FROM receipt_keys WHERE fingerprint = ? AND position = ?').pluck();
    for (let index = 0; index < taken; index += 97) {
      const id = (JSON.parse(all[index]!.toString()) as { receipt_id: string }).receipt_id;
      expect(known.get(idFingerprint(id), 2 ** 32 + index)).toBe(1);
    }
    raw.close();
  }
});
