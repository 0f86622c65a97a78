import type { KeyName } from './keys.ts';

/** What can be chosen; ids with a line that describes each. */
export interface LauncherLists {
  environments: readonly LauncherItem[];
  agents: readonly LauncherItem[];
  encoders: readonly LauncherItem[];
}

export interface LauncherItem {
  id: string;
  description: string;
}

/** What the launcher stands for: the options of `curlew train`. */
export interface LauncherChoice {
  env: string;
  agent: string;
  encoder: string;
  seed: string;
  steps: string;
}

export type LauncherField = keyof LauncherChoice | 'start';
export const LAUNCHER_FIELDS: readonly LauncherField[] = [
  'env',
  'agent',
  'encoder',
  'seed',
  'steps',
  'start',
];

export interface LauncherView {
  field: LauncherField;
  choice: LauncherChoice;
  /** Words typed to find an entry of the list in question. */
  search: string;
  /** First line of the experiment that is shown. */
  scroll: number;
}

/** The list behind a field; undefined where a number is typed. */
export function listOf(field: LauncherField, lists: LauncherLists): readonly LauncherItem[] | undefined {
  return field === 'env'
    ? lists.environments
    : field === 'agent'
      ? lists.agents
      : field === 'encoder'
        ? lists.encoders
        : undefined;
}

/** Entries that hold every word of the search. */
export function found(items: readonly LauncherItem[], search: string): LauncherItem[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ id, description }) => {
    const text = `${id} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function go(view: LauncherView, by: number): LauncherView {
  const place = LAUNCHER_FIELDS.indexOf(view.field) + by;
  const field = LAUNCHER_FIELDS[(place + LAUNCHER_FIELDS.length) % LAUNCHER_FIELDS.length];
  return { ...view, field, search: '' };
}

function choose(view: LauncherView, items: readonly LauncherItem[], by: number): LauncherView {
  const shown = found(items, view.search);
  if (shown.length === 0) return view;
  const now = shown.findIndex(({ id }) => id === view.choice[view.field as keyof LauncherChoice]);
  const next = now < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, now + by));
  return { ...view, scroll: 0, choice: { ...view.choice, [view.field]: shown[next].id } };
}

function type(view: LauncherView, key: string, items: readonly LauncherItem[] | undefined): LauncherView {
  const back = key === 'backspace';
  if (items) {
    const searched = { ...view, search: back ? view.search.slice(0, -1) : view.search + key };
    const shown = found(items, searched.search);
    const still = shown.some(({ id }) => id === view.choice[view.field as keyof LauncherChoice]);
    return still ? searched : choose(searched, items, 0);
  }
  if (view.field !== 'seed' && view.field !== 'steps') return view;
  const before = view.choice[view.field];
  const value = back ? before.slice(0, -1) : /^\d$/.test(key) ? before + key : before;
  return { ...view, choice: { ...view.choice, [view.field]: value } };
}

/** The effect of a key on the launcher. */
export function pressLauncherKey(
  view: LauncherView,
  key: KeyName | string,
  lists: LauncherLists,
): { view: LauncherView } | { start: LauncherChoice } | { leave: true } {
  const items = listOf(view.field, lists);
  switch (key) {
    case 'tab':
      return { view: go(view, 1) };
    case 'shift-tab':
      return { view: go(view, -1) };
    case 'enter':
      return view.field === 'start' ? { start: view.choice } : { view: go(view, 1) };
    case 'up':
      return { view: items ? choose(view, items, -1) : go(view, -1) };
    case 'down':
      return { view: items ? choose(view, items, 1) : go(view, 1) };
    case 'page-up':
      return { view: { ...view, scroll: Math.max(0, view.scroll - 5) } };
    case 'page-down':
      return { view: { ...view, scroll: view.scroll + 5 } };
    case 'escape':
      return view.search === '' ? { leave: true } : { view: { ...view, search: '' } };
    case 'backspace':
      return { view: type(view, key, items) };
    default:
      return { view: key.length === 1 ? type(view, key, items) : view };
  }
}
