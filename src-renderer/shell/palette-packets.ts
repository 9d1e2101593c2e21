import { useAllowed, useProcedure } from '../port/use-app.ts';
import { router, useAddress } from '../router/router.ts';
import type { PaletteEntry, PaletteQuery } from './palette-entries.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const monthName = (month: string): string => `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`;

/** Fewer letters would list every figure. */
const SHORTEST_FIGURE = 2;

const figureText = (value: string | null, unit: string): string =>
  value === null ? 'none' : unit === 'percent' ? `${value}%` : unit === 'points' ? `${value} pt` : unit === 'USD' ? `USD ${value}` : value;

/** Packets by month, what is done with them, and the figures of the one that is open or else of the newest. */
export const usePacketEntries = (query: PaletteQuery): PaletteEntry[] => {
  const { segments } = useAddress();
  const refused = useAllowed()('packet.build');
  const list = useProcedure('packet.list', {}, { enabled: query.kind !== 'hash' });
  const rows = list.data?.packets ?? [];
  const open = segments[0] === 'packets' ? segments[1] : undefined;
  const month = rows.find((row) => row.month === open)?.month ?? rows[0]?.month;
  const wantsFigures = query.kind === 'all' && query.text.length >= SHORTEST_FIGURE && month !== undefined;
  const packet = useProcedure('packet.get', { month: month ?? '2000-01' }, { enabled: wantsFigures });
  const go = (address: string) => (): void => {
    router.go(address);
  };
  const actions: PaletteEntry[] = [
    {
      id: 'action-build-packet',
      group: 'Actions',
      icon: 'build',
      name: 'Build a packet…',
      note: 'from the evidence of a month',
      refused,
      run: go('/packets?do=build'),
    },
    {
      id: 'action-packet-schedule',
      group: 'Actions',
      icon: 'calendar',
      name: 'Schedule packets…',
      note: 'when they are built and accepted',
      run: go('/packets?do=schedule'),
    },
  ];
  const packets = [...rows, ...(list.data?.toBuild ?? [])].map((row): PaletteEntry => ({
    id: `packet-${row.month}`,
    group: 'Packets',
    icon: 'book',
    name: `Packet ${row.month}, ${monthName(row.month)}`,
    note: 'state' in row ? row.state.replace('-', ' ') : row.says,
    run: go(row.address),
  }));
  const answer = wantsFigures ? packet.data : undefined;
  const figures = Object.values(answer?.figures ?? {}).map((figure): PaletteEntry => ({
    id: `figure-${figure.id}`,
    group: 'Figures',
    icon: 'function',
    name: figure.title,
    note: `${figureText(figure.value, figure.unit)}, ${monthName(answer?.head.month ?? '')}`,
    run: go(`/packets/${answer?.head.month ?? ''}?proof=${figure.id}`),
  }));
  return query.kind === 'actions' ? actions : [...packets, ...figures, ...actions];
};
