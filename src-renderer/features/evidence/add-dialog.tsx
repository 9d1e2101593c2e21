import { Button, Dialog, DialogBody, InputGroup, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useCommand } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { byteSize } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { ErrorView } from '../../ui/states.tsx';
import { KIND_WORDS, stateLook } from './evidence-words.ts';

/** What one frame can carry; larger files come through a source. */
const MOST_CHARACTERS = 900_000;

/** Keeps an artifact that somebody sent: dropped, chosen or pasted. Its kind is recognised by shape. */
export function AddEvidenceDialog({ onClose }: { readonly onClose: () => void }) {
  const add = useCommand('evidence.add');
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    setProblem(null);
    if (file.size > MOST_CHARACTERS) {
      setProblem(
        `${file.name} has ${byteSize(file.size)}; at most ${byteSize(MOST_CHARACTERS)} can be added here. Put it into a source's evidence folder instead.`,
      );
      return;
    }
    void file.text().then((content) => {
      setName(file.name);
      setText(content);
    });
  };
  const ready = name.trim() !== '' && text.trim() !== '' && text.length <= MOST_CHARACTERS;
  const submit = (): void => {
    void add
      .run({ name: name.trim(), text })
      .then(({ artifact, isNew }) => {
        onClose();
        const look = stateLook(artifact.state, artifact.kind);
        say({
          status: look.status === 'bad' ? 'warn' : 'ok',
          title: isNew ? `${artifact.name} is kept` : `${artifact.name} was here already`,
          text: `${KIND_WORDS[artifact.kind]}; it ${look.word}.`,
        });
        router.go(artifact.address);
      })
      .catch(() => undefined);
  };
  return (
    <Dialog isOpen onClose={onClose} title="Add evidence" icon="add" transitionDuration={0} className="ev-add">
      <DialogBody>
        <form
          className="stack-16"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && !add.busy) submit();
          }}
        >
          <label
            className={`ev-drop${over ? ' over' : ''}`}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              take(event.dataTransfer.files[0]);
            }}
          >
            <input
              type="file"
              accept=".json,application/json"
              className="visually-hidden"
              onChange={(event) => take(event.target.files?.[0])}
            />
            <span className="strong">Drop a file here, or choose one</span>
            <span className="small muted">JSON, at most {byteSize(MOST_CHARACTERS)}. What kind it is shows in its shape.</span>
          </label>
          <div className="stack-4">
            <label htmlFor={`${id}-name`} className="strong">
              Name
            </label>
            <InputGroup
              id={`${id}-name`}
              fill
              spellCheck={false}
              value={name}
              placeholder="finance_guardrails_2026-02.json"
              onValueChange={setName}
            />
            <span className="small muted">A second file of this name is a new version of it.</span>
          </div>
          <div className="stack-4">
            <label htmlFor={`${id}-text`} className="strong">
              Text
            </label>
            <TextArea
              id={`${id}-text`}
              fill
              className="ev-paste"
              spellCheck={false}
              rows={8}
              value={text}
              placeholder="{ … }"
              onChange={(event) => setText(event.target.value)}
            />
          </div>
          {problem === null ? null : (
            <p className="t-bad small" role="alert">
              {problem}
            </p>
          )}
          {add.error === null ? null : <ErrorView error={add.error} />}
          <div className="decision-foot">
            <Button text="Not now" className="push" onClick={onClose} />
            <Button type="submit" intent="primary" text="Keep and verify" loading={add.busy} disabled={!ready} />
          </div>
        </form>
      </DialogBody>
    </Dialog>
  );
}
