/** Plain text of what the collections are made of. */

export function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

export function plainHtml(html) {
  return html
    .replace(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all)
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ');
}

/** A manual page's source without its commands. */
export function plainRoff(roff) {
  return roff
    .split('\n')
    .filter(
      (line) =>
        !/^[.'](?:\\"|SH|SS|TH|PP|P|TP|IP|RS|RE|nf|fi|EE|EX|sp|ad|in|br|if|ie|el|de|so|ds|ne|UE|UR|TS|TE)/.test(line),
    )
    .map((line) => line.replace(/^[.'][A-Z]{1,2}\s+/, '').replace(/^(?=.*")(.*)$/, (all) => all))
    .join('\n')
    .replace(/\\f(?:\[\w*\]|\(\w\w|.)/g, '')
    .replace(/\\\((\w\w|[^\s]{2})/g, ' ')
    .replace(/\\s[+-]?\d/g, '')
    .replace(/\\[-&/,|^%:~ ]/g, (sign) => (sign === '\\-' ? '-' : sign === '\\ ' || sign === '\\~' ? ' ' : ''))
    .replace(/\\e/g, '\\');
}
