/** What the overview says of packets. */
import { describe, expect, it } from 'vitest';
import { packetNeeds, type PacketStanding } from '../../../src-main/overview/packet-needs.ts';

type Open = PacketStanding['open'][number];
type Waiting = PacketStanding['toBuild'][number];

const open = (more: Partial<Open> = {}): Open => ({
  month: '2026-05',
  name: 'May 2026',
  revision: 2,
  state: 'in-review',
  since: '2026-06-02T16:20:00.000Z',
  openQuestions: 0,
  dueAt: '2026-06-05T17:00:00.000Z',
  overdue: false,
  lastBy: 'Lena Brandt',
  changed: [],
  address: '/packets/2026-05',
  ...more,
});
const waiting = (more: Partial<Waiting> = {}): Waiting => ({
  month: '2026-06',
  name: 'June 2026',
  buildAt: '2026-07-02T00:00:00.000Z',
  due: true,
  ready: false,
  says: 'Missing: finance telemetry.',
  address: '/packets/2026-06',
  ...more,
});

describe('needs of packets', () => {
  it('a packet in review waits for those who decide, and says so to them alone', () => {
    const standing = { open: [open({ openQuestions: 1 })], toBuild: [] };
    expect(packetNeeds(standing, 'finance')).toEqual([
      {
        needId: 'packet:2026-05',
        status: 'warn',
        title: 'The packet of May 2026 is in review and waits for you',
        says: 'Submitted by Lena Brandt. It is due on 2026-06-05. 1 open question.',
        since: '2026-06-02T16:20:00.000Z',
        foundBy: 'packets',
        action: { label: 'Review the packet', address: '/packets/2026-05' },
      },
    ]);
    expect(packetNeeds(standing, 'engineering')[0]!.title).toBe('The packet of May 2026 is in review');
  });

  it('what is overdue comes first, then what is due, then drafts', () => {
    const needs = packetNeeds(
      {
        open: [open({ month: '2026-07', state: 'draft' }), open({ overdue: true }), open({ month: '2026-04', state: 'sent-back' })],
        toBuild: [waiting()],
      },
      'admin',
    );
    expect(needs.map(({ needId, status }) => [needId, status])).toEqual([
      ['packet:2026-05', 'bad'],
      ['packet:2026-04', 'warn'],
      ['packet:2026-06', 'warn'],
      ['packet:2026-07', 'idle'],
    ]);
  });

  it('a month that is due says what is missing; one that is not yet due when it is built', () => {
    expect(packetNeeds({ open: [], toBuild: [waiting()] }, 'admin')[0]).toMatchObject({
      title: 'The packet of June 2026 is due',
      says: 'Missing: finance telemetry.',
      action: { label: 'See what is missing' },
    });
    expect(packetNeeds({ open: [], toBuild: [waiting({ due: false, ready: true, says: 'All is there.' })] }, 'admin')[0]).toMatchObject({
      status: 'idle',
      says: 'All is there. It is built on 2026-07-02.',
      action: { label: 'Build the packet' },
    });
  });

  it('a draft whose inputs changed is out of date', () => {
    const [need] = packetNeeds(
      { open: [open({ state: 'draft', changed: ['Finance telemetry has a newer version'] })], toBuild: [] },
      'admin',
    );
    expect(need).toMatchObject({ status: 'warn' });
    expect(need!.says).toContain('It is out of date: Finance telemetry has a newer version.');
  });

  it('many months without a packet do not bury the rest', () => {
    const months = ['2026-01', '2025-12', '2025-11', '2025-10', '2025-09'].map((month) => waiting({ month }));
    expect(packetNeeds({ open: [], toBuild: months }, 'admin')).toHaveLength(3);
  });
});
