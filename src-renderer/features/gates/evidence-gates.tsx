import type { Address } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { Empty } from '../../ui/states.tsx';
import { ArtifactScreen } from '../evidence/artifact-screen.tsx';
import { MakeScreen } from '../evidence/make-screen.tsx';
import { CompareScreen } from './compare-screen.tsx';
import { GatesScreen } from './gates-screen.tsx';
import { RunScreen } from './run-screen.tsx';

const numberOf = (text: string | undefined): number | null => (text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null);

/** `/evidence`, `/evidence/artifact/<id>`, `/evidence/make/<kind>`, `/evidence/run/<n>` and `/evidence/compare`. */
export function EvidenceGates({ address }: { readonly address: Address }) {
  const [, what, first] = address.segments;
  if (what === undefined) return <GatesScreen />;
  if (what === 'artifact' && first !== undefined) return <ArtifactScreen key={first} artifactId={first} />;
  if (what === 'make') return <MakeScreen key={first ?? ''} kind={first} />;
  if (what === 'compare') return <CompareScreen />;
  const runNo = numberOf(first);
  if (what === 'run' && runNo !== null) return <RunScreen key={runNo} runNo={runNo} />;
  return (
    <Empty icon="path-search" title="There is nothing at this address" action={<a href={hrefOf('/evidence')}>Evidence & gates</a>}>
      A run has its number: /evidence/run/12. An artifact has its id: /evidence/artifact/…
    </Empty>
  );
}
