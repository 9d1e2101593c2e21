import type { MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  readonly platform: NodeJS.Platform;
  readonly packaged: boolean;
  /** Goes to an address inside the console. */
  readonly goTo: (address: string) => void;
}

/** Screens of the rail with the number that reaches them, in the rail's order. */
const SCREENS: readonly (readonly [label: string, address: string])[] = [
  ['Overview', '/overview'],
  ['Receipts', '/receipts'],
  ['Quarantine', '/quarantine'],
  ['Audit', '/audit'],
];

/**
 * The application menu. Editing and window keys come from roles, so that they are the system's own; the palette (Ctrl/⌘ K)
 * belongs to the page.
 */
export const menuTemplate = ({ platform, packaged, goTo }: MenuOptions): MenuItemConstructorOptions[] => {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: mac ? 'Settings…' : 'Settings',
    accelerator: 'CommandOrControl+,',
    click: () => {
      goTo('/settings');
    },
  };
  const developer: MenuItemConstructorOptions[] = packaged ? [] : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  return [
    ...(mac ? [appMenu] : [{ label: 'File', submenu: [settings, { type: 'separator' }, { role: 'quit' }] } as MenuItemConstructorOptions]),
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    {
      label: 'Go',
      submenu: SCREENS.map(([label, address], index) => ({
        label,
        accelerator: `CommandOrControl+${index + 1}`,
        click: () => {
          goTo(address);
        },
      })),
    },
    { role: 'windowMenu' },
  ];
};
