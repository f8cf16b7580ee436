/** The exit status of find-text, as of grep. */
export const EXIT = { found: 0, nothingFound: 1, error: 2 } as const;
