import { Checkbox } from '@blueprintjs/core';
import type { PacketCheckItem } from '../../../src-shared/contract/packets.ts';
import { roleWord, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { initials } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Panel } from '../../ui/parts.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { type PacketAnswer, usePacket } from './packet-context.tsx';
import { openWords } from './packet-words.ts';

/** Only the newest revision, while it is not accepted, waits for anything. */
const waits = ({ head }: PacketAnswer): boolean => head.supersededBy === null && head.state !== 'accepted';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const doneOf = (items: readonly PacketCheckItem[]): string => `${items.filter(({ checked }) => checked).length} of ${items.length}`;

/** The acting member's own list first; the others' below, to be read. */
export function Checklist() {
  const { packet } = usePacket();
  const role = useProcedure('session.describe', {}).data?.member.role;
  const { checklist } = packet.review;
  const open = waits(packet) ? packet.review.open : [];
  const roles = [...new Set(checklist.map((item) => item.role))];
  const first = role !== undefined && roles.includes(role) ? role : null;
  const ordered = first === null ? roles : [first, ...roles.filter((each) => each !== first)];
  const own = checklist.filter((item) => item.role === first);
  return (
    <Panel
      title={first === null ? 'Checklists' : `${capital(roleWord(first))}'s checklist`}
      note={doneOf(first === null ? checklist : own)}
      pad={false}
      className="checklist"
      actions={open.length === 0 ? null : <StatusWord status="warn">{openWords(open.length)}</StatusWord>}
    >
      <div className="checklist-body" tabIndex={0} role="region" aria-label="Checklists">
        {ordered.map((each) => {
          const items = checklist.filter((item) => item.role === each);
          return (
            <section key={each} aria-label={`Checklist of ${roleWord(each)}`}>
              {each === first ? null : (
                <h3 className="caps checklist-role">
                  {capital(roleWord(each))} <span className="muted">{doneOf(items)}</span>
                </h3>
              )}
              <ul>
                {items.map((item) => (
                  <Item key={item.item} item={item} />
                ))}
              </ul>
            </section>
          );
        })}
        {checklist.length === 0 ? <p className="pad second">This packet has no checklist.</p> : null}
      </div>
    </Panel>
  );
}

function Item({ item }: { readonly item: PacketCheckItem }) {
  const { packet } = usePacket();
  const check = useCommand('packet.check');
  const notAllowed = useAllowed()('packet.check');
  const fixed = item.automatic || !item.mine || notAllowed !== null || !waits(packet);
  const why = item.automatic
    ? 'It follows from the record.'
    : item.mine
      ? (notAllowed ?? (waits(packet) ? '' : 'The review of this revision is closed.'))
      : `Only ${roleWord(item.role)} ticks it.`;
  return (
    <li title={[item.says, why].filter((part) => part !== '').join(' ')}>
      <Checkbox
        checked={item.checked}
        label={item.label}
        aria-disabled={fixed}
        className={fixed ? 'is-fixed' : ''}
        onChange={(event) => {
          if (fixed || check.busy) return;
          check.run({ packetId: packet.head.packetId, item: item.item, checked: event.currentTarget.checked }).catch((error: unknown) => {
            say({ status: 'bad', title: 'The tick was not kept', text: error instanceof Error ? error.message : String(error) });
          });
        }}
      />
      {item.checked ? (
        item.by === null ? (
          item.automatic ? (
            <span className="tiny muted nowrap">from the record</span>
          ) : null
        ) : (
          <span className="tiny muted nowrap" title={item.by}>
            <span aria-hidden="true">{initials(item.by)}</span>
            <span className="visually-hidden">ticked by {item.by}</span>
            {item.at === null ? null : (
              <>
                {' '}
                <Time at={item.at} form="column" />
              </>
            )}
          </span>
        )
      ) : item.needed && waits(packet) ? (
        <StatusWord status="warn">needed to accept</StatusWord>
      ) : null}
    </li>
  );
}
