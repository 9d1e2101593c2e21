import { Icons, type IconName, type IconPaths } from '@blueprintjs/icons';
import add from '@blueprintjs/icons/lib/esm/generated/16px/paths/add.js';
import archive from '@blueprintjs/icons/lib/esm/generated/16px/paths/archive.js';
import arrowDown from '@blueprintjs/icons/lib/esm/generated/16px/paths/arrow-down.js';
import arrowLeft from '@blueprintjs/icons/lib/esm/generated/16px/paths/arrow-left.js';
import arrowRight from '@blueprintjs/icons/lib/esm/generated/16px/paths/arrow-right.js';
import arrowUp from '@blueprintjs/icons/lib/esm/generated/16px/paths/arrow-up.js';
import automaticUpdates from '@blueprintjs/icons/lib/esm/generated/16px/paths/automatic-updates.js';
import banCircle from '@blueprintjs/icons/lib/esm/generated/16px/paths/ban-circle.js';
import blockedPerson from '@blueprintjs/icons/lib/esm/generated/16px/paths/blocked-person.js';
import blank from '@blueprintjs/icons/lib/esm/generated/16px/paths/blank.js';
import book from '@blueprintjs/icons/lib/esm/generated/16px/paths/book.js';
import build from '@blueprintjs/icons/lib/esm/generated/16px/paths/build.js';
import calculator from '@blueprintjs/icons/lib/esm/generated/16px/paths/calculator.js';
import calendar from '@blueprintjs/icons/lib/esm/generated/16px/paths/calendar.js';
import caretDown from '@blueprintjs/icons/lib/esm/generated/16px/paths/caret-down.js';
import cellTower from '@blueprintjs/icons/lib/esm/generated/16px/paths/cell-tower.js';
import chevronDown from '@blueprintjs/icons/lib/esm/generated/16px/paths/chevron-down.js';
import chevronLeft from '@blueprintjs/icons/lib/esm/generated/16px/paths/chevron-left.js';
import chevronRight from '@blueprintjs/icons/lib/esm/generated/16px/paths/chevron-right.js';
import chevronUp from '@blueprintjs/icons/lib/esm/generated/16px/paths/chevron-up.js';
import circle from '@blueprintjs/icons/lib/esm/generated/16px/paths/circle.js';
import cloudDownload from '@blueprintjs/icons/lib/esm/generated/16px/paths/cloud-download.js';
import cog from '@blueprintjs/icons/lib/esm/generated/16px/paths/cog.js';
import columnLayout from '@blueprintjs/icons/lib/esm/generated/16px/paths/column-layout.js';
import comment from '@blueprintjs/icons/lib/esm/generated/16px/paths/comment.js';
import comparison from '@blueprintjs/icons/lib/esm/generated/16px/paths/comparison.js';
import console from '@blueprintjs/icons/lib/esm/generated/16px/paths/console.js';
import contrast from '@blueprintjs/icons/lib/esm/generated/16px/paths/contrast.js';
import cross from '@blueprintjs/icons/lib/esm/generated/16px/paths/cross.js';
import dashboard from '@blueprintjs/icons/lib/esm/generated/16px/paths/dashboard.js';
import database from '@blueprintjs/icons/lib/esm/generated/16px/paths/database.js';
import deleteSign from '@blueprintjs/icons/lib/esm/generated/16px/paths/delete.js';
import disable from '@blueprintjs/icons/lib/esm/generated/16px/paths/disable.js';
import document from '@blueprintjs/icons/lib/esm/generated/16px/paths/document.js';
import documentOpen from '@blueprintjs/icons/lib/esm/generated/16px/paths/document-open.js';
import dollar from '@blueprintjs/icons/lib/esm/generated/16px/paths/dollar.js';
import doubleChevronRight from '@blueprintjs/icons/lib/esm/generated/16px/paths/double-chevron-right.js';
import dot from '@blueprintjs/icons/lib/esm/generated/16px/paths/dot.js';
import download from '@blueprintjs/icons/lib/esm/generated/16px/paths/download.js';
import duplicate from '@blueprintjs/icons/lib/esm/generated/16px/paths/duplicate.js';
import edit from '@blueprintjs/icons/lib/esm/generated/16px/paths/edit.js';
import endorsed from '@blueprintjs/icons/lib/esm/generated/16px/paths/endorsed.js';
import error from '@blueprintjs/icons/lib/esm/generated/16px/paths/error.js';
import exportSign from '@blueprintjs/icons/lib/esm/generated/16px/paths/export.js';
import eyeOpen from '@blueprintjs/icons/lib/esm/generated/16px/paths/eye-open.js';
import filter from '@blueprintjs/icons/lib/esm/generated/16px/paths/filter.js';
import flash from '@blueprintjs/icons/lib/esm/generated/16px/paths/flash.js';
import floppyDisk from '@blueprintjs/icons/lib/esm/generated/16px/paths/floppy-disk.js';
import folderClose from '@blueprintjs/icons/lib/esm/generated/16px/paths/folder-close.js';
import folderOpen from '@blueprintjs/icons/lib/esm/generated/16px/paths/folder-open.js';
import form from '@blueprintjs/icons/lib/esm/generated/16px/paths/form.js';
import functionSign from '@blueprintjs/icons/lib/esm/generated/16px/paths/function.js';
import help from '@blueprintjs/icons/lib/esm/generated/16px/paths/help.js';
import history from '@blueprintjs/icons/lib/esm/generated/16px/paths/history.js';
import home from '@blueprintjs/icons/lib/esm/generated/16px/paths/home.js';
import horizontalDistribution from '@blueprintjs/icons/lib/esm/generated/16px/paths/horizontal-distribution.js';
import importSign from '@blueprintjs/icons/lib/esm/generated/16px/paths/import.js';
import inbox from '@blueprintjs/icons/lib/esm/generated/16px/paths/inbox.js';
import inboxUpdate from '@blueprintjs/icons/lib/esm/generated/16px/paths/inbox-update.js';
import infoSign from '@blueprintjs/icons/lib/esm/generated/16px/paths/info-sign.js';
import issue from '@blueprintjs/icons/lib/esm/generated/16px/paths/issue.js';
import key from '@blueprintjs/icons/lib/esm/generated/16px/paths/key.js';
import labTest from '@blueprintjs/icons/lib/esm/generated/16px/paths/lab-test.js';
import layers from '@blueprintjs/icons/lib/esm/generated/16px/paths/layers.js';
import link from '@blueprintjs/icons/lib/esm/generated/16px/paths/link.js';
import listColumns from '@blueprintjs/icons/lib/esm/generated/16px/paths/list-columns.js';
import locate from '@blueprintjs/icons/lib/esm/generated/16px/paths/locate.js';
import lock from '@blueprintjs/icons/lib/esm/generated/16px/paths/lock.js';
import logIn from '@blueprintjs/icons/lib/esm/generated/16px/paths/log-in.js';
import manual from '@blueprintjs/icons/lib/esm/generated/16px/paths/manual.js';
import minus from '@blueprintjs/icons/lib/esm/generated/16px/paths/minus.js';
import moon from '@blueprintjs/icons/lib/esm/generated/16px/paths/moon.js';
import more from '@blueprintjs/icons/lib/esm/generated/16px/paths/more.js';
import offline from '@blueprintjs/icons/lib/esm/generated/16px/paths/offline.js';
import pathSearch from '@blueprintjs/icons/lib/esm/generated/16px/paths/path-search.js';
import pause from '@blueprintjs/icons/lib/esm/generated/16px/paths/pause.js';
import people from '@blueprintjs/icons/lib/esm/generated/16px/paths/people.js';
import person from '@blueprintjs/icons/lib/esm/generated/16px/paths/person.js';
import play from '@blueprintjs/icons/lib/esm/generated/16px/paths/play.js';
import predictiveAnalysis from '@blueprintjs/icons/lib/esm/generated/16px/paths/predictive-analysis.js';
import pulse from '@blueprintjs/icons/lib/esm/generated/16px/paths/pulse.js';
import refresh from '@blueprintjs/icons/lib/esm/generated/16px/paths/refresh.js';
import repeat from '@blueprintjs/icons/lib/esm/generated/16px/paths/repeat.js';
import reset from '@blueprintjs/icons/lib/esm/generated/16px/paths/reset.js';
import search from '@blueprintjs/icons/lib/esm/generated/16px/paths/search.js';
import sendTo from '@blueprintjs/icons/lib/esm/generated/16px/paths/send-to.js';
import shield from '@blueprintjs/icons/lib/esm/generated/16px/paths/shield.js';
import smallCross from '@blueprintjs/icons/lib/esm/generated/16px/paths/small-cross.js';
import smallTick from '@blueprintjs/icons/lib/esm/generated/16px/paths/small-tick.js';
import snowflake from '@blueprintjs/icons/lib/esm/generated/16px/paths/snowflake.js';
import stop from '@blueprintjs/icons/lib/esm/generated/16px/paths/stop.js';
import swapHorizontal from '@blueprintjs/icons/lib/esm/generated/16px/paths/swap-horizontal.js';
import th from '@blueprintjs/icons/lib/esm/generated/16px/paths/th.js';
import thFiltered from '@blueprintjs/icons/lib/esm/generated/16px/paths/th-filtered.js';
import tick from '@blueprintjs/icons/lib/esm/generated/16px/paths/tick.js';
import tickCircle from '@blueprintjs/icons/lib/esm/generated/16px/paths/tick-circle.js';
import time from '@blueprintjs/icons/lib/esm/generated/16px/paths/time.js';
import trash from '@blueprintjs/icons/lib/esm/generated/16px/paths/trash.js';
import trendingUp from '@blueprintjs/icons/lib/esm/generated/16px/paths/trending-up.js';
import undo from '@blueprintjs/icons/lib/esm/generated/16px/paths/undo.js';
import unlock from '@blueprintjs/icons/lib/esm/generated/16px/paths/unlock.js';
import upload from '@blueprintjs/icons/lib/esm/generated/16px/paths/upload.js';
import user from '@blueprintjs/icons/lib/esm/generated/16px/paths/user.js';
import warningSign from '@blueprintjs/icons/lib/esm/generated/16px/paths/warning-sign.js';
import wrench from '@blueprintjs/icons/lib/esm/generated/16px/paths/wrench.js';

