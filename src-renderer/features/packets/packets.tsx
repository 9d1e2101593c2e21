import type { Address } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { Empty } from '../../ui/states.tsx';
import { PacketScreen } from './packet-screen.tsx';
import { isMonth } from './packet-words.ts';
import { PacketsList } from './packets-list.tsx';

/** `/packets` and `/packets/2026-05`. */
export function Packets({ address }: { readonly address: Address }) {
  const [, month, ...rest] = address.segments;
  if (month === undefined) return <PacketsList />;
  if (isMonth(month) && rest.length === 0) return <PacketScreen month={month} />;
  return (
    <Empty icon="path-search" title="There is no packet at this address" action={<a href={hrefOf('/packets')}>All packets</a>}>
      An address of a packet has its month: /packets/2026-05
    </Empty>
  );
}
