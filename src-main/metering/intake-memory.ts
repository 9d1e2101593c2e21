import { randomUUID } from 'node:crypto';
import type { StoreDb } from '../store/index.ts';
import type { Dimensions } from './dimensions.ts';
import type { EventCode } from './event-faults.ts';
import type { EmitterKeys } from './event-keys.ts';

/**
 * What the writer remembers from one delivery to the next: numbers of tenants and series, and the greatest known ids. Looking
 * all of them up for every delivery would cost as much as the events.
 *
 * It must never tell of something that was rolled back. So each delivery leaves a token of its own in the database, in its
 * transaction: only while the newest one is the one that is remembered too, what is remembered is what is stored.
 */

export interface Fault {
  readonly code: EventCode;
  readonly says: string;
  /** What must arrive for the row to be taken. */
  readonly waitsFor?: { readonly kind: 'tenant' | 'metric'; readonly name: string };
}

/** A set of dimensions of a metric of a tenant. */
export interface Series {
  /** null until an event of it is taken. */
  no: number | null;
  readonly dimensions: Dimensions;
}

export class KnownMetric {
  /** By the text of the dimensions as it came. */
  readonly byText = new Map<string, Series | Fault>();
  /** By their canonical text. */
  readonly byCanonical = new Map<string, Series>();
  /** How many sets of dimensions there are; null until it matters. */
  count: number | null = null;
}

export class KnownTenant {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly metrics = new Map<number, KnownMetric>();
  readonly emitters = new Map<string, EmitterKeys>();

  constructor(tenantNo: number, tenantId: string) {
    this.tenantNo = tenantNo;
    this.tenantId = tenantId;
  }
}

export interface IntakeMemory {
  readonly tenants: Map<string, KnownTenant>;
  readonly emitters: Map<string, number>;
  /** Things that are remembered; beyond a bound all of them are forgotten. */
  size: number;
  token: string | null;
  /** The catalogue and the settings by which series were judged. */
  rules: string;
}

const MOST = 200_000;
const PROCESS = randomUUID();
let turn = 0;

const memories = new WeakMap<StoreDb, IntakeMemory>();

const forgotten = (rules: string): IntakeMemory => ({ tenants: new Map(), emitters: new Map(), size: 0, token: null, rules });

/** Takes what is remembered out, or nothing where it may not be what is stored. It is put back by `keepMemory` alone. */
export function takeMemory(db: StoreDb, rules: string): IntakeMemory {
  const known = memories.get(db);
  memories.delete(db);
  if (known === undefined || known.rules !== rules || known.size > MOST) return forgotten(rules);
  const { token } = db.get<{ token: string }>('SELECT token FROM usage_memory')!;
  return token === known.token ? known : forgotten(rules);
}

/** At the end of a delivery, in its transaction. */
export function keepMemory(db: StoreDb, memory: IntakeMemory): void {
  turn += 1;
  memory.token = `${PROCESS} ${turn}`;
  db.run('UPDATE usage_memory SET token = ?', [memory.token]);
  memories.set(db, memory);
}
