import type { Answer } from '../../port/use-app.ts';
import { visibleText } from '../../ui/visible-text.ts';

export interface StatementProps {
  readonly says: readonly string[];
  readonly reason: string;
  readonly by: string;
}

/** What will happen, sentence by sentence, as everybody who confirms reads it. */
export function Statement({ says, reason, by }: StatementProps) {
  return (
    <div className="stack-4 request-says">
      {says.map((sentence) => (
        <p key={sentence}>{visibleText(sentence)}</p>
      ))}
      <p className="second">
        {visibleText(by)} gives as the reason: “{visibleText(reason)}”
      </p>
    </div>
  );
}

/** What is another thing afterwards, member by member. */
export function ChangesTable({ changes }: { readonly changes: Answer<'approval.show'>['changes'] }) {
  return (
    <table className="table" aria-label="What changes">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ what, before, after }) => (
          <tr key={what}>
            <th scope="row">{visibleText(what)}</th>
            <td className="second">{visibleText(before)}</td>
            <td className="strong">{visibleText(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
