/** What is chosen by a key: which kind of files, and in which order. */
export interface Kind {
  readonly name: string;
  /** Of the query; '': none. */
  readonly condition: string;
}

export const KINDS = [
  { name: 'all files', condition: '' },
  { name: 'documents', condition: 'type:document,text,html,book,spreadsheet,presentation' },
  { name: 'code', condition: 'type:code' },
  { name: 'images', condition: 'type:image' },
  { name: 'audio and video', condition: 'type:audio,video' },
  { name: 'mail', condition: 'type:mail' },
  { name: 'archives', condition: 'type:archive' },
] as const satisfies readonly Kind[];

export interface Sort {
  readonly name: string;
  readonly condition: string;
}

export const SORTS = [
  { name: 'best first', condition: '' },
  { name: 'newest first', condition: 'sort:modified' },
  { name: 'largest first', condition: 'sort:size' },
  { name: 'by name', condition: 'sort:name' },
] as const satisfies readonly Sort[];
