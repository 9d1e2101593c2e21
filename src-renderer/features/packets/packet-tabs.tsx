import { setQuery } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import '../../ui/table.css';
import { usePacket } from './packet-context.tsx';

const VIEWS = ['month', 'moves', 'outlook', 'checks', 'record'] as const;
export type PacketView = (typeof VIEWS)[number];
export const isPacketView = (text: string | undefined): text is PacketView => VIEWS.includes(text as PacketView);

const NAMES: Readonly<Record<PacketView, string>> = {
  month: 'Month',
  moves: 'What moved',
  outlook: 'Outlook and trial',
  checks: 'Gates and inputs',
  record: 'Record',
};

/** What to show of the packet; counted is only what needs a person. */
export function PacketTabs({ view }: { readonly view: PacketView }) {
  const { packet } = usePacket();
  const counts: Partial<Record<PacketView, { readonly n: number; readonly bad: boolean; readonly says: string }>> = {
    month: { n: packet.review.questions.filter(({ state }) => state === 'open').length, bad: false, says: 'open questions' },
    checks: {
      n:
        packet.gates.results.filter(({ state }) => state === 'fail').length +
        packet.findings.filter(({ severity }) => severity === 'error').length,
      bad: true,
      says: 'gates and findings fail',
    },
  };
  return (
    <div className="views packet-tabs" role="group" aria-label="What to show of this packet">
      {VIEWS.map((each) => {
        const count = counts[each];
        return (
          <button
            key={each}
            type="button"
            className="view"
            aria-pressed={each === view}
            onClick={() => {
              setQuery({ view: each === 'month' ? undefined : each }, { replace: false });
            }}
          >
            {NAMES[each]}
            {count === undefined || count.n === 0 ? null : (
              <span className={`count${count.bad ? ' count-bad' : ''}`} title={`${count.n} ${count.says}`}>
                {integer(count.n)}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
