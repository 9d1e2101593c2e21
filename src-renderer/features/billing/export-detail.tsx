import { useProcedure } from '../../port/use-app.ts';
import { byteSize } from '../../ui/format.ts';
import { CopyButton, Hash } from '../../ui/hash.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

/** An export that left: its files by digest, what went in, and whether it would be the same today. */
export function ExportDetail({ exportId }: { readonly exportId: string }) {
  const answer = useProcedure('billing.show', { exportId });
  return (
    <Panel title="Export" note={answer.data?.export.fileName} className="bill-detail">
      <AnswerView of={answer} what="the export" skeleton={<Skeleton rows={8} />}>
        {({ export: one, manifest, same, says }) => (
          <div className="stack-12">
            <StatusWord status={same ? 'ok' : 'warn'} strong>
              {same ? 'made again, equal' : 'facts came in since'}
            </StatusWord>
            <p className="second">{says}</p>
            <dl className="facts">
              <Fact label="Made">
                <Time at={one.at} form="fact" /> by {visibleText(one.by)}
              </Fact>
              <Fact label="Month">
                {manifest.period}, {manifest.period_state} then
              </Fact>
              <Fact label="Events">
                {manifest.input.events} of ingest numbers {manifest.input.first_ingest_no} to {manifest.input.last_ingest_no}
              </Fact>
              <Fact label="Use">
                <Hash value={manifest.input.usage_sha256} label="hash of the use" />
              </Fact>
              <Fact label="Subscriptions">
                <Hash value={manifest.input.subscriptions_sha256} label="hash of the subscriptions" />
              </Fact>
              <Fact label="Rules">
                <code>{manifest.rules.billing}</code> <code>{manifest.rules.mrr}</code>
              </Fact>
              <Fact label="Manifest">
                <Hash value={one.sha256} label="hash of the manifest" />
              </Fact>
            </dl>
            <table className="table tight plain inset">
              <caption className="caps">Files</caption>
              <tbody>
                {manifest.files.map((file) => (
                  <tr key={file.name}>
                    <th scope="row">{file.name}</th>
                    <td className="num muted">{byteSize(file.bytes)}</td>
                    <td>
                      <Hash value={file.sha256} label={`hash of ${file.name}`} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <div className="row">
              <code>sha256sum -c SHA256SUMS</code>
              <CopyButton text="sha256sum -c SHA256SUMS" what="the command" />
            </div>
          </div>
        )}
      </AnswerView>
    </Panel>
  );
}
