import type { IconName } from '@blueprintjs/core';
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { Address } from './router/address.ts';
import { Overview } from './features/overview/overview.tsx';

export interface ScreenProps {
  readonly address: Address;
}

/** A feature's screen. This list is the one place where features are known: rail, palette, keys and addresses follow it. */
export interface Route {
  /** First segment of its addresses: `receipts` for `/receipts/northwind/pro@1.4`. */
  readonly root: string;
  readonly name: string;
  readonly icon: IconName;
  /** After G. */
  readonly letter: string;
  readonly group: 'top' | 'facts' | 'record' | 'foot';
  readonly screen: ComponentType<ScreenProps> | LazyExoticComponent<ComponentType<ScreenProps>>;
}

/** In the rail's order; loaded when first opened, except the first. */
export const ROUTES: readonly Route[] = [
  { root: 'overview', name: 'Overview', icon: 'dashboard', letter: 'O', group: 'top', screen: Overview },
  {
    root: 'receipts',
    name: 'Receipts',
    icon: 'link',
    letter: 'R',
    group: 'facts',
    screen: lazy(() => import('./features/receipts/receipts.tsx').then((m) => ({ default: m.Receipts }))),
  },
  {
    root: 'quarantine',
    name: 'Quarantine',
    icon: 'inbox',
    letter: 'Q',
    group: 'facts',
    screen: lazy(() => import('./features/quarantine/quarantine.tsx').then((m) => ({ default: m.Quarantine }))),
  },
  {
    root: 'evidence',
    name: 'Evidence & gates',
    icon: 'form',
    letter: 'E',
    group: 'facts',
    screen: lazy(() => import('./features/gates/evidence-gates.tsx').then((m) => ({ default: m.EvidenceGates }))),
  },
  {
    root: 'packets',
    name: 'Packets',
    icon: 'book',
    letter: 'P',
    group: 'facts',
    screen: lazy(() => import('./features/packets/packets.tsx').then((m) => ({ default: m.Packets }))),
  },
  {
    root: 'audit',
    name: 'Audit',
    icon: 'history',
    letter: 'D',
    group: 'record',
    screen: lazy(() => import('./features/audit/audit.tsx').then((m) => ({ default: m.Audit }))),
  },
  {
    root: 'settings',
    name: 'Settings',
    icon: 'cog',
    letter: 'S',
    group: 'foot',
    screen: lazy(() => import('./features/settings/settings.tsx').then((m) => ({ default: m.Settings }))),
  },
];

/** Where nothing else is said. */
export const HOME = '/overview';

export const routeOf = (address: Address): Route | null => ROUTES.find((route) => route.root === address.segments[0]) ?? null;
