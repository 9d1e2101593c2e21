import { Button, Icon } from '@blueprintjs/core';
import { useEffect, useRef, useState } from 'react';
import { shortHash } from './format.ts';
import { say } from './notices.ts';

const SHOWN_MS = 1500;

/** Copies text; says so, also when the system refuses. */
export const copyText = async (text: string, what: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    say({ status: 'ok', title: `Copied ${what}`, quiet: true });
    return true;
  } catch {
    say({ status: 'warn', title: `Could not copy ${what}`, text: 'The system did not allow it. Select the text and copy it by hand.' });
    return false;
  }
};

/** True for a moment after `flash()`: a tick in place of the copy sign. */
const useFlash = (): [boolean, () => void] => {
  const [on, setOn] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    on,
    () => {
      setOn(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setOn(false), SHOWN_MS);
    },
  ];
};

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the label: "the command". */
  readonly what: string;
  /** Shows this word beside the sign. */
  readonly label?: string;
}

export function CopyButton({ text, what, label }: CopyButtonProps) {
  const [copied, flash] = useFlash();
  return (
    <Button
      variant={label === undefined ? 'minimal' : 'solid'}
      size="small"
      className={label === undefined ? 'hash-copy' : ''}
      icon={<Icon icon={copied ? 'tick' : 'duplicate'} size={11} />}
      text={label}
      aria-label={label === undefined ? `Copy ${what}` : undefined}
      title={`Copy ${what}`}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(text, what).then((done) => {
          if (done) flash();
        });
      }}
    />
  );
}

export interface HashProps {
  readonly value: string;
  /** Shows all of it: in a computation, so that eyes can compare columns. */
  readonly full?: boolean;
  /** What it is the hash of: "receipt hash". */
  readonly label?: string;
}

/** A hash: first 8 … last 6, copying takes all of it. */
export function Hash({ value, full = false, label = 'hash' }: HashProps) {
  return (
    <span className="hash">
      <code title={full ? undefined : value}>{full ? value : shortHash(value)}</code>
      <CopyButton text={value} what={label} />
    </span>
  );
}
