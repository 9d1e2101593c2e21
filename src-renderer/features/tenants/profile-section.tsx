import type { ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the profile with its heading. */
export function Section({ title, note, children }: SectionProps) {
  return (
    <section className="stack-4" aria-label={title}>
      <div className="row between">
        <h3>{title}</h3>
        {note}
      </div>
      {children}
    </section>
  );
}
