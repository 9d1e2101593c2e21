/** Colours of the printed page: the light roles of the interface. */
export const INK = {
  ink: '#1a1f26',
  ink2: '#434d59',
  ink3: '#5b6571',
  line: '#dde1e6',
  lineStrong: '#b7bfc9',
  sunken: '#f7f8fa',
  panel: '#ffffff',
  accent: '#215db0',
  accentSoft: '#e6eef9',
  ok: '#19683d',
  okSoft: '#e2f2e9',
  warn: '#855000',
  warnSoft: '#fbefd7',
  bad: '#ad252b',
  badFill: '#c7353b',
  badSoft: '#fbe7e7',
  idle: '#5b6571',
  idleSoft: '#eceef1',
} as const;

/** In this order; the second cue beside them is the dash, the outline or the label. */
export const SERIES = ['#2d6bc0', '#7568b5', '#a5694a', '#2f8585', '#8b95a1'] as const;

/** The one family that is embedded. */
export const FONT = 'Roboto';
