import { mapWords } from './chain-map-words.ts';
import type { MapBreak, MapCheckpoint, MapRun } from './chain-map-layout.ts';
import { integer, position } from './format.ts';

/** The same facts as the map, as rows: for who cannot or will not read a picture. */
export function ChainMapTable({
  runs,
  checkpoints,
  breaks,
}: {
  readonly runs: readonly MapRun[];
  readonly checkpoints: readonly MapCheckpoint[];
  readonly breaks: readonly MapBreak[];
}) {
  const rows = [
    ...runs.map((run) => ({
      at: run.fromIndex,
      order: 0,
      what: `${position(run.fromIndex)} to ${position(run.toIndex)}`,
      count: integer(run.toIndex - run.fromIndex + 1),
      says: run.state === 'broken' ? 'holds a break' : mapWords(run.state, checkpoints),
    })),
    ...breaks.map((b) => ({ at: b.index, order: 1, what: position(b.index), count: '', says: b.label })),
    ...checkpoints.map((c) => ({
      at: c.size ?? 0,
      order: 2,
      what: c.size === null ? 'checkpoint' : `checkpoint of ${integer(c.size)}`,
      count: '',
      says: `${c.state}, ${c.parties} outside`,
    })),
  ].sort((a, b) => a.at - b.at || a.order - b.order);
  return (
    <div className="map-table" tabIndex={0} role="region" aria-label="Chain map as a table">
      <table className="table tight plain">
        <thead>
          <tr>
            <th scope="col">Receipts</th>
            <th scope="col" className="num">
              Count
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.order}-${row.what}`}>
              <td>{row.what}</td>
              <td className="num">{row.count}</td>
              <td>{row.says}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