/** The signs that the shell and the first screens use: in the first bundle, so that none pops in after the words. */
const PATHS: Partial<Record<IconName, IconPaths>> = {
  add,
  archive,
  'arrow-down': arrowDown,
  'arrow-left': arrowLeft,
  'arrow-right': arrowRight,
  'arrow-up': arrowUp,
  'automatic-updates': automaticUpdates,
  'ban-circle': banCircle,
  'blocked-person': blockedPerson,
  blank,
  book,
  build,
  calculator,
  calendar,
  'caret-down': caretDown,
  'cell-tower': cellTower,
  'chevron-down': chevronDown,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  'chevron-up': chevronUp,
  circle,
  'cloud-download': cloudDownload,
  cog,
  'column-layout': columnLayout,
  comment,
  comparison,
  console,
  contrast,
  cross,
  dashboard,
  database,
  delete: deleteSign,
  disable,
  document,
  'document-open': documentOpen,
  dollar,
  'double-chevron-right': doubleChevronRight,
  dot,
  download,
  duplicate,
  edit,
  endorsed,
  error,
  export: exportSign,
  'eye-open': eyeOpen,
  filter,
  flash,
  'floppy-disk': floppyDisk,
  'folder-close': folderClose,
  'folder-open': folderOpen,
  form,
  function: functionSign,
  help,
  history,
  home,
  'horizontal-distribution': horizontalDistribution,
  import: importSign,
  inbox,
  'inbox-update': inboxUpdate,
  'info-sign': infoSign,
  issue,
  key,
  'lab-test': labTest,
  layers,
  link,
  'list-columns': listColumns,
  locate,
  lock,
  'log-in': logIn,
  manual,
  minus,
  moon,
  more,
  offline,
  'path-search': pathSearch,
  pause,
  people,
  person,
  play,
  'predictive-analysis': predictiveAnalysis,
  pulse,
  refresh,
  repeat,
  reset,
  search,
  'send-to': sendTo,
  shield,
  'small-cross': smallCross,
  'small-tick': smallTick,
  snowflake,
  stop,
  'swap-horizontal': swapHorizontal,
  th,
  'th-filtered': thFiltered,
  tick,
  'tick-circle': tickCircle,
  time,
  trash,
  'trending-up': trendingUp,
  undo,
  unlock,
  upload,
  user,
  'warning-sign': warningSign,
  wrench,
};

const exportName = (name: string): string => name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Gives Blueprint its icons from our set; any other comes from its own file of all icons, when it is first asked for. */
export const loadIcons = async (): Promise<void> => {
  Icons.setLoaderOptions({
    loader: async (name) => {
      const known = PATHS[name];
      if (known !== undefined) return known;
      const { default: _, ...all } = await import('@blueprintjs/icons/lib/esm/generated/16px/paths/index.js');
      return (all as Readonly<Record<string, IconPaths>>)[exportName(name)] ?? [];
    },
  });
  await Icons.load(Object.keys(PATHS) as IconName[], 16);
};
