/** How wide a text is on a terminal. Pure. */

/** East Asian characters are two columns wide. */
export function columnsOf(text: string): number {
  return (
    text.length + (text.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/g)?.length ?? 0)
  );
}
