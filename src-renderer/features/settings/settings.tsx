import { Icon, type IconName } from '@blueprintjs/core';
import type { ComponentType } from 'react';
import type { Address } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { PageHead } from '../../ui/parts.tsx';
import { AboutSection } from './about-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { BackupsSection } from './backups-section.tsx';
import { MembersSection } from './members-section.tsx';
import './settings.css';
import { SourcesSection } from './sources-section.tsx';
import { TrustSection } from './trust-section.tsx';
import { WorkspaceSection } from './workspace-section.tsx';

interface Section {
  readonly id: string;
  readonly name: string;
  readonly icon: IconName;
  readonly lead: string;
  readonly body: ComponentType<{ readonly address: Address }>;
}

const SECTIONS: readonly Section[] = [
  {
    id: 'sources',
    name: 'Sources',
    icon: 'database',
    lead: 'Where facts come from. Countersign reads; it never writes there.',
    body: SourcesSection,
  },
  {
    id: 'trust',
    name: 'Trusted logs',
    icon: 'shield',
    lead: 'Whose signature on a checkpoint counts as outside confirmation.',
    body: TrustSection,
  },
  {
    id: 'workspace',
    name: 'Workspace',
    icon: 'folder-close',
    lead: 'One folder on this machine holds everything.',
    body: WorkspaceSection,
  },
  { id: 'backups', name: 'Backups', icon: 'archive', lead: 'Whole copies that can be put back.', body: BackupsSection },
  { id: 'members', name: 'Members', icon: 'people', lead: 'Who acts here, and in which role.', body: MembersSection },
  {
    id: 'appearance',
    name: 'Appearance and keys',
    icon: 'contrast',
    lead: 'Choices of this machine; they change no fact.',
    body: AppearanceSection,
  },
  {
    id: 'about',
    name: 'About and checks',
    icon: 'pulse',
    lead: 'Versions, health, and what to send when something is wrong.',
    body: AboutSection,
  },
];

/** Everything that is set up once, one section an address. */
export function Settings({ address }: { readonly address: Address }) {
  const section = SECTIONS.find((each) => each.id === address.segments[1]) ?? SECTIONS[0];
  if (section === undefined) return null;
  return (
    <>
      <PageHead crumbs={<a href={hrefOf('/settings')}>Settings</a>} title={section.name} lead={section.lead} />
      <div className="settings">
        <nav className="settings-nav" aria-label="Settings">
          {SECTIONS.map((each) => (
            <a key={each.id} href={hrefOf(`/settings/${each.id}`)} aria-current={each === section ? 'page' : undefined}>
              <Icon icon={each.icon} size={14} />
              <span>{each.name}</span>
            </a>
          ))}
        </nav>
        <div className="settings-body">
          <section.body address={address} />
        </div>
      </div>
    </>
  );
}
