/** Elements of the page. Whatever comes from a file, a name or a message becomes text, never markup. */
import type { Highlights } from '../words.js';

type Child = Node | string;

/** `className` and attributes by their names. */
export type Attributes = Readonly<Record<string, string>>;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function button(text: string, onPress: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', onPress);
  return made;
}

/** @throws where page.html has no such element */
export function byId<Name extends keyof HTMLElementTagNameMap>(id: string, _name?: Name): HTMLElementTagNameMap[Name] {
  const found = document.getElementById(id);
  if (!found) throw new Error(`page.html has no ${id}`);
  return found as HTMLElementTagNameMap[Name];
}

/** The text, with its highlights marked. */
export function marked(text: string, highlights: Highlights): Child[] {
  const children: Child[] = [];
  let at = 0;
  for (const [start, end] of highlights) {
    children.push(text.slice(at, start), element('mark', {}, text.slice(start, end)));
    at = end;
  }
  children.push(text.slice(at));
  return children;
}

/** A pair of a list of facts. */
export function fact(label: string, ...value: readonly Child[]): HTMLElement[] {
  return [element('dt', {}, label), element('dd', {}, ...value)];
}

export function showTrouble(error: unknown): void {
  byId('trouble', 'p').textContent = error instanceof Error ? error.message : String(error);
}

export function clearTrouble(): void {
  byId('trouble', 'p').textContent = '';
}
