import type { ReactElement } from 'react';
import type { Address } from '../../router/address.ts';
import { ArtifactScreen } from './artifact-screen.tsx';
import { MakeScreen } from './make-screen.tsx';

/** The screens below the main one: `/evidence/artifact/<id>` and `/evidence/make/<kind>`; null for any other address. */
export function evidencePlace({ segments }: Address): ReactElement | null {
  const [, place, name] = segments;
  if (place === 'artifact' && name !== undefined) return <ArtifactScreen artifactId={name} />;
  if (place === 'make') return <MakeScreen kind={name} />;
  return null;
}
