/** GNOME Shell asks: org.gnome.Shell.SearchProvider2. Its overview shows what is found below the name of find-text. */
import { displayPath } from '../../shared/path-text.js';
import { bytesOf } from '../live/screen/view.js';
import type { Interface } from './bus.js';
import { describe, genericIconName, iconName, type Result, readId } from './result.js';
import type { Service } from './service.js';
import { shownText } from './shown-text.js';

/** More than any list shows. */
const MOST_IDS = 50;
/** All ids of one call are of one list. */
const MOST_QUERIES = 3;

type Meta = readonly (readonly [key: string, variant: readonly ['s', string]])[];

export function gnomeProvider(service: Service): Interface {
  const ids = async (terms: readonly string[]) => (await service.find(terms.join(' '))).map(({ id }) => id);
  return {
    name: 'org.gnome.Shell.SearchProvider2',
    methods: {
      GetInitialResultSet: { takes: ['as'], gives: ['as'], call: ids },
      GetSubsearchResultSet: {
        takes: ['as', 'as'],
        gives: ['as'],
        call: (_: readonly string[], terms: readonly string[]) => ids(terms),
      },
      GetResultMetas: {
        takes: ['as'],
        gives: ['aa{sv}'],
        call: (asked: readonly string[]) => metas(asked.slice(0, MOST_IDS), service),
      },
      ActivateResult: { takes: ['s', 'as', 'u'], gives: [], call: (id: string) => service.open(id) },
      LaunchSearch: {
        takes: ['as', 'u'],
        gives: [],
        call: (terms: readonly string[]) => service.searchFor(terms.join(' ')),
      },
    },
  };
}

/** One for each id that is one: GNOME Shell takes none where one is missing. */
async function metas(ids: readonly string[], service: Service): Promise<Meta[]> {
  const known = ids.flatMap((id) => {
    const read = readId(id);
    return read ? [{ id, ...read }] : [];
  });
  const queries = [...new Set(known.map(({ query }) => query))].slice(0, MOST_QUERIES);
  const results = (await Promise.all(queries.map((query) => service.find(query)))).flat();
  return known.map(({ id, name }) => {
    const result = results.find((each) => each.id === id);
    return result ? meta(result, service.home) : texts({ id, name });
  });
}

function meta({ id, item }: Result, home: string | undefined): Meta {
  return texts({
    id,
    name: shownText(item.name),
    description: describe(item, home),
    gicon: `. GThemedIcon ${iconName(item)} ${genericIconName(item)}`,
    clipboardText: displayPath(bytesOf(item)),
  });
}

function texts(values: Readonly<Record<string, string>>): Meta {
  return Object.entries(values).map(([key, value]) => [key, ['s', value]]);
}
