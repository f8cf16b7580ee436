/** KRunner asks: org.kde.krunner1. What is found stands among what Plasma's search finds. */

import { bytesOf } from '../live/screen/view.js';
import { fileUrl } from '../print/file-url.js';
import type { Interface } from './bus.js';
import { describe, iconName, type Result } from './result.js';
import type { Service } from './service.js';
import { shownText } from './shown-text.js';

const REVEAL = 'reveal';
/** `PossibleMatch`: behind programs with that name, as the files of Plasma's own search are. */
const CATEGORY = 30;
/** From one result to the next: the order is that of the answer. */
const STEP = 0.02;

export function krunnerRunner(service: Service): Interface {
  return {
    name: 'org.kde.krunner1',
    methods: {
      Actions: {
        takes: [],
        gives: ['a(sss)'],
        call: () => [[REVEAL, 'Open Containing Folder', 'document-open-folder']],
      },
      Match: {
        takes: ['s'],
        gives: ['a(sssida{sv})'],
        call: async (query: string) => (await service.find(query)).map((result, i) => match(result, i, service.home)),
      },
      Run: {
        takes: ['s', 's'],
        gives: [],
        call: (id: string, action: string) => (action === REVEAL ? service.reveal(id) : service.open(id)),
      },
      Teardown: { takes: [], gives: [], call: () => undefined },
    },
  };
}

function match({ id, item }: Result, place: number, home: string | undefined) {
  const properties = [
    ['subtext', ['s', describe(item, home)]],
    ['urls', ['as', [fileUrl(bytesOf(item))]]],
  ];
  return [id, shownText(item.name), iconName(item), CATEGORY, 1 - place * STEP, properties];
}
