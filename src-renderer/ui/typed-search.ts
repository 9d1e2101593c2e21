import { useEffect, useState } from 'react';
import { setQuery } from '../router/router.ts';

/** How long typing rests before it is searched for, ms. */
const REST_MS = 150;

/** What is typed, and after a rest what is searched for: it stands in the address under `key`. */
export const useTypedSearch = (search: string, key = 'q'): readonly [string, (text: string) => void] => {
  const [typed, setTyped] = useState(search);
  const [known, setKnown] = useState(search);
  if (search !== known) {
    setKnown(search);
    setTyped(search);
  }
  useEffect(() => {
    if (typed === search) return undefined;
    const timer = setTimeout(() => {
      setQuery({ [key]: typed === '' ? undefined : typed });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, search, key]);
  return [typed, setTyped];
};
